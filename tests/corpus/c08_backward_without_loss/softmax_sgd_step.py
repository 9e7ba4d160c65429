# %%
import numpy as np
gen = np.random.default_rng(10)

# iris-like blobs
n_class, n_feat = 3, 4
centers = gen.normal(size=(n_class, n_feat)) * 1.5
labels = gen.integers(0, n_class, 21)
X = centers[labels] + gen.normal(size=(21, n_feat))
T = np.eye(n_class)[labels]

W = gen.normal(size=(n_feat, n_class)) * 0.5
b = gen.normal(size=n_class) * 0.1
lr = 0.3
weight_decay = 0.02

# %%
def softmax(a):
    a = a - a.max(axis=1, keepdims=True)
    return np.exp(a) / np.exp(a).sum(axis=1, keepdims=True)

def sgd_step(W, b, X, T, lr):
    """One step of multinomial logistic regression (cross entropy + weight_decay/2 * |W|^2)."""
    P = softmax(X @ W + b)
    E = (P - T) / len(X)
    W_new = W - lr * (X.T @ E + weight_decay * W)
    b_new = b - lr * E.sum(axis=0)
    return W_new, b_new

# %%
def accuracy(W, b):
    return np.mean((X @ W + b).argmax(axis=1) == labels)

Wt, bt = W.copy(), b.copy()
for epoch in range(20):
    Wt, bt = sgd_step(Wt, bt, X, T, lr)
print(accuracy(W, b), accuracy(Wt, bt))
