# %%
import numpy as np

def linear_activation_forward(A_prev, W, b, activation):
    Z = W.dot(A_prev) + b
    A = {"tanh": np.tanh(Z), "softplus": np.logaddexp(0, Z), "linear": Z}[activation]
    return A, (A_prev, W, b, Z, activation)

def linear_activation_backward(dA, cache):
    A_prev, W, b, Z, activation = cache
    if activation == "tanh":
        dZ = dA * (1 - np.tanh(Z) ** 2)
    elif activation == "softplus":
        dZ = dA / (1 + np.exp(-Z))
    else:
        dZ = dA
    return W.T.dot(dZ), dZ.dot(A_prev.T), dZ.sum(axis=1, keepdims=True)

# %%
def L_model_forward(X, parameters):
    caches = []
    A = X
    L = len(parameters) // 2
    acts = ["softplus", "tanh"] + ["linear"]
    for l in range(1, L + 1):
        A, cache = linear_activation_forward(A, parameters["W" + str(l)], parameters["b" + str(l)], acts[l - 1])
        caches.append(cache)
    return A, caches

def compute_cost(AL, Y):
    # squared hinge, Y in {-1, +1}
    return np.mean(np.maximum(0, 1 - Y * AL) ** 2)

def L_model_backward(AL, Y, caches):
    grads = {}
    dA = -2 * Y * np.maximum(0, 1 - Y * AL) / AL.size
    for l in reversed(range(len(caches))):
        dA, grads["dW" + str(l + 1)], grads["db" + str(l + 1)] = linear_activation_backward(dA, caches[l])
        grads["dA" + str(l)] = dA
    return grads

# %%
np.random.seed(16)
X = np.random.randn(3, 12)
Y = np.where(X[:1] * X[1:2] > 0, 1, -1)
dims = [3, 5, 4, 1]
parameters = {}
for l in range(1, 4):
    parameters["W%d" % l] = np.random.randn(dims[l], dims[l - 1]) * 0.6
    parameters["b%d" % l] = np.random.randn(dims[l], 1) * 0.2

# %%
def L_layer_model(X, Y, parameters, learning_rate=0.05, num_iterations=3):
    p = {k: v.copy() for k, v in parameters.items()}
    costs = []
    for i in range(num_iterations):
        AL, caches = L_model_forward(X, p)
        costs.append(compute_cost(AL, Y))
        grads = L_model_backward(AL, Y, caches)
        for k in p:
            p[k] = p[k] - learning_rate * grads["d" + k]
    return p, costs

trained, costs = L_layer_model(X, Y, parameters)
costs
