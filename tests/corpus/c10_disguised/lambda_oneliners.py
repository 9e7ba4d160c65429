# %%
import numpy as np; rnd = np.random.default_rng(3)
sig = lambda t: 1/(1 + np.exp(-t))
dsig = lambda s: s*(1 - s)

# %%
x = rnd.normal(size=(15, 2)); y = (np.hypot(*x.T) < 1.1)*1.
A, k, v = rnd.normal(size=(2, 5)), rnd.normal(size=5)*.3, rnd.normal(size=5)

# %%
hid  = lambda A, k: sig(x@A + k)
prob = lambda A, k, v: sig(hid(A, k)@v)
E    = lambda A, k, v: -np.mean(y*np.log(prob(A, k, v)) + (1 - y)*np.log(1 - prob(A, k, v)))
err  = lambda A, k, v: (prob(A, k, v) - y)/len(y)
dH   = lambda A, k, v: np.outer(err(A, k, v), v)*dsig(hid(A, k))
dE   = lambda A, k, v: (x.T@dH(A, k, v), dH(A, k, v).sum(0), hid(A, k).T@err(A, k, v))

# %%
for it in range(25):
    A, k, v = [p - .5*g for p, g in zip((A, k, v), dE(A, k, v))]
    if it % 8 == 0: print(it, E(A, k, v))
hit = lambda: np.mean((prob(A, k, v) > .5) == y)
hit()
