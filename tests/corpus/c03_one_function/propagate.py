# %%
import numpy as np

def propagate(w, b, X, Y):
    m = X.shape[1]
    A = 1 / (1 + np.exp(-(np.dot(w.T, X) + b)))
    cost = -1 / m * np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    dw = np.dot(X, (A - Y).T) / m
    db = np.sum(A - Y) / m
    grads = {"dw": dw, "db": db}
    return grads, cost

def optimize(w, b, X, Y, num_iterations=30, learning_rate=0.1):
    costs = []
    for i in range(num_iterations):
        grads, cost = propagate(w, b, X, Y)
        w = w - learning_rate * grads["dw"]
        b = b - learning_rate * grads["db"]
        if i % 10 == 0:
            costs.append(cost)
    return w, b, costs

def predict(w, b, X):
    return (np.dot(w.T, X) + b > 0).astype(int)

# %%
np.random.seed(9)
pixels = np.random.randint(0, 256, size=(7, 15)) / 255.
is_cat = np.random.randint(0, 2, size=(1, 15))
pixels_val = np.random.randint(0, 256, size=(7, 6)) / 255.
is_cat_val = np.random.randint(0, 2, size=(1, 6))

# %%
w = np.random.randn(7, 1) * 0.4
b = 0.2
grads, cost = propagate(w, b, pixels, is_cat)
print("cost =", cost)

# %%
w_fit, b_fit, costs = optimize(w, b, pixels, is_cat)
print("train", 100 - np.mean(np.abs(predict(w_fit, b_fit, pixels) - is_cat)) * 100)
print("val", 100 - np.mean(np.abs(predict(w_fit, b_fit, pixels_val) - is_cat_val)) * 100)
