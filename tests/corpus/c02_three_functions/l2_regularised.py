# %%
import numpy as np

# %%
rs = np.random.RandomState(17)
def sigm(z): return 1/(1+np.exp(-z))

train_X = rs.randn(3, 18)
train_Y = (train_X.sum(0, keepdims=True) + 0.3*rs.randn(1, 18) > 0).astype(float)
test_X = rs.randn(3, 6)
test_Y = (test_X.sum(0, keepdims=True) > 0).astype(float)

# %%
def forward_prop(X, parameters):
    Z1 = parameters["W1"].dot(X) + parameters["b1"]
    A1 = np.maximum(Z1, 0)
    Z2 = parameters["W2"].dot(A1) + parameters["b2"]
    A2 = np.maximum(Z2, 0)
    Z3 = parameters["W3"].dot(A2) + parameters["b3"]
    A3 = sigm(Z3)
    cache = (Z1, A1, parameters["W1"], parameters["b1"], Z2, A2, parameters["W2"], parameters["b2"], Z3, A3, parameters["W3"], parameters["b3"])
    return A3, cache

def cost_plain(A3, Y):
    return -np.mean(Y*np.log(A3) + (1-Y)*np.log(1-A3))

def cost_with_reg(A3, Y, parameters, lambd):
    m = Y.shape[1]
    l2 = lambd/(2*m) * sum(np.sum(np.square(parameters["W%d" % i])) for i in (1, 2, 3))
    return cost_plain(A3, Y) + l2

def backward_with_reg(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dW3 = 1/m * (dZ3 @ A2.T) + lambd/m*W3
    db3 = 1/m * dZ3.sum(axis=1, keepdims=True)
    dA2 = W3.T @ dZ3
    dZ2 = dA2 * (A2 > 0)
    dW2 = 1/m * (dZ2 @ A1.T) + lambd/m*W2
    db2 = 1/m * dZ2.sum(axis=1, keepdims=True)
    dA1 = W2.T @ dZ2
    dZ1 = dA1 * (A1 > 0)
    dW1 = 1/m * (dZ1 @ X.T) + lambd/m*W1
    db1 = 1/m * dZ1.sum(axis=1, keepdims=True)
    return {"dZ3": dZ3, "dW3": dW3, "db3": db3, "dA2": dA2, "dZ2": dZ2, "dW2": dW2,
            "db2": db2, "dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1}

# %%
lambd = 0.7
dims = [3, 5, 4, 1]
parameters = {}
for i in (1, 2, 3):
    parameters["W%d" % i] = rs.randn(dims[i], dims[i-1]) * 0.8
    parameters["b%d" % i] = rs.randn(dims[i], 1) * 0.2

# %%
A3, cache = forward_prop(train_X, parameters)
print(cost_plain(A3, train_Y), cost_with_reg(A3, train_Y, parameters, lambd))
