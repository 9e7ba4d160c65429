# %%
import numpy as np

def sigmoid(z):
    s = 1 / (1 + np.exp(-z))
    return s

# %%
np.random.seed(10)
train_set_x = np.random.rand(7, 16)
train_set_y = (np.random.rand(1, 16) > 0.5).astype(int)
test_set_x = np.random.rand(7, 5)
test_set_y = (np.random.rand(1, 5) > 0.5).astype(int)

def initialize_with_zeros(dim):
    w = np.zeros((dim, 1))
    b = 0.0
    return w, b

# %%
def propagate(w, b, X, Y):
    m = X.shape[1]
    A = sigmoid(np.dot(w.T, X) + b)
    cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
    dw = np.dot(X, (A - Y).T) / m
    db = np.sum(A - Y) / m
    cost = np.squeeze(np.array(cost))
    grads = {"dw": dw, "db": db}
    return grads, cost

# %%
def optimize(w, b, X, Y, num_iterations=100, learning_rate=0.009):
    costs = []
    for i in range(num_iterations):
        grads, cost = propagate(w, b, X, Y)
        w = w - learning_rate * grads["dw"]
        b = b - learning_rate * grads["db"]
        if i % 10 == 0:
            costs.append(cost)
    return {"w": w, "b": b}, grads, costs

def predict(w, b, X):
    return (sigmoid(np.dot(w.T, X) + b) > 0.5).astype(float)

w, b = initialize_with_zeros(train_set_x.shape[0])
X, Y = train_set_x, train_set_y
params, grads, costs = optimize(w, b, X, Y, 20)
print(costs)
