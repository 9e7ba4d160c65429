# %%
import numpy as np
np.random.seed(70)
xb = np.random.randn(10, 4); yb = np.random.randint(0, 3, 10)
model = {"W1": np.random.randn(4, 8) * .5, "b1": np.zeros(8) + .01, "W2": np.random.randn(8, 3) * .5, "b2": np.zeros(3)}
# %%
def loss_fn(model, X, y=None, reg=1e-2):
    pre = X @ model["W1"] + model["b1"]
    hid = pre * (pre > 0)
    scores = hid @ model["W2"] + model["b2"]
    if y is None:
        return scores
    n = len(X)
    sh = scores - scores.max(1, keepdims=True)
    logp = sh - np.log(np.exp(sh).sum(1, keepdims=True))
    data_loss = -logp[np.arange(n), y].mean()
    loss = data_loss + 0.5 * reg * ((model["W1"] ** 2).sum() + (model["W2"] ** 2).sum())
    ds = np.exp(logp)
    ds[np.arange(n), y] -= 1
    ds /= n
    g = {}
    g["W2"] = hid.T @ ds + reg * model["W2"]
    g["b2"] = ds.sum(0)
    dh = ds @ model["W2"].T
    dh[pre <= 0] = 0
    g["W1"] = X.T @ dh + reg * model["W1"]
    g["b1"] = dh.sum(0)
    return loss, g
# %%
class Sgd:
    def __init__(self, lr): self.lr = lr
    def step(self, m, g):
        for k in m: m[k] -= self.lr * g[k]
opt = Sgd(0.1)
for _ in range(3):
    l, g = loss_fn(model, xb, yb)
    opt.step(model, g)
acc = (loss_fn(model, xb).argmax(1) == yb).mean()
