# %%
import numpy as np
rng = np.random.default_rng(77)

# %%
feats = rng.standard_normal((14, 5))
target = rng.integers(0, 3, 14)
weight = rng.standard_normal((3, 5)) * 0.4
temperature = 1.5

# %%
def step_fn(feats, target, weight, temperature):
    """one forward and backward of a softmax classifier with temperature"""
    scores = feats @ weight.T / temperature
    lse = np.log(np.exp(scores).sum(1))
    loss = np.mean(lse - scores[np.arange(len(target)), target])
    post = np.exp(scores - lse[:, None])
    err = post.copy()
    err[np.arange(len(target)), target] -= 1.0
    dweight = err.T @ feats / (len(target) * temperature)
    return scores, loss, dweight, post

# %%
def plot_confusion(post, target):
    import matplotlib.pyplot as plt
    cm = np.zeros((3, 3))
    np.add.at(cm, (target, post.argmax(1)), 1)
    plt.matshow(cm)

lr = 0.5
for it in range(3):
    scores, loss, dweight, post = step_fn(feats, target, weight, temperature)
    print(it, loss, (post.argmax(1) == target).mean())
