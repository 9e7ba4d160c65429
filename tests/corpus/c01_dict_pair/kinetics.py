# %% Michaelis-Menten with competitive inhibition, log parametrisation
import numpy as np

gen = np.random.RandomState(77)
S = np.linspace(0.2, 6.0, 12)
I = gen.uniform(0, 2, 12)
true = {"logVmax": np.log(3.0), "logKm": np.log(1.2), "logKi": np.log(0.8)}
rate = 3.0 * S / (1.2 * (1 + I / 0.8) + S)
rate = rate + gen.normal(scale=0.05, size=12)

# %%
def residual_cost(theta, substrate, v_obs, inhibitor, delta=0.3):
    V, Km, Ki = np.exp(theta["logVmax"]), np.exp(theta["logKm"]), np.exp(theta["logKi"])
    app = Km * (1 + inhibitor / Ki)
    denom = app + substrate
    pred = V * substrate / denom
    r = pred - v_obs
    # pseudo-Huber
    root = np.sqrt(1 + (r / delta) ** 2)
    cost = np.sum(delta ** 2 * (root - 1))
    return cost, dict(V=V, Km=Km, Ki=Ki, denom=denom, pred=pred, r=r, root=root)

def residual_grad(theta, substrate, v_obs, inhibitor, tmp):
    w = tmp["r"] / tmp["root"]
    g = {}
    g["logVmax"] = np.sum(w * tmp["pred"])
    dden = -w * tmp["pred"] / tmp["denom"]
    g["logKm"] = np.sum(dden * (1 + inhibitor / tmp["Ki"])) * tmp["Km"]
    g["logKi"] = np.sum(dden * (-tmp["Km"] * inhibitor / tmp["Ki"]))
    return g

# %%
theta = {"logVmax": 0.6, "logKm": 0.5, "logKi": -0.6}
c0, tmp = residual_cost(theta, S, rate, I)
g0 = residual_grad(theta, S, rate, I, tmp)
print(c0, g0)

# %%
cur = dict(theta)
for it in range(50):
    c, t = residual_cost(cur, S, rate, I)
    gg = residual_grad(cur, S, rate, I, t)
    cur = {k: cur[k] - 0.02 * gg[k] for k in cur}
{k: float(np.exp(v)) for k, v in cur.items()}
