# %%
from numpy import *
from numpy.random import RandomState
r = RandomState(42)

# %%
x = r.randn(3, 10)
t = r.randn(2, 10)
p = {'u': r.randn(4, 3), 'v': r.randn(2, 4), 'c': r.randn(4, 1)*.3, 'e': r.randn(2, 1)*.3}
old_p = {'u': r.randn(7, 3), 'v': r.randn(2, 7), 'c': r.randn(7, 1), 'e': r.randn(2, 1)}   # first try with 7 hidden
reg = 0.02

# %%
def f(p, x, t):
    h = log(1 + exp(dot(p['u'], x) + p['c']))
    o = dot(p['v'], h) + p['e']
    return mean(sum((o - t)**2, 0)) + reg*sum(p['v']**2) + reg*sum(p['u']**2)

def df(p, x, t):
    a = dot(p['u'], x) + p['c']
    h = log(1 + exp(a))
    o = dot(p['v'], h) + p['e']
    q = 2*(o - t)/x.shape[1]
    s = dot(p['v'].T, q)/(1 + exp(-a))
    return {'v': dot(q, h.T) + 2*reg*p['v'], 'e': sum(q, 1, keepdims=True),
            'u': dot(s, x.T) + 2*reg*p['u'], 'c': sum(s, 1, keepdims=True)}

# %%
def step(p, eta=.05):
    g = df(p, x, t)
    return {k: p[k] - eta*g[k] for k in p}

print(f(p, x, t), f(step(p), x, t))
