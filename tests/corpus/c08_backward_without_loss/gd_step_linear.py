# %%
import numpy as np
import copy, math

X_train = np.array([[2.104, 5, 1, 4.5], [1.416, 3, 2, 4.0], [0.852, 2, 1, 3.5], [1.2, 2, 1, 1.8], [1.9, 4, 2, 2.7]])
y_train = np.array([4.60, 2.32, 1.78, 2.05, 3.9])

b_init = 0.7
w_init = np.array([0.39, 0.18, -0.53, -0.26])

# %%
def compute_cost(X, y, w, b):
    m = X.shape[0]
    cost = 0.0
    for i in range(m):
        f_wb_i = np.dot(X[i], w) + b
        cost = cost + (f_wb_i - y[i])**2
    return cost / (2 * m)

# %%
def gradient_descent_step(X, y, w, b, alpha):
    """
    Performs one update of w and b
    Args:
      X (ndarray (m,n)), y (ndarray (m,)), w (ndarray (n,)), b (scalar), alpha (float): learning rate
    Returns:
      w (ndarray (n,)), b (scalar): new values
    """
    m, n = X.shape
    w = copy.deepcopy(w)
    err = X @ w + b - y
    for j in range(n):
        w[j] = w[j] - alpha * np.sum(err * X[:, j]) / m
    b = b - alpha * np.sum(err) / m
    return w, b

# %%
w, b = w_init, b_init
J_history = []
for it in range(20):
    w, b = gradient_descent_step(X_train, y_train, w, b, 1.0e-2)
    J_history.append(compute_cost(X_train, y_train, w, b))
print(f"b,w found by gradient descent: {b:0.2f},{w}")
