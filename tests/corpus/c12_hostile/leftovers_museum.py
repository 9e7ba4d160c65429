# %%
import itertools, threading, logging
from collections import defaultdict
import numpy as np

log = logging.getLogger("nb")
lock = threading.Lock()
counter = itertools.count()
rng = np.random.default_rng(1)

# %%
def batches(x, y, size=4):
    while True:                               # endless on purpose
        i = rng.integers(0, len(x), size)
        yield x[i], y[i]

class Experiment:
    opened = 0
    @property
    def weights(self):
        Experiment.opened += 1
        raise AttributeError("load() first")
    @property
    def gradients(self):
        return next(counter)
    def __setattr__(self, k, v):
        raise TypeError("read-only")
    def __copy__(self):
        raise TypeError("cannot copy")
    __deepcopy__ = __reduce__ = __copy__

exp = Experiment()
state = {"name": "run", "it": 3}
state["self"] = state                         # oops
nested = []
nested.append(nested)
memo = defaultdict(lambda: np.full(3, np.nan))
ragged = np.array([np.ones(2), np.ones(3), None], dtype=object)
with_nan = np.array([[1., np.nan], [np.inf, 0.]])
empty = np.zeros((0, 4))
ints = np.arange(12).reshape(4, 3)
kernel_old = np.array([1, 0, -1])

# %% 1-D convolution + relu + mean pooling regressor
sig_x = rng.normal(size=(10, 8))
sig_y = rng.normal(size=10)
gen = batches(sig_x, sig_y)
kernel = rng.normal(size=3)
bias = np.array([0.2])
readout = rng.normal(size=6)

def windows(x, k=3):
    return np.lib.stride_tricks.sliding_window_view(x, k, axis=1)

def model(x, kernel, bias, readout):
    z = windows(x) @ kernel + bias
    return z, np.maximum(z, 0) @ readout

def sqloss(x, y, kernel, bias, readout):
    return 0.5 * np.mean((model(x, kernel, bias, readout)[1] - y) ** 2)

def sqloss_backward(x, y, kernel, bias, readout):
    z, out = model(x, kernel, bias, readout)
    dout = (out - y) / len(y)
    d_readout = dout @ np.maximum(z, 0)
    dz = np.outer(dout, readout) * (z > 0)
    d_kernel = np.einsum('nt,ntk->k', dz, windows(x))
    d_bias = np.array([dz.sum()])
    return dict(kernel=d_kernel, bias=d_bias, readout=d_readout)

# %%
xb, yb = next(gen)
print(sqloss(xb, yb, kernel, bias, readout), sqloss(sig_x, sig_y, kernel, bias, readout))
