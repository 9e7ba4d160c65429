# %%
import numpy as np
gen = np.random.default_rng(44)
signal = gen.normal(size=(2, 3, 9))      # batch, channels, time
filt = gen.normal(size=(4, 3, 3))
off = gen.normal(size=4)
STRIDE = 2

# %%
def conv1d_forward(signal, filt, off, stride=2):
    B, C, T = signal.shape
    F, _, K = filt.shape
    steps = (T - K) // stride + 1
    res = np.empty((B, F, steps))
    for s in range(steps):
        window = signal[:, :, s * stride:s * stride + K]
        res[:, :, s] = np.tensordot(window, filt, axes=([1, 2], [1, 2])) + off
    return res, {"signal": signal, "filt": filt, "stride": stride}

def conv1d_backward(dres, cache):
    sig, filt, st = cache["signal"], cache["filt"], cache["stride"]
    K = filt.shape[2]
    grads = {"dsignal": np.zeros_like(sig), "dfilt": np.zeros_like(filt)}
    for s in range(dres.shape[2]):
        lo = s * st
        up = dres[:, :, s]
        grads["dsignal"][:, :, lo:lo + K] += np.tensordot(up, filt, axes=(1, 0))
        grads["dfilt"] += np.tensordot(up, sig[:, :, lo:lo + K], axes=(0, 0))
    grads["doff"] = dres.sum(axis=(0, 2))
    return grads

# %%
res, cache = conv1d_forward(signal, filt, off)
print(res.shape)
grads = conv1d_backward(np.ones_like(res), cache)
{k: v.shape for k, v in grads.items()}
