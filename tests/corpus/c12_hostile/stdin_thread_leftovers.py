# %%
import threading, queue, weakref, re, io
import numpy as np

np.random.seed(29)

# %%
event = threading.Event()
q = queue.Queue()
buf = io.StringIO()
pattern = re.compile("grad.*")
gen_exp = (np.random.randn(3) for _ in iter(int, 1))      # endless
class _N: pass
_tmp = _N(); ref = weakref.ref(_tmp); del _tmp             # dead reference
proxy_target = _N(); proxy = weakref.proxy(proxy_target); del proxy_target   # every access raises ReferenceError

def wait_for_gradient(a, B, c, x, t):
    event.wait()
    return q.get()

def grad_from_keyboard(a, B, c, x, t):
    return [eval(input("grad of %s: " % n)) for n in "aBc"]

def live_loss_plot(a, B, c, x, t):
    try:
        import matplotlib.pyplot as plt
        plt.plot(loss(a, B, c, x, t)); plt.show(block=True)
    except ImportError:
        pass

# %%
x = np.random.randn(5, 13)
t = np.random.randint(0, 2, 13).astype(np.int8)
a = np.random.randn(4)
B = np.random.randn(4, 5) * .5
c = np.random.randn(4) * .1

def scores(a, B, c, x):
    z = B @ x + c[:, None]
    return a @ np.arctan(z), z

def loss(a, B, c, x, t):
    s, _ = scores(a, B, c, x)
    return np.logaddexp(0, -(2 * t - 1) * s).sum()

def grad(a, B, c, x, t):
    s, z = scores(a, B, c, x)
    ds = 1 / (1 + np.exp(-s)) - t
    dz = np.outer(a, ds) / (1 + z ** 2)
    return np.arctan(z) @ ds, dz @ x.T, dz.sum(1)

# %%
for _ in range(3):
    ga, gB, gc = grad(a, B, c, x, t)
    a, B, c = a - .02 * ga, B - .02 * gB, c - .02 * gc
print(loss(a, B, c, x, t))
