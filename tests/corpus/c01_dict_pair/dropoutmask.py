# %%
import numpy as np
rs = np.random.RandomState(3)
Xtr = rs.randn(6, 20); Ytr = (rs.rand(1, 20) > .4) * 1.0
Xte = rs.randn(6, 8); Yte = (rs.rand(1, 8) > .4) * 1.0
W = {"W1": rs.randn(5, 6) * .4, "b1": rs.randn(5, 1) * .1, "W2": rs.randn(1, 5) * .6, "b2": rs.randn(1, 1) * .1}
# %%
keep_prob = 0.8
D1 = (rs.rand(5, 20) < keep_prob) / keep_prob
# %%
def leaky(z, a=0.1): return np.where(z > 0, z, a * z)
def leaky_grad(z, a=0.1): return np.where(z > 0, 1.0, a)
def sig(z): return 1. / (1. + np.exp(-z))
# %%
def forward_with_dropout(X, Y, W, D1):
    Z1 = np.dot(W["W1"], X) + W["b1"]
    A1 = leaky(Z1) * D1
    Z2 = np.dot(W["W2"], A1) + W["b2"]
    cost = np.mean(np.log1p(np.exp(Z2)) - Y * Z2)
    return cost, (Z1, A1, Z2, D1)
# %%
def backward_with_dropout(X, Y, W, cache):
    m = X.shape[1]
    Z1, A1, Z2, D1 = cache
    dZ2 = (sig(Z2) - Y) / m
    dA1 = np.dot(W["W2"].T, dZ2) * D1
    dZ1 = dA1 * leaky_grad(Z1)
    return {"dW1": np.dot(dZ1, X.T), "db1": np.sum(dZ1, axis=1, keepdims=True),
            "dW2": np.dot(dZ2, A1.T), "db2": np.sum(dZ2, axis=1, keepdims=True)}
# %%
cost, cache = forward_with_dropout(Xtr, Ytr, W, D1)
gradients = backward_with_dropout(Xtr, Ytr, W, cache)
test_cost, _ = forward_with_dropout(Xte, Yte, W, np.ones((5, 8)))
print(round(cost, 4), round(test_cost, 4))
