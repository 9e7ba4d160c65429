# %%
import numpy as np
from functools import reduce

# %%
def random_layer_params(m, n, rng, scale=0.6):
    return scale * rng.normal(size=(n, m)), scale * rng.normal(size=(n,))

def init_network_params(sizes, rng):
    return [random_layer_params(m, n, rng) for m, n in zip(sizes[:-1], sizes[1:])]

rng = np.random.default_rng(0)
layer_sizes = [4, 5, 3]
params = init_network_params(layer_sizes, rng)
images = rng.random((9, 4))
targets = np.eye(3)[rng.integers(0, 3, 9)]

# %%
def predict(params, image):
    act = image
    for w, b in params[:-1]:
        act = np.tanh(np.dot(w, act) + b)
    w, b = params[-1]
    logits = np.dot(w, act) + b
    return logits - np.log(np.sum(np.exp(logits)))

def batched_predict(params, images):
    return np.stack([predict(params, im) for im in images])

def loss(params, images, targets):
    preds = batched_predict(params, images)
    return -np.mean(preds * targets)

def accuracy(params, images, targets):
    return np.mean(np.argmax(targets, 1) == np.argmax(batched_predict(params, images), 1))

# %%
def grad_one(params, image, target, scale):
    acts = [image]
    for w, b in params[:-1]:
        acts.append(np.tanh(w @ acts[-1] + b))
    w, b = params[-1]
    z = w @ acts[-1] + b
    p = np.exp(z - z.max()); p = p / p.sum()
    delta = (p - target) * scale
    out = []
    for (w, b), a in zip(reversed(params), reversed(acts)):
        out.append((np.outer(delta, a), delta))
        delta = (w.T @ delta) * (1 - a**2)
    return out[::-1]

def grad(params, images, targets):
    per_example = [grad_one(params, im, t, 1 / targets.size) for im, t in zip(images, targets)]
    add = lambda g1, g2: [(dw1 + dw2, db1 + db2) for (dw1, db1), (dw2, db2) in zip(g1, g2)]
    return reduce(add, per_example)

def update(params, x, y, step_size=0.5):
    grads = grad(params, x, y)
    return [(w - step_size * dw, b - step_size * db) for (w, b), (dw, db) in zip(params, grads)]

# %%
for epoch in range(2):
    params = update(params, images, targets)
    print(loss(params, images, targets), accuracy(params, images, targets))
