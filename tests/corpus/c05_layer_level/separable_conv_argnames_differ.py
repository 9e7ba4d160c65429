# %%
# Mobile-style block: depthwise then pointwise, 1-D signals (batch, channel, length)
import numpy as np
rs = np.random.RandomState(12)

# %%
def depthwise_forward(x, k):
    L = x.shape[-1] - k.shape[-1] + 1
    win = np.stack([x[..., i:i + L] for i in range(k.shape[-1])], axis=-1)
    return np.einsum('bcls,cs->bcl', win, k), (x, k, win)

def depthwise_backward(dout, cache):
    x, k, win = cache
    L = dout.shape[-1]
    dk = np.einsum('bcl,bcls->cs', dout, win)
    dx = np.zeros_like(x)
    for i in range(k.shape[-1]):
        dx[..., i:i + L] += dout * k[None, :, i, None]
    return dx, dk

# %%
def pointwise_forward(x, m):
    return np.einsum('bcl,dc->bdl', x, m), (x, m)

def pointwise_backward(dout, cache):
    x, m = cache
    return np.einsum('bdl,dc->bcl', dout, m), np.einsum('bdl,bcl->dc', dout, x)

# %%
sig = rs.randn(2, 3, 8)
k = rs.randn(3, 3)
m = rs.randn(4, 3)
mid, c_dw = depthwise_forward(sig, k)
res, c_pw = pointwise_forward(mid, m)
d_res = rs.randn(*res.shape)
d_mid, dm = pointwise_backward(d_res, c_pw)
d_sig, dk = depthwise_backward(d_mid, c_dw)
print(d_sig.shape, dk.shape, dm.shape)
