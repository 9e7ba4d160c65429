# %%
import numpy as np

def softplus(a): return np.logaddexp(0, a)
def logistic(a): return 1 / (1 + np.exp(-a))

# %%
def make_params(d, h, seed):
    r = np.random.RandomState(seed)
    return {"w0": r.randn(d, h) / np.sqrt(d), "b0": 0.1 * r.randn(h), "w1": r.randn(h, 1) / np.sqrt(h), "b1": 0.1 * r.randn(1)}

def train_step(params, X, Y, lr=0.1):
    # forward
    a0 = X @ params["w0"] + params["b0"]
    h = logistic(a0)
    logit = h @ params["w1"] + params["b1"]
    loss = np.mean(softplus(logit) - Y * logit)

    # backward
    d_logit = (logistic(logit) - Y) / Y.shape[0]
    d_w1 = h.T @ d_logit
    d_b1 = d_logit.sum(0)
    d_a0 = d_logit @ params["w1"].T * h * (1 - h)
    d_w0 = X.T @ d_a0
    d_b0 = d_a0.sum(0)

    new = {
        "w0": params["w0"] - lr * d_w0,
        "b0": params["b0"] - lr * d_b0,
        "w1": params["w1"] - lr * d_w1,
        "b1": params["b1"] - lr * d_b1,
    }
    return new, loss

# %%
r = np.random.RandomState(0)
X = r.randn(18, 5)
Y = (X[:, :1] - X[:, 1:2] ** 2 > -.5).astype(float)
params = make_params(5, 6, seed=1)

trace = []
for _ in range(8):
    params, l = train_step(params, X, Y, lr=0.5)
    trace.append(l)
print(trace[0], '->', trace[-1])
