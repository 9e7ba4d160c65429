# %%
import numpy as np
# %%
def load_planar(m=16, seed=1):
    rs = np.random.RandomState(seed)
    X = rs.randn(2, m)
    Y = ((X[0] * X[1]) > 0).astype(int).reshape(1, m)
    return X, Y
X, Y = load_planar()
X_assess, Y_assess = load_planar(m=5, seed=9)
# %%
def initialize_parameters(n_x, n_h, n_y):
    np.random.seed(2)
    return {"W1": np.random.randn(n_h, n_x) * 0.7, "b1": np.random.randn(n_h, 1) * 0.1,
            "W2": np.random.randn(n_y, n_h) * 0.7, "b2": np.random.randn(n_y, 1) * 0.1}
# %%
def forward_propagation(X, parameters):
    Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.dot(parameters["W2"], A1) + parameters["b2"]
    A2 = 1 / (1 + np.exp(-Z2))
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}
# %%
def compute_cost(A2, Y):
    m = Y.shape[1]
    logprobs = np.multiply(np.log(A2), Y) + np.multiply(np.log(1 - A2), 1 - Y)
    return float(np.squeeze(-np.sum(logprobs) / m))
# %%
def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = A2 - Y
    dW2 = 1 / m * np.dot(dZ2, A1.T)
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = np.dot(parameters["W2"].T, dZ2) * (1 - np.power(A1, 2))
    dW1 = 1 / m * np.dot(dZ1, X.T)
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
# %%
def update_parameters(parameters, grads, learning_rate=1.2):
    return {k: parameters[k] - learning_rate * grads["d" + k] for k in parameters}
# %%
def nn_model(X, Y, n_h, num_iterations=5):
    p = initialize_parameters(X.shape[0], n_h, 1)
    for i in range(num_iterations):
        A2, cache = forward_propagation(X, p)
        cost = compute_cost(A2, Y)
        grads = backward_propagation(p, cache, X, Y)
        p = update_parameters(p, grads)
    return p
parameters = nn_model(X, Y, 4)
