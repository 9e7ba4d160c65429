# %%
import numpy as np
rng = np.random.default_rng(303)

# %%
def predict(features, w, b):
    return features @ w + b

def absolute_loss(features, responses, w, b, smooth=0.1):
    """pseudo-Huber"""
    r = predict(features, w, b) - responses
    return smooth ** 2 * np.mean(np.sqrt(1 + (r / smooth) ** 2) - 1)

def absolute_loss_gradient(features, responses, w, b, smooth=0.1):
    r = predict(features, w, b) - responses
    d = r / np.sqrt(1 + (r / smooth) ** 2) / len(r)
    return features.T @ d, d.sum()

# %%
features = rng.normal(size=(10, 3))
w = rng.normal(size=3)
b = 0.5
print(predict(features, w, b))
