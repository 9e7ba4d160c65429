# %%
import functools, time
import numpy as np
calls = {}
def counted(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kw):
        calls[fn.__name__] = calls.get(fn.__name__, 0) + 1
        return fn(*args, **kw)
    return wrapper

def timed(label):
    def deco(fn):
        def inner(*a, **k):
            t0 = time.perf_counter()
            out = fn(*a, **k)
            calls[label] = time.perf_counter() - t0
            return out
        return inner
    return deco
# %%
@counted
def forward(X, Y, parameters):
    A = np.tanh(parameters["W"] @ X + parameters["b"])
    out = parameters["v"] @ A
    return 0.5 * np.mean((out - Y) ** 2), (A, out)
# %%
@timed("bw")
@counted
def backward(X, Y, parameters, cache):
    A, out = cache
    d = (out - Y) / Y.size
    dA = np.outer(parameters["v"], d) * (1 - A ** 2)
    return {"W": dA @ X.T, "b": dA.sum(1, keepdims=True), "v": A @ d}
# %%
rng = np.random.default_rng(9)
X, Y = rng.normal(size=(3, 11)), rng.normal(size=11)
parameters = {"W": rng.normal(size=(4, 3)), "b": rng.normal(size=(4, 1)) * 0.2, "v": rng.normal(size=4)}
J, cache = forward(X, Y, parameters)
grads = backward(X, Y, parameters, cache)
print(J, calls)
