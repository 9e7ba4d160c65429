# %%
# Convolutional network, layer by layer
import numpy as np
np.random.seed(1)

# %%
def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))

def conv_single_step(a_slice_prev, W, b):
    return np.sum(a_slice_prev * W) + float(b.squeeze())

def conv_forward(A_prev, W, b, hparameters):
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, f, n_C_prev, n_C = W.shape
    stride, pad = hparameters["stride"], hparameters["pad"]
    n_H = (n_H_prev - f + 2 * pad) // stride + 1
    n_W = (n_W_prev - f + 2 * pad) // stride + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    A_pad = zero_pad(A_prev, pad)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    sl = A_pad[i, h * stride:h * stride + f, w * stride:w * stride + f, :]
                    Z[i, h, w, c] = conv_single_step(sl, W[..., c], b[..., c])
    return Z, (A_prev, W, b, hparameters)

def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    f = W.shape[0]
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, n_H, n_W, n_C = dZ.shape
    dA_pad = zero_pad(np.zeros_like(A_prev), pad)
    A_pad = zero_pad(A_prev, pad)
    dW, db = np.zeros_like(W), np.zeros_like(b)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vs, hs = slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)
                    dA_pad[i, vs, hs, :] += W[..., c] * dZ[i, h, w, c]
                    dW[..., c] += A_pad[i, vs, hs, :] * dZ[i, h, w, c]
                    db[..., c] += dZ[i, h, w, c]
    dA_prev = dA_pad[:, pad:-pad, pad:-pad, :]
    return dA_prev, dW, db

# %%
def pool_forward(A_prev, hparameters, mode="max"):
    m, H, Wd, n_C = A_prev.shape
    f, stride = hparameters["f"], hparameters["stride"]
    n_H, n_W = 1 + (H - f) // stride, 1 + (Wd - f) // stride
    A = np.zeros((m, n_H, n_W, n_C))
    for h in range(n_H):
        for w in range(n_W):
            win = A_prev[:, h * stride:h * stride + f, w * stride:w * stride + f, :]
            A[:, h, w, :] = win.max(axis=(1, 2)) if mode == "max" else win.mean(axis=(1, 2))
    return A, (A_prev, hparameters)

def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros_like(A_prev)
    for h in range(dA.shape[1]):
        for w in range(dA.shape[2]):
            vs, hs = slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)
            up = dA[:, h:h + 1, w:w + 1, :]
            if mode == "max":
                win = A_prev[:, vs, hs, :]
                dA_prev[:, vs, hs, :] += (win == win.max(axis=(1, 2), keepdims=True)) * up
            else:
                dA_prev[:, vs, hs, :] += up / (f * f)
    return dA_prev

# %%
A_prev = np.random.randn(2, 4, 4, 2)
W = np.random.randn(2, 2, 2, 3)
b = np.random.randn(1, 1, 1, 3)
hparameters = {"pad": 1, "stride": 2, "f": 2}

Z, cache_conv = conv_forward(A_prev, W, b, hparameters)
A, cache_pool = pool_forward(A_prev, hparameters)
print(Z.shape, A.shape, Z.sum())
