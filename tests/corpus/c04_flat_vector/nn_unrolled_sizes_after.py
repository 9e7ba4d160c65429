# %%
import numpy as np

input_layer_size = 4
hidden_layer_size = 5
num_labels = 3
m = 8

def debug_weights(fan_out, fan_in):
    return np.sin(np.arange(1, fan_out * (fan_in + 1) + 1)).reshape(fan_out, fan_in + 1) / 2

Theta1 = debug_weights(hidden_layer_size, input_layer_size)
Theta2 = debug_weights(num_labels, hidden_layer_size)
X = np.cos(np.arange(m * input_layer_size)).reshape(m, input_layer_size)
y = 1 + np.mod(np.arange(m), num_labels)          # labels from 1, as in the exercise
nn_params = np.concatenate([Theta1.ravel(), Theta2.ravel()])

# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def sigmoidGradient(z):
    g = sigmoid(z)
    return g * (1 - g)

# %%
def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, Lambda=0.0):
    cut = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:cut].reshape(hidden_layer_size, input_layer_size + 1)
    Theta2 = nn_params[cut:].reshape(num_labels, hidden_layer_size + 1)
    m = X.shape[0]
    Y = np.eye(num_labels)[y - 1]

    a1 = np.hstack([np.ones((m, 1)), X])
    z2 = a1 @ Theta1.T
    a2 = np.hstack([np.ones((m, 1)), sigmoid(z2)])
    h = sigmoid(a2 @ Theta2.T)
    J = np.sum(-Y * np.log(h) - (1 - Y) * np.log(1 - h)) / m
    J += Lambda / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    d3 = h - Y
    d2 = d3 @ Theta2[:, 1:] * sigmoidGradient(z2)
    Theta1_grad = d2.T @ a1 / m
    Theta2_grad = d3.T @ a2 / m
    Theta1_grad[:, 1:] += Lambda / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += Lambda / m * Theta2[:, 1:]
    grad = np.concatenate([Theta1_grad.ravel(), Theta2_grad.ravel()])
    return J, grad

# %%
Lambda = 3
J, grad = nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, Lambda)
print('J =', J)
