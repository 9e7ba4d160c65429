# %%
import numpy as np
np.random.seed(10)

# %%
def conv_forward_naive(x, w, b, conv_param):
    """x (N,C,H,W), w (F,C,HH,WW), b (F,)"""
    s, p = conv_param['stride'], conv_param['pad']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    Ho, Wo = 1 + (H + 2 * p - HH) // s, 1 + (W + 2 * p - WW) // s
    out = np.zeros((N, F, Ho, Wo))
    for i in range(Ho):
        for j in range(Wo):
            win = xp[:, :, i * s:i * s + HH, j * s:j * s + WW]
            out[:, :, i, j] = np.tensordot(win, w, axes=([1, 2, 3], [1, 2, 3])) + b
    return out, (x, w, b, conv_param)

def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    s, p = conv_param['stride'], conv_param['pad']
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    HH, WW = w.shape[2:]
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            g = dout[:, :, i, j]
            win = xp[:, :, i * s:i * s + HH, j * s:j * s + WW]
            dw += np.tensordot(g, win, axes=([0], [0]))
            dxp[:, :, i * s:i * s + HH, j * s:j * s + WW] += np.tensordot(g, w, axes=([1], [0]))
    db = dout.sum(axis=(0, 2, 3))
    dx = dxp[:, :, p:dxp.shape[2] - p, p:dxp.shape[3] - p]
    return dx, dw, db

# %%
def max_pool_forward_naive(feat, pool_param):
    k, s = pool_param['size'], pool_param['stride']
    N, C, H, W = feat.shape
    Ho, Wo = 1 + (H - k) // s, 1 + (W - k) // s
    out = np.zeros((N, C, Ho, Wo))
    for i in range(Ho):
        for j in range(Wo):
            out[:, :, i, j] = feat[:, :, i * s:i * s + k, j * s:j * s + k].max(axis=(2, 3))
    return out, (feat, pool_param)

def max_pool_backward_naive(dout, cache):
    feat, pool_param = cache
    k, s = pool_param['size'], pool_param['stride']
    dfeat = np.zeros_like(feat)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            win = feat[:, :, i * s:i * s + k, j * s:j * s + k]
            mask = win == win.max(axis=(2, 3), keepdims=True)
            dfeat[:, :, i * s:i * s + k, j * s:j * s + k] += mask * dout[:, :, i, j][:, :, None, None]
    return dfeat

# %%
x = np.random.randn(2, 2, 5, 5)
w = np.random.randn(3, 2, 3, 3)
b = np.random.randn(3)
conv_param = {'stride': 2, 'pad': 1}
out, conv_cache = conv_forward_naive(x, w, b, conv_param)
feat = np.random.randn(2, 3, 4, 4)
pool_param = {'size': 3, 'stride': 1}
pooled, pool_cache = max_pool_forward_naive(feat, pool_param)
print(out.shape, pooled.shape)
