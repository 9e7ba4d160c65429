# %%
import numpy as np
rng = np.random.RandomState(70)

# %%
sizes = (5, 4, 2)
W = [rng.randn(a, b) * .5 for a, b in zip(sizes, sizes[1:])]
B = [rng.randn(1, b) * .1 for b in sizes[1:]]
X_all = rng.randn(24, 5)
Y_all = np.eye(2)[rng.randint(0, 2, 24)]
Xtr, Xte, Ytr, Yte = X_all[:18], X_all[18:], Y_all[:18], Y_all[18:]

# %%
def forward(X):
    A = [X]
    for k in range(2):
        Z = A[-1] @ W[k] + B[k]
        A.append(1 / (1 + np.exp(-Z)))
    return A

def loss(X, Y):
    out = forward(X)[-1]
    return np.mean(np.sum((out - Y) ** 2, axis=1))

def gradients(X, Y):
    A = forward(X)
    gW, gB = [None] * 2, [None] * 2
    D = 2 * (A[-1] - Y) / len(X)
    for k in (1, 0):
        D = D * A[k + 1] * (1 - A[k + 1])
        gW[k] = A[k].T @ D
        gB[k] = D.sum(axis=0, keepdims=True)
        D = D @ W[k].T
    return gW, gB

# %%
def fit(X, Y, eta=0.5, n=1000):
    for _ in range(n):
        gW, gB = gradients(X, Y)
        for k in range(2):
            W[k] -= eta * gW[k]
            B[k] -= eta * gB[k]

def normalise_gradients(X, Y):
    """in place on the data!"""
    X -= X.mean(0)
    Y *= 0.5
    return gradients(X, Y)

def reset_loss(X, Y):
    for k in range(2):
        W[k][...] = 0
        B[k][...] = 0
    return loss(X, Y)

def gradcheck(eps=1e-4):
    W[0][0, 0] += eps
    a = loss(Xtr, Ytr)
    W[0][0, 0] -= 2 * eps
    b = loss(Xtr, Ytr)
    W[0][0, 0] += eps
    return (a - b) / (2 * eps), gradients(Xtr, Ytr)[0][0][0, 0]

# %%
fit(Xtr, Ytr, n=3)
print(gradcheck(), loss(Xte, Yte))
