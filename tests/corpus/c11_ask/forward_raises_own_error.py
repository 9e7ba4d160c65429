# %%
import numpy as np
np.random.seed(9)

X_train = np.random.rand(4, 15)
Y_train = np.random.randint(0, 3, (1, 15))
weights = {'W1': np.random.randn(6, 4) * .4, 'b1': np.zeros((6, 1)), 'W2': np.random.randn(3, 6) * .4, 'b2': np.zeros((3, 1))}

# %%
def forward(X, weights):
    A1 = np.tanh(weights['W1'] @ X + weights['b1'])
    Z2 = weights['W2'] @ A1 + weights['b2']
    E = np.exp(Z2 - Z2.max(0))
    return E / E.sum(0), A1

def compute_cost(A2, Y):
    if Y.shape != A2.shape:
        raise ValueError(f"labels have to be one-hot encoded, got shape {Y.shape}")
    return -np.sum(Y * np.log(A2)) / Y.shape[1]

def backward(X, Y, A1, A2, weights):
    dZ2 = (A2 - Y) / Y.shape[1]
    dZ1 = weights['W2'].T @ dZ2 * (1 - A1 ** 2)
    return {'dW2': dZ2 @ A1.T, 'db2': dZ2.sum(1, keepdims=True), 'dW1': dZ1 @ X.T, 'db1': dZ1.sum(1, keepdims=True)}

# %%
A2, A1 = forward(X_train, weights)
print(A2.argmax(0))
