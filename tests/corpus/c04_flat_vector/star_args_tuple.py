# %%
import numpy as np

# %%
np.random.seed(27)
n_features, n_classes = 4, 3
X = np.random.randn(25, n_features)
y = np.random.randint(n_classes, size=25)
Y = np.eye(n_classes)[y]
coef0 = np.random.randn(n_features * n_classes) * 0.4
C = 2.0
args = (X, Y, C)

# %%
def objective(coef, *args):
    X, Y, C = args
    W = coef.reshape(X.shape[1], Y.shape[1])
    Z = X @ W
    lse = np.log(np.exp(Z).sum(axis=1))
    return C * np.sum(lse - (Z * Y).sum(axis=1)) + 0.5 * coef @ coef

def objective_prime(coef, *args):
    X, Y, C = args
    W = coef.reshape(X.shape[1], Y.shape[1])
    P = np.exp(X @ W)
    P /= P.sum(axis=1, keepdims=True)
    return (C * X.T @ (P - Y)).ravel() + coef

# %%
def fmin_gd(f, x0, fprime, args=(), maxiter=50, lr=5e-3):
    x = np.array(x0)
    for _ in range(maxiter):
        x = x - lr * fprime(x, *args)
    return x, f(x, *args)

best, fbest = fmin_gd(objective, coef0, objective_prime, args=args)
print(objective(coef0, *args), fbest)
