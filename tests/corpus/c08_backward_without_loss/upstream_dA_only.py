# %%
import numpy as np
np.random.seed(6)

# %%
def linear_activation_forward(A_prev, W, b):
    Z = W @ A_prev + b
    A = np.maximum(0, Z)
    return A, (A_prev, W, Z)

def model_forward(X, layers):
    A, caches = X, []
    for W, b in layers:
        A, c = linear_activation_forward(A, W, b)
        caches.append(c)
    return A, caches

def model_backward(dAL, caches):
    dA, grads = dAL, []
    for A_prev, W, Z in reversed(caches):
        dZ = dA * (Z > 0)
        grads.append((dZ @ A_prev.T, dZ.sum(axis=1, keepdims=True)))
        dA = W.T @ dZ
    return grads[::-1], dA

# %%
X = np.random.randn(4, 10)
layers = [(np.random.randn(5, 4) * .6, np.random.rand(5, 1) * .3), (np.random.randn(3, 5) * .6, np.random.rand(3, 1) * .3)]
AL, caches = model_forward(X, layers)
# TODO: decide on the cost, then dAL = d cost / d AL
print(AL.shape)
