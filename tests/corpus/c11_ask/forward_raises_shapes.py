# %%
import numpy as np
rng = np.random.RandomState(0)

X = rng.randn(20, 7)        # new data set, now with 7 columns
y = rng.randint(0, 2, 20)
params = {'W1': rng.randn(5, 8) * 0.3, 'b1': np.zeros(8), 'W2': rng.randn(8, 2) * 0.3, 'b2': np.zeros(2)}

# %%
def loss_fn(params, X, y):
    h = np.maximum(X @ params['W1'] + params['b1'], 0)
    s = h @ params['W2'] + params['b2']
    lse = np.log(np.exp(s).sum(1))
    return (lse - s[np.arange(len(y)), y]).mean()

def grad_fn(params, X, y):
    h = np.maximum(X @ params['W1'] + params['b1'], 0)
    s = h @ params['W2'] + params['b2']
    d = np.exp(s) / np.exp(s).sum(1, keepdims=True)
    d[np.arange(len(y)), y] -= 1
    d /= len(y)
    dh = d @ params['W2'].T * (h > 0)
    return {'W1': X.T @ dh, 'b1': dh.sum(0), 'W2': h.T @ d, 'b2': d.sum(0)}
