# %%
import numpy as np
rng = np.random.default_rng(13)
pts = rng.normal(size=(22, 2))
lab = (np.hypot(*pts.T) < 1.1).astype(float)[:, None]
W1, b1 = rng.normal(size=(2, 6)), rng.normal(size=(1, 6)) * 0.3
W2, b2 = rng.normal(size=(6, 1)) * 0.5, np.zeros((1, 1))
# %%
def sig(v):
    return 1 / (1 + np.exp(-v))

def dsig(s):
    return s * (1 - s)
# %%
def propagate(W1, b1, W2, b2, X, Y):
    h = sig(X @ W1 + b1)
    p = sig(h @ W2 + b2)
    J = -np.mean(Y * np.log(p) + (1 - Y) * np.log(1 - p))
    d2 = (p - Y) / len(X)
    d1 = d2 @ W2.T * dsig(h)
    grads = {"dW1": X.T @ d1, "db1": d1.sum(0, keepdims=True), "dW2": h.T @ d2, "db2": d2.sum(0, keepdims=True)}
    return grads, J
# %%
def optimize(W1, b1, W2, b2, X, Y, iters, lr):
    Js = []
    for _ in range(iters):
        grads, J = propagate(W1, b1, W2, b2, X, Y)
        W1 = W1 - lr * grads["dW1"]; b1 = b1 - lr * grads["db1"]
        W2 = W2 - lr * grads["dW2"]; b2 = b2 - lr * grads["db2"]
        Js.append(J)
    return (W1, b1, W2, b2), Js
params, Js = optimize(W1, b1, W2, b2, pts, lab, 5, 0.5)
print(Js)
