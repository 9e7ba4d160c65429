# %%
import numpy as np

# %%
def fc_forward(inp, kernel, offset):
    out = inp @ kernel + offset
    return out, (inp, kernel)

def fc_backward(dout, cache):
    inp, kernel = cache
    return dout @ kernel.T, inp.T @ dout, dout.sum(axis=0)

# %%
inp = np.random.RandomState(2).randn(5, 3)
offset = np.zeros(4)
dout = np.ones((5, 4))
