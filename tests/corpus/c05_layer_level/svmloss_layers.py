# %%
import numpy as np
# %%
def svm_loss(x, y):
    n = x.shape[0]
    margins = np.maximum(0, x - x[np.arange(n), y][:, None] + 1)
    margins[np.arange(n), y] = 0
    dx = (margins > 0).astype(float)
    dx[np.arange(n), y] -= (margins > 0).sum(axis=1)
    return margins.sum() / n, dx / n
# %%
def softmax_loss(x, y):
    n = x.shape[0]
    z = x - x.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dx = np.exp(logp)
    dx[np.arange(n), y] -= 1
    return -logp[np.arange(n), y].mean(), dx / n
# %%
np.random.seed(4)
x = np.random.randn(8, 5)
y = np.random.randint(5, size=8)
print(svm_loss(x, y)[0], softmax_loss(x, y)[0])
