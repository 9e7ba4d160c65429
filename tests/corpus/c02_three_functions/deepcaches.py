# %%
import numpy as np
# %%
def linear_forward(A, W, b):
    return W @ A + b, (A, W, b)

def act_forward(A_prev, W, b, activation):
    Z, lin = linear_forward(A_prev, W, b)
    if activation == "elu":
        A = np.where(Z > 0, Z, np.exp(np.minimum(Z, 0)) - 1)
    else:
        A = 1 / (1 + np.exp(-Z))
    return A, (lin, Z)
# %%
def L_model_forward(X, parameters):
    caches, A = [], X
    L = len(parameters) // 2
    for l in range(1, L):
        A, c = act_forward(A, parameters["W%d" % l], parameters["b%d" % l], "elu")
        caches.append(c)
    AL, c = act_forward(A, parameters["W%d" % L], parameters["b%d" % L], "sigmoid")
    caches.append(c)
    return AL, caches
# %%
def compute_cost(AL, Y):
    m = Y.shape[1]
    return np.squeeze(-(Y @ np.log(AL).T + (1 - Y) @ np.log(1 - AL).T) / m)
# %%
def act_backward(dA, cache, activation):
    (A_prev, W, b), Z = cache
    if activation == "elu":
        dZ = dA * np.where(Z > 0, 1, np.exp(np.minimum(Z, 0)))
    else:
        s = 1 / (1 + np.exp(-Z))
        dZ = dA * s * (1 - s)
    m = A_prev.shape[1]
    return W.T @ dZ, dZ @ A_prev.T / m, np.sum(dZ, axis=1, keepdims=True) / m
# %%
def L_model_backward(AL, Y, caches):
    grads, L = {}, len(caches)
    dA = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    for l in reversed(range(1, L + 1)):
        dA, grads["dW%d" % l], grads["db%d" % l] = act_backward(dA, caches[l - 1], "sigmoid" if l == L else "elu")
        grads["dA%d" % (l - 1)] = dA
    return grads
# %%
np.random.seed(6)
dims = [4, 5, 3, 1]
parameters = {}
for i in range(1, 4):
    parameters["W%d" % i] = np.random.randn(dims[i], dims[i - 1]) * 0.5
    parameters["b%d" % i] = np.random.randn(dims[i], 1) * 0.1
X = np.random.randn(4, 9)
Y = np.random.randint(0, 2, (1, 9))
AL, caches = L_model_forward(X, parameters)
print(compute_cost(AL, Y))
grads = L_model_backward(AL, Y, caches)
