# %%
import numpy as np

# %% XOR-ish table, third column is the bias
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1], [.5, .2, 1], [.9, .7, 1]], dtype=float)
y = np.array([[0], [1], [1], [0], [1], [0]], dtype=float)

np.random.seed(1)
syn0 = 2 * np.random.random((3, 4)) - 1
syn1 = 2 * np.random.random((4, 1)) - 1

# %%
def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))

def predict(X):
    return nonlin(nonlin(X @ syn0) @ syn1)

def sse(X, y):
    return 0.5 * ((y - predict(X)) ** 2).sum()

def learn(X, y, alpha):
    """one full-batch delta-rule update of both weight matrices"""
    global syn0, syn1
    l1 = nonlin(X @ syn0)
    l2 = nonlin(l1 @ syn1)
    l2_error = y - l2
    l2_delta = l2_error * nonlin(l2, deriv=True)
    l1_error = l2_delta @ syn1.T
    l1_delta = l1_error * nonlin(l1, deriv=True)
    syn1 = syn1 + alpha * (l1.T @ l2_delta)
    syn0 = syn0 + alpha * (X.T @ l1_delta)

# %%
for j in range(50):
    learn(X, y, alpha=1.0)
    if j % 25 == 0:
        print("Error:", sse(X, y))
