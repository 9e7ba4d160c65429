# %%
import numpy as np
prng = np.random.default_rng(5)
D, H, T = 3, 4, 5
inputs = prng.standard_normal((T, D))
wanted = prng.standard_normal((T,))

# %%
model = {
    "Wx": prng.standard_normal((H, D)) * .5,
    "Wh": prng.standard_normal((H, H)) * .4,
    "bh": prng.standard_normal(H) * .1,
    "wo": prng.standard_normal(H) * .7,
}

# %%
def run_rnn(seq, goal, model, h_init=None):
    """returns only the cost unless want it all... see unroll()"""
    hs, ys = unroll(seq, model, h_init)
    return 0.5 * np.mean((ys - goal) ** 2)

def unroll(seq, model, h_init=None):
    h = np.zeros(model["bh"].shape) if h_init is None else h_init
    hs = [h]
    ys = []
    for x in seq:
        h = np.tanh(model["Wx"] @ x + model["Wh"] @ h + model["bh"])
        hs.append(h)
        ys.append(model["wo"] @ h)
    return hs, np.array(ys)

# %%
def bptt(seq, goal, model):
    hs, ys = unroll(seq, model)
    out = {k: np.zeros_like(v) for k, v in model.items()}
    err = (ys - goal) / len(seq)
    dh_next = np.zeros_like(model["bh"])
    for t in range(len(seq) - 1, -1, -1):
        out["wo"] += err[t] * hs[t + 1]
        dh = err[t] * model["wo"] + dh_next
        da = dh * (1 - hs[t + 1] ** 2)
        out["Wx"] += np.outer(da, seq[t])
        out["Wh"] += np.outer(da, hs[t])
        out["bh"] += da
        dh_next = model["Wh"].T @ da
    return out

# %%
print(run_rnn(inputs, wanted, model))
clip = lambda g, c=5.0: {k: np.clip(v, -c, c) for k, v in g.items()}
for epoch in range(3):
    step = clip(bptt(inputs, wanted, model))
    for name in model:
        model[name] = model[name] - 0.05 * step[name]
print(run_rnn(inputs, wanted, model))
