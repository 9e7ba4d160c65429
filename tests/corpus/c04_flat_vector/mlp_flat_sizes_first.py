# %%
import numpy as np

def unpack(vec, shapes):
    out, k = [], 0
    for s in shapes:
        n = int(np.prod(s))
        out.append(vec[k:k + n].reshape(s))
        k += n
    return out

def pack(arrays):
    return np.concatenate([a.ravel() for a in arrays])

# %%
shapes = [(3, 5), (5,), (5, 2), (2,)]
rng = np.random.RandomState(2)
vec0 = pack([rng.randn(*s) * 0.6 for s in shapes])
Xd = rng.randn(12, 3)
Yd = np.column_stack([Xd[:, 0] * Xd[:, 1], np.cos(Xd[:, 2])])
decay = 1e-2

# %%
def fun(shapes, vec, Xd, Yd, decay):
    W, b, V, c = unpack(vec, shapes)
    hid = np.tanh(Xd @ W + b)
    e = hid @ V + c - Yd
    return 0.5 * np.mean(e ** 2) + 0.5 * decay * vec @ vec

def jac(shapes, vec, Xd, Yd, decay):
    W, b, V, c = unpack(vec, shapes)
    hid = np.tanh(Xd @ W + b)
    e = (hid @ V + c - Yd) / Yd.size
    d = e @ V.T * (1 - hid ** 2)
    return pack([Xd.T @ d, d.sum(0), hid.T @ e, e.sum(0)]) + decay * vec

# %%
def check_grad(f, g, v, eps=1e-6):
    num = np.array([(f(v + eps * u) - f(v - eps * u)) / (2 * eps) for u in np.eye(len(v))])
    return np.abs(num - g(v)).max()

print(check_grad(lambda v: fun(shapes, v, Xd, Yd, decay), lambda v: jac(shapes, v, Xd, Yd, decay), vec0))
