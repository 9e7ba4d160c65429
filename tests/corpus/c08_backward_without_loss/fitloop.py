# %%
import numpy as np
rs = np.random.RandomState(12)
X = rs.randn(25, 3)
y = (X @ [1.0, -1.0, 0.5] + 0.4 * rs.randn(25) > 0).astype(int)
W = rs.randn(3) * 0.3
bias = 0.15
# %%
def sigmoid(t):
    return 1 / (1 + np.exp(-t))
def predict_proba(X, W, bias):
    return sigmoid(X @ W + bias)
# %%
def fit(X, y, W, bias, lr=0.1, n_iters=100):
    for _ in range(n_iters):
        p = predict_proba(X, W, bias)
        dW = (1 / len(y)) * np.dot(X.T, (p - y))
        db = (1 / len(y)) * np.sum(p - y)
        W = W - lr * dW
        bias = bias - lr * db
    return W, bias
# %%
W_fit, bias_fit = fit(X, y, W, bias, lr=0.1, n_iters=50)
print("accuracy", np.mean((predict_proba(X, W_fit, bias_fit) > 0.5) == y))
