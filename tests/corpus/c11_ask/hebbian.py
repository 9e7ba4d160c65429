# %%
import numpy as np
np.random.seed(13)
patterns = np.sign(np.random.randn(5, 12))
W = np.random.randn(12, 12) * 0.01
# %%
def recall(W, s, steps=5):
    for _ in range(steps):
        s = np.sign(W @ s)
    return s
# %%
def hebb_step(W, pattern, eta):
    dW = np.outer(pattern, pattern) - np.diag(pattern ** 2)
    return W + eta * dW - 0.001 * np.sign(W) * np.outer(pattern, pattern) ** 2
# %%
for p in patterns:
    W = hebb_step(W, p, 0.1)
print(np.mean(recall(W, patterns[0]) == patterns[0]))
