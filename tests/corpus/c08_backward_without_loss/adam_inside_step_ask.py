# %%
import numpy as np
rng = np.random.default_rng(99)

P = {"W": rng.normal(size=(4, 3)) * .5, "b": rng.normal(size=3) * .1}
M = {k: np.zeros_like(v) for k, v in P.items()}
V = {k: np.zeros_like(v) for k, v in P.items()}
step_no = 0

# %%
def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)

def loss(P, X, Y):
    return -np.mean(np.sum(Y * np.log(softmax(X @ P["W"] + P["b"])), axis=1))

def train_step(P, X, Y, lr=1e-2, b1=0.9, b2=0.999):
    global step_no
    step_no += 1
    d = (softmax(X @ P["W"] + P["b"]) - Y) / len(X)
    for k, g in (("W", X.T @ d), ("b", d.sum(0))):
        M[k] = b1 * M[k] + (1 - b1) * g
        V[k] = b2 * V[k] + (1 - b2) * g * g
        P[k] -= lr * (M[k] / (1 - b1 ** step_no)) / (np.sqrt(V[k] / (1 - b2 ** step_no)) + 1e-8)
    return P

# %%
X = rng.normal(size=(12, 4))
Y = np.eye(3)[rng.integers(0, 3, 12)]
for _ in range(4):
    P = train_step(P, X, Y)
print(loss(P, X, Y))
