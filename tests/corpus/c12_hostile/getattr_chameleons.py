# %%
import numpy as np

# %%
class Anything:
    """mock for the experiment tracker we don't have here: swallows every call"""
    def __getattr__(self, name):
        return self
    def __call__(self, *a, **k):
        return self
    def __getitem__(self, k):
        return self

class Broken:
    def __getattr__(self, name):
        raise RuntimeError("connection to tracking server lost (%s)" % name)

class Paranoid:
    def __getattribute__(self, name):
        raise ValueError("nope")

wandb = Anything()
tracker = Broken()
secret = Paranoid()
wandb.init(project="toy", config=dict(lr=0.1))

# %%
np.random.seed(19)
X = np.random.randn(3, 20)
Y = (np.sum(X, axis=0, keepdims=True) > 0).astype(float)
W1 = np.random.randn(4, 3) * 0.6
b1 = np.random.randn(4, 1) * 0.1
W2 = np.random.randn(1, 4) * 0.6
b2 = np.zeros((1, 1))

# %%
def forward(X, W1, b1, W2, b2):
    A1 = np.tanh(W1 @ X + b1)
    A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
    return A1, A2

def compute_cost(A2, Y):
    return -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))

def backward(X, Y, A1, A2, W2):
    m = X.shape[1]
    dZ2 = (A2 - Y) / m
    dW2 = dZ2 @ A1.T
    db2 = dZ2.sum(axis=1, keepdims=True)
    dZ1 = W2.T @ dZ2 * (1 - A1 ** 2)
    dW1 = dZ1 @ X.T
    db1 = dZ1.sum(axis=1, keepdims=True)
    return dW1, db1, dW2, db2

# %%
for i in range(3):
    A1, A2 = forward(X, W1, b1, W2, b2)
    wandb.log({"cost": compute_cost(A2, Y), "iter": i})
    dW1, db1, dW2, db2 = backward(X, Y, A1, A2, W2)
    W1 = W1 - 0.5 * dW1; b1 = b1 - 0.5 * db1; W2 = W2 - 0.5 * dW2; b2 = b2 - 0.5 * db2
