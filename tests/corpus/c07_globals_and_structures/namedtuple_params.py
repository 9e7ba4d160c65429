# %%
from collections import namedtuple
import numpy as np

Theta = namedtuple("Theta", "A c v d")
Cache = namedtuple("Cache", ["x", "pre", "h"])

# %%
def initialise(n, k, rng):
    return Theta(A=rng.standard_normal((k, n)) / n**0.5, c=0.2 * rng.standard_normal((k, 1)),
                 v=rng.standard_normal((1, k)) / k**0.5, d=0.2 * rng.standard_normal((1, 1)))

def elu(u): return np.where(u > 0, u, np.expm1(u))
def elu_prime(u): return np.where(u > 0, 1.0, np.exp(np.minimum(u, 0)))

# %%
def forward(theta, x):
    pre = theta.A @ x + theta.c
    h = elu(pre)
    return theta.v @ h + theta.d, Cache(x, pre, h)

def huber(yhat, y, delta=1.0):
    r = np.abs(yhat - y)
    return np.mean(np.where(r <= delta, 0.5 * r**2, delta * (r - 0.5 * delta)))

def backprop(theta, cache, yhat, y, delta=1.0):
    m = y.shape[1]
    dyhat = np.clip(yhat - y, -delta, delta) / m
    dh = theta.v.T @ dyhat
    dpre = dh * elu_prime(cache.pre)
    return Theta(A=dpre @ cache.x.T, c=dpre.sum(1, keepdims=True), v=dyhat @ cache.h.T, d=dyhat.sum(1, keepdims=True))

def update(theta, grad, eta):
    return Theta(*(p - eta * g for p, g in zip(theta, grad)))

# %%
rng = np.random.default_rng(77)
x = rng.standard_normal((4, 18))
y = 2.5 * np.sin(x.sum(axis=0, keepdims=True))
theta = initialise(4, 5, rng)
theta0 = theta

for _ in range(3):
    yhat, cache = forward(theta, x)
    grad = backprop(theta, cache, yhat, y)
    theta = update(theta, grad, 0.1)
    print(huber(yhat, y))
