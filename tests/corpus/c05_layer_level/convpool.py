# %%
import numpy as np
np.random.seed(10)
# %%
def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))

def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, H, Wd, C = A_prev.shape
    f, _, _, n_C = W.shape
    nH, nW = (H - f + 2 * pad) // stride + 1, (Wd - f + 2 * pad) // stride + 1
    Z = np.zeros((m, nH, nW, n_C))
    Ap = zero_pad(A_prev, pad)
    for h in range(nH):
        for w in range(nW):
            patch = Ap[:, h * stride:h * stride + f, w * stride:w * stride + f, :]
            Z[:, h, w, :] = np.tensordot(patch, W, axes=([1, 2, 3], [0, 1, 2])) + b[0, 0, 0]
    return Z, (A_prev, W, b, hparameters)
# %%
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters["stride"], hparameters["pad"]
    f = W.shape[0]
    Ap = zero_pad(A_prev, pad)
    dAp, dW = np.zeros_like(Ap), np.zeros_like(W)
    db = dZ.sum(axis=(0, 1, 2)).reshape(b.shape)
    for h in range(dZ.shape[1]):
        for w in range(dZ.shape[2]):
            sl = np.s_[:, h * stride:h * stride + f, w * stride:w * stride + f, :]
            dAp[sl] += np.tensordot(dZ[:, h, w, :], W, axes=([1], [3]))
            dW += np.tensordot(Ap[sl], dZ[:, h, w, :], axes=([0], [0]))
    dA_prev = dAp[:, pad:dAp.shape[1] - pad, pad:dAp.shape[2] - pad, :] if pad else dAp
    return dA_prev, dW, db
# %%
def pool_forward(A_prev, hparameters, mode="max"):
    f, s = hparameters["f"], hparameters["stride"]
    m, H, W, C = A_prev.shape
    nH, nW = (H - f) // s + 1, (W - f) // s + 1
    A = np.zeros((m, nH, nW, C))
    for h in range(nH):
        for w in range(nW):
            p = A_prev[:, h * s:h * s + f, w * s:w * s + f, :]
            A[:, h, w, :] = p.max(axis=(1, 2)) if mode == "max" else p.mean(axis=(1, 2))
    return A, (A_prev, hparameters)
# %%
def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros_like(A_prev)
    for h in range(dA.shape[1]):
        for w in range(dA.shape[2]):
            sl = np.s_[:, h * s:h * s + f, w * s:w * s + f, :]
            g = dA[:, h, w, :][:, None, None, :]
            if mode == "max":
                mask = A_prev[sl] == A_prev[sl].max(axis=(1, 2), keepdims=True)
                dA_prev[sl] += mask * g
            else:
                dA_prev[sl] += np.ones((1, f, f, 1)) * g / (f * f)
    return dA_prev
# %%
A_prev = np.random.randn(2, 5, 5, 2)
W = np.random.randn(3, 3, 2, 3)
b = np.random.randn(1, 1, 1, 3)
hparameters = {"pad": 1, "stride": 2, "f": 2}
Z, cache_conv = conv_forward(A_prev, W, b, hparameters)
A, cache = pool_forward(Z, hparameters)
print(Z.mean(), A.shape)
