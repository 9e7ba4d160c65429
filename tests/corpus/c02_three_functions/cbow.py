# %% CBOW embeddings (NLP course, week 4)
import numpy as np
corpus = "the ship left the harbour before the storm hit the coast and the crew saw the storm".split()
vocab = sorted(set(corpus))
word2Ind = {w: i for i, w in enumerate(vocab)}
V, N, C = len(vocab), 4, 2

def get_batch(words, C):
    xs, ys = [], []
    for i in range(C, len(words) - C):
        ctx = words[i - C:i] + words[i + 1:i + C + 1]
        v = np.zeros(V)
        for w in ctx:
            v[word2Ind[w]] += 1 / len(ctx)
        t = np.zeros(V); t[word2Ind[words[i]]] = 1
        xs.append(v); ys.append(t)
    return np.array(xs).T, np.array(ys).T

def initialize_model(N, V, random_seed=1):
    np.random.seed(random_seed)
    return np.random.rand(N, V), np.random.rand(V, N), np.random.rand(N, 1), np.random.rand(V, 1)

# %%
def softmax(z):
    e = np.exp(z - z.max(0, keepdims=True))
    return e / np.sum(e, axis=0)

def forward_prop(x, W1, W2, b1, b2):
    h = np.dot(W1, x) + b1
    h = np.maximum(0, h)
    z = np.dot(W2, h) + b2
    return z, h

def compute_cost(y, yhat, batch_size):
    logprobs = np.multiply(np.log(yhat), y)
    return np.squeeze(-1 / batch_size * np.sum(logprobs))

def back_prop(x, yhat, y, h, W1, W2, b1, b2, batch_size):
    dz = yhat - y
    l1 = np.dot(W2.T, dz)
    l1[h <= 0] = 0
    grad_W1 = (1 / batch_size) * np.dot(l1, x.T)
    grad_W2 = (1 / batch_size) * np.dot(dz, h.T)
    grad_b1 = (1 / batch_size) * np.sum(l1, axis=1, keepdims=True)
    grad_b2 = (1 / batch_size) * np.sum(dz, axis=1, keepdims=True)
    return grad_W1, grad_W2, grad_b1, grad_b2

# %%
x, y = get_batch(corpus, C)
W1, W2, b1, b2 = initialize_model(N, V)
b1 = b1 - 0.5
batch_size = x.shape[1]
z, h = forward_prop(x, W1, W2, b1, b2)
yhat = softmax(z)
cost = compute_cost(y, yhat, batch_size)
print(V, batch_size, cost)
embs = (W1.T + W2) / 2.0
