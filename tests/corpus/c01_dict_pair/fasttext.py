# %%
import numpy as np
np.random.seed(5)
vocab = ["good", "bad", "film", "plot", "dull", "great", "the", "a"]
w2i = {w: i for i, w in enumerate(vocab)}
docs = ["the great film", "a dull plot", "good film good plot", "the bad film", "great great plot"]
sents = [[w2i[w] for w in d.split()] for d in docs]
y = np.array([1, 0, 1, 0, 1])
# %%
parameters = {"E": np.random.randn(len(vocab), 3) * 0.6, "w": np.random.randn(3), "b": np.array(0.2)}
def sigmoid(a): return 1 / (1 + np.exp(-a))
# %%
def forward(sents, y, parameters):
    E, w, b = parameters["E"], parameters["w"], parameters["b"]
    h = np.stack([E[s].mean(axis=0) for s in sents])
    p = sigmoid(h @ w + b)
    loss = -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))
    cache = {"h": h, "p": p}
    return loss, cache
# %%
def backward(sents, y, parameters, cache):
    d = cache["p"] - y
    dE = np.zeros_like(parameters["E"])
    for i, s in enumerate(sents):
        for tok in s:
            dE[tok] += d[i] * parameters["w"] / len(s)
    return {"dE": dE, "dw": cache["h"].T @ d, "db": d.sum()}
# %%
def train(sents, y, parameters, lr=0.1, epochs=3):
    for _ in range(epochs):
        loss, cache = forward(sents, y, parameters)
        grads = backward(sents, y, parameters, cache)
        for k in parameters:
            parameters[k] = parameters[k] - lr * grads["d" + k]
    return parameters
train(sents, y, parameters)
print(forward(sents, y, parameters)[0])
