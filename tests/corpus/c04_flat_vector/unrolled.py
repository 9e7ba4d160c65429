# %%
import numpy as np
np.random.seed(15)
input_layer_size, hidden_layer_size, num_labels = 4, 5, 3
X = np.random.rand(11, 4) - 0.5
y = np.random.randint(1, 4, 11)
# %%
def rand_weights(l_in, l_out, eps=0.6):
    return np.random.rand(l_out, l_in + 1) * 2 * eps - eps
Theta1 = rand_weights(4, 5)
Theta2 = rand_weights(5, 3)
nn_params = np.concatenate([Theta1.ravel(), Theta2.ravel()])
# %%
def sigmoid(z): return 1 / (1 + np.exp(-z))
def sigmoid_gradient(z): return sigmoid(z) * (1 - sigmoid(z))
# %%
def nn_cost_function(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_=0.0):
    cut = hidden_layer_size * (input_layer_size + 1)
    T1 = nn_params[:cut].reshape(hidden_layer_size, input_layer_size + 1)
    T2 = nn_params[cut:].reshape(num_labels, hidden_layer_size + 1)
    m = X.shape[0]
    a1 = np.c_[np.ones(m), X]
    z2 = a1 @ T1.T
    a2 = np.c_[np.ones(m), sigmoid(z2)]
    a3 = sigmoid(a2 @ T2.T)
    yy = np.eye(num_labels)[y - 1]
    J = -np.sum(yy * np.log(a3) + (1 - yy) * np.log(1 - a3)) / m
    J += lambda_ / (2 * m) * (np.sum(T1[:, 1:] ** 2) + np.sum(T2[:, 1:] ** 2))
    d3 = a3 - yy
    d2 = (d3 @ T2[:, 1:]) * sigmoid_gradient(z2)
    G1 = d2.T @ a1 / m
    G2 = d3.T @ a2 / m
    G1[:, 1:] += lambda_ / m * T1[:, 1:]
    G2[:, 1:] += lambda_ / m * T2[:, 1:]
    return J, np.concatenate([G1.ravel(), G2.ravel()])
# %%
J, grad = nn_cost_function(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, 0.5)
print("Cost at initial parameters: %f" % J)
