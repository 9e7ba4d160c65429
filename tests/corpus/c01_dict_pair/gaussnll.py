# %%
import numpy as np
r = np.random.default_rng(77)
t = np.linspace(-1, 1, 25)[:, None]
obs = np.sin(2 * t) + (0.1 + 0.2 * t ** 2) * r.standard_normal((25, 1))
# %%
# heteroscedastic regression: net gives mean and log-variance
net = {"Wh": r.standard_normal((1, 6)), "bh": r.standard_normal(6) * 0.2,
       "Wmu": r.standard_normal((6, 1)) * 0.4, "bmu": np.zeros(1),
       "Wlv": r.standard_normal((6, 1)) * 0.3, "blv": -np.ones(1)}
# %%
def nll(x, net, y):
    h = np.tanh(x @ net["Wh"] + net["bh"])
    mu = h @ net["Wmu"] + net["bmu"]
    lv = h @ net["Wlv"] + net["blv"]
    value = 0.5 * np.mean(lv + (y - mu) ** 2 * np.exp(-lv))
    return value, [x, y, h, mu, lv, net]

def nll_grad(cache):
    x, y, h, mu, lv, net = cache
    n = y.size
    dmu = (mu - y) * np.exp(-lv) / n
    dlv = 0.5 * (1 - (y - mu) ** 2 * np.exp(-lv)) / n
    dh = dmu @ net["Wmu"].T + dlv @ net["Wlv"].T
    da = dh * (1 - h ** 2)
    return {"Wh": x.T @ da, "bh": da.sum(0), "Wmu": h.T @ dmu, "bmu": dmu.sum(0), "Wlv": h.T @ dlv, "blv": dlv.sum(0)}
# %%
history = []
for step in range(4):
    v, c = nll(t, net, obs)
    gr = nll_grad(c)
    net = {k: net[k] - 0.02 * gr[k] for k in net}
    history.append(v)
print(history)
