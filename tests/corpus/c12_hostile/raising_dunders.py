# %%
import numpy as np
rng = np.random.default_rng(404)

# %%
class LazyTable:
    """opens the table on first use - file is gone by now"""
    shape = (3, 4)
    def __len__(self): raise OSError("stale file handle")
    def __repr__(self): raise OSError("stale file handle")
    def __bool__(self): raise OSError("stale file handle")
    def __eq__(self, other): raise OSError("stale file handle")
    def __hash__(self): raise OSError("stale file handle")
    def __array__(self, *a, **k): raise OSError("stale file handle")
    def __iter__(self): raise OSError("stale file handle")

class Column(LazyTable):
    dtype = np.dtype(float)
    ndim = 2
    size = 12

W_table = LazyTable()
X_table = Column()
dW = LazyTable()
results = {"run1": LazyTable(), "lr": 0.1}

# %%
params = {"W": rng.normal(size=(4, 3)), "b": rng.normal(size=3)}
X = rng.normal(size=(15, 4))
y = rng.integers(0, 3, 15).astype(np.uint8)

def softmax_loss(params, X, y):
    s = X @ params["W"] + params["b"]
    s = s - s.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(s).sum(axis=1)) - s[np.arange(len(y)), y])

def softmax_grad(params, X, y):
    s = X @ params["W"] + params["b"]
    p = np.exp(s - s.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    p /= len(y)
    return {"W": X.T @ p, "b": p.sum(axis=0)}

# %%
for _ in range(5):
    g = softmax_grad(params, X, y)
    params = {k: v - 0.3 * g[k] for k, v in params.items()}
print(softmax_loss(params, X, y))
