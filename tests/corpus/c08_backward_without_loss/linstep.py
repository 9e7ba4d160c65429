# %%
import numpy as np
np.random.seed(16)
area = np.random.rand(20, 2)
rent = area @ np.array([[3.0], [1.5]]) + 0.7 + 0.1 * np.random.randn(20, 1)
w = np.random.randn(2, 1)
b = np.random.randn(1)
# %%
def predict(area, w, b):
    return area @ w + b
# %%
def gradient_descent_step(area, rent, w, b, learning_rate):
    n = len(area)
    error = predict(area, w, b) - rent
    w_new = w - learning_rate * (2 / n) * area.T @ error
    b_new = b - learning_rate * (2 / n) * error.sum(axis=0)
    return w_new, b_new
# %%
learning_rate = 0.1
for epoch in range(5):
    w, b = gradient_descent_step(area, rent, w, b, learning_rate)
print("RMSE", np.sqrt(np.mean((predict(area, w, b) - rent) ** 2)))
