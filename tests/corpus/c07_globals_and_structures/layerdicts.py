# %%
import numpy as np
gen = np.random.RandomState(2024)
layers = [
    {"W": gen.randn(4, 6) * 0.4, "b": gen.randn(6) * 0.1, "act": "tanh"},
    {"W": gen.randn(6, 6) * 0.4, "b": gen.randn(6) * 0.1, "act": "tanh"},
    {"W": gen.randn(6, 2) * 0.4, "b": gen.randn(2) * 0.1, "act": "linear"},
]
inputs = gen.randn(9, 4)
outputs = np.c_[inputs[:, 0] * inputs[:, 1], np.abs(inputs[:, 2])]
# %%
ACT = {"tanh": (np.tanh, lambda a: 1 - a ** 2), "linear": (lambda z: z, lambda a: np.ones_like(a))}
# %%
def feed(layers, x):
    acts = [x]
    for layer in layers:
        acts.append(ACT[layer["act"]][0](acts[-1] @ layer["W"] + layer["b"]))
    return acts
def loss(layers, x, y):
    return np.sum((feed(layers, x)[-1] - y) ** 2) / len(x)
# %%
def grad(layers, x, y):
    acts = feed(layers, x)
    delta = 2 / len(x) * (acts[-1] - y)
    out = []
    for n in range(len(layers))[::-1]:
        delta = delta * ACT[layers[n]["act"]][1](acts[n + 1])
        out.insert(0, {"W": acts[n].T @ delta, "b": delta.sum(0)})
        delta = delta @ layers[n]["W"].T
    return out
# %%
G = grad(layers, inputs, outputs)
for layer, g in zip(layers, G):
    layer["W"] -= 0.05 * g["W"]
    layer["b"] -= 0.05 * g["b"]
print(loss(layers, inputs, outputs))
