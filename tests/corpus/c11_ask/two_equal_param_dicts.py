# %%
import numpy as np
rng = np.random.default_rng(16)

def init(r):
    return {"W1": r.normal(size=(3, 5)) * 0.5, "b1": r.normal(size=5) * 0.1,
            "W2": r.normal(size=(5, 1)) * 0.5, "b2": r.normal(size=1) * 0.1}

actor = init(rng)
critic = init(rng)

# %%
def net_loss(p, s, ret):
    h = np.tanh(s @ p["W1"] + p["b1"])
    v = h @ p["W2"] + p["b2"]
    return 0.5 * np.mean((v - ret) ** 2), (s, h, v)

def net_grads(p, ret, cache):
    s, h, v = cache
    dv = (v - ret) / v.size
    dh = dv @ p["W2"].T * (1 - h ** 2)
    return {"dW1": s.T @ dh, "db1": dh.sum(0), "dW2": h.T @ dv, "db2": dv.sum(0)}

# %%
s = rng.normal(size=(9, 3))
ret = rng.normal(size=(9, 1))
for q in (actor, critic):
    print(net_loss(q, s, ret)[0])
