# %%
import numpy as np
np.random.seed(5)

# %%
def forward_pass(X, Y, params):
    Z1 = np.dot(params['W1'], X) + params['b1']
    A1 = 1 / (1 + np.exp(-Z1))
    Z2 = np.dot(params['W2'], A1) + params['b2']
    cost = np.sum((Z2 - Y) ** 2) / (2 * Y.shape[1])
    return cost, (Z1, A1, Z2)

def backward_pass(X, Y, params, cache):
    Z1, A1, Z2 = cache
    m = Y.shape[1]
    dZ2 = (Z2 - Y) / m
    ### START CODE HERE ### (approx. 6 lines of code)


    ### END CODE HERE ###

# %%
X = np.random.randn(3, 8)
Y = np.random.randn(2, 8)
params = {'W1': np.random.randn(4, 3), 'b1': np.random.randn(4, 1), 'W2': np.random.randn(2, 4), 'b2': np.random.randn(2, 1)}
cost, cache = forward_pass(X, Y, params)
print(cost)
