# %%
import numpy as np
np.random.seed(0)

def conv1d_forward(signal, taps, bias, conv_settings):
    s = conv_settings["stride"]
    k = taps.shape[-1]
    n = (signal.shape[-1] - k) // s + 1
    cols = np.stack([signal[:, :, i * s:i * s + k] for i in range(n)], axis=-1)
    out = np.einsum("bckn,ock->bon", cols, taps) + bias[:, None]
    return out, (cols, signal.shape, taps, s)

def conv1d_backward(dout, cache):
    cols, shape, taps, s = cache
    k = taps.shape[-1]
    dtaps = np.einsum("bon,bckn->ock", dout, cols)
    dsignal = np.zeros(shape)
    for i in range(dout.shape[-1]):
        dsignal[:, :, i * s:i * s + k] += np.einsum("bo,ock->bck", dout[:, :, i], taps)
    return dsignal, dtaps, dout.sum(axis=(0, 2))

# %%
signal = np.random.randn(2, 3, 11)
taps = np.random.randn(4, 3, 3)
bias = np.random.randn(4)
