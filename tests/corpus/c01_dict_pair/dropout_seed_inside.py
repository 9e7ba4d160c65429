# %%
import numpy as np

# %%
def sigmoid(z): return 1/(1+np.exp(-z))
def relu(z): return np.maximum(z, 0)

def load_planar(m=24, seed=5):
    r = np.random.RandomState(seed)
    pts = r.randn(2, m)
    lab = ((pts[0] * pts[1]) > 0).astype(int).reshape(1, m)
    return pts, lab

train_X, train_Y = load_planar()
test_X, test_Y = load_planar(10, 6)

# %%
keep_prob = 0.8
layers_dims = [2, 8, 4, 1]

def init_he(layers_dims):
    np.random.seed(3)
    p = {}
    for i in range(1, len(layers_dims)):
        p['W' + str(i)] = np.random.randn(layers_dims[i], layers_dims[i-1]) * np.sqrt(2. / layers_dims[i-1])
        p['b' + str(i)] = np.random.randn(layers_dims[i], 1) * .2
    return p

# %%
def forward_with_dropout(X, Y, parameters, keep_prob=0.5):
    np.random.seed(1)
    Z1 = parameters['W1'] @ X + parameters['b1']
    A1 = relu(Z1)
    D1 = (np.random.rand(*A1.shape) < keep_prob).astype(int)
    A1 = A1 * D1 / keep_prob
    Z2 = parameters['W2'] @ A1 + parameters['b2']
    A2 = relu(Z2)
    D2 = (np.random.rand(*A2.shape) < keep_prob).astype(int)
    A2 = A2 * D2 / keep_prob
    Z3 = parameters['W3'] @ A2 + parameters['b3']
    A3 = sigmoid(Z3)
    m = Y.shape[1]
    logp = np.multiply(-np.log(A3), Y) + np.multiply(-np.log(1 - A3), 1 - Y)
    cost = 1./m * np.nansum(logp)
    cache = (Z1, D1, A1, Z2, D2, A2, A3, parameters)
    return cost, cache

def backward_with_dropout(X, Y, cache, keep_prob=0.5):
    Z1, D1, A1, Z2, D2, A2, A3, P = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dW3 = 1./m * dZ3 @ A2.T
    db3 = 1./m * np.sum(dZ3, axis=1, keepdims=True)
    dA2 = P['W3'].T @ dZ3
    dA2 = dA2 * D2
    dA2 = dA2 / keep_prob
    dZ2 = dA2 * (Z2 > 0)
    dW2 = 1./m * dZ2 @ A1.T
    db2 = 1./m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = P['W2'].T @ dZ2
    dA1 = dA1 * D1 / keep_prob
    dZ1 = dA1 * (Z1 > 0)
    dW1 = 1./m * dZ1 @ X.T
    db1 = 1./m * np.sum(dZ1, axis=1, keepdims=True)
    return {'dW1': dW1, 'db1': db1, 'dW2': dW2, 'db2': db2, 'dW3': dW3, 'db3': db3, 'dA2': dA2, 'dA1': dA1}

# %%
parameters = init_he(layers_dims)
J, c = forward_with_dropout(train_X, train_Y, parameters, keep_prob)
g = backward_with_dropout(train_X, train_Y, c, keep_prob)

def predict(X, parameters):
    A = relu(parameters['W1'] @ X + parameters['b1'])
    A = relu(parameters['W2'] @ A + parameters['b2'])
    return sigmoid(parameters['W3'] @ A + parameters['b3']) > 0.5

J
