# %%
import numpy as np
np.random.seed(33)

# %%
def forward_propagation(X, Y, parameters):
    A1 = np.tanh(parameters['W1'] @ X + parameters['b1'])
    # dropout switched off for now
    yhat = parameters['W2'] @ A1 + parameters['b2']
    cost = np.sum((yhat - Y) ** 2) / (2 * X.shape[1])
    return cost, {'A1': A1, 'yhat': yhat}

def backward_propagation(X, Y, parameters, cache):
    m = X.shape[1]
    dZ2 = (cache['yhat'] - Y) / m
    dA1 = parameters['W2'].T @ dZ2
    dA1 = dA1 * cache['drop_mask']
    dZ1 = dA1 * (1 - cache['A1'] ** 2)
    return {'dW2': dZ2 @ cache['A1'].T, 'db2': dZ2.sum(axis=1, keepdims=True),
            'dW1': dZ1 @ X.T, 'db1': dZ1.sum(axis=1, keepdims=True)}

# %%
X, Y = np.random.randn(3, 9), np.random.randn(1, 9)
parameters = {'W1': np.random.randn(5, 3), 'b1': np.zeros((5, 1)), 'W2': np.random.randn(1, 5), 'b2': np.zeros((1, 1))}
cost, cache = forward_propagation(X, Y, parameters)
print(cost)
