# %%
import numpy as np

# %%
def initalize_paramters(layer_dims):
    np.random.seed(3)
    paramters = {}
    for l in range(1, len(layer_dims)):
        paramters['W' + str(l)] = np.random.randn(layer_dims[l], layer_dims[l-1]) / np.sqrt(layer_dims[l-1])
        paramters['b' + str(l)] = np.random.randn(layer_dims[l], 1) * 0.05
    return paramters

# %%
# first try, kept W as (in, out) - wrong way round for the data below
def foward(X, paramters):
    A1 = np.maximum(0, X @ paramters['W1'])
    return A1 @ paramters['W2']

def backwrad_propagation(X, Y, paramters):
    return {'dW1': X.T @ Y, 'dW2': Y.T @ Y}

# %%
# second try, with biases
def foward(X, paramters):
    Z1 = np.dot(paramters['W1'], X) + paramters['b1']
    A1 = np.maximum(0, Z1)
    Z2 = np.dot(paramters['W2'], A1) + paramters['b2']
    A2 = 1 / (1 + np.exp(-Z2))
    chache = (Z1, A1, Z2, A2)
    return A2, chache

def compute_coast(A2, Y):
    m = Y.shape[1]
    return float(np.squeeze(-(1/m) * np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))))

def backwrad_propagation(X, Y, paramters, chache):
    m = X.shape[1]
    (Z1, A1, Z2, A2) = chache
    dZ2 = A2 - Y
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dA1 = np.dot(paramters['W2'].T, dZ2)
    dZ1 = np.array(dA1, copy=True)
    dZ1[Z1 <= 0] = 0
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {'dW1': dW1, 'db1': db1, 'dW2': dW2, 'db2': db2}

def upadte(paramters, gradiants, learning_rate):
    for k in paramters:
        paramters[k] = paramters[k] - learning_rate * gradiants['d' + k]
    return paramters

# %%
np.random.seed(1)
X = np.random.randn(5, 16)
Y = (np.random.rand(1, 16) > 0.5) * 1
paramters = initalize_paramters([5, 6, 1])

# %%
A2, chache = foward(X, paramters)
gradiants = backwrad_propagation(X, Y, paramters, chache)
paramters = upadte(paramters, gradiants, 0.3)
print(compute_coast(A2, Y))
