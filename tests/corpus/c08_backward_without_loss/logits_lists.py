# %%
import numpy as np

rng = np.random.default_rng(123)
sizes = [5, 6, 4, 3]
weights = [rng.normal(size=(i, o)) / np.sqrt(i) for i, o in zip(sizes, sizes[1:])]
biases = [0.1 * rng.normal(size=o) for o in sizes[1:]]

images = rng.random((12, 5)) * 2 - 1
classes = rng.integers(0, 3, size=12)

# %%
def run_network(weights, biases, images):
    acts = [images]
    for i, (w, b) in enumerate(zip(weights, biases)):
        z = acts[-1] @ w + b
        if i < len(weights) - 1:
            acts.append(np.maximum(z, 0.01 * z))
        else:
            e = np.exp(z - z.max(1, keepdims=True))
            acts.append(e / e.sum(1, keepdims=True))
    return acts

def categorical_crossentropy_backprop(weights, biases, images, classes):
    acts = run_network(weights, biases, images)
    d = acts[-1].copy()
    d[np.arange(len(classes)), classes] -= 1
    d /= len(classes)
    gw, gb = [], []
    for i in reversed(range(len(weights))):
        gw.append(acts[i].T @ d)
        gb.append(d.sum(0))
        if i:
            d = (d @ weights[i].T) * np.where(acts[i] > 0, 1, 0.01)
    return gw[::-1], gb[::-1]

# %%
confusion = np.zeros((3, 3), int)
for true, pred in zip(classes, run_network(weights, biases, images)[-1].argmax(1)):
    confusion[true, pred] += 1
print(confusion)
gw, gb = categorical_crossentropy_backprop(weights, biases, images, classes)
