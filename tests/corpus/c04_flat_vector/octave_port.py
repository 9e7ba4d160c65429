# %% ported from my Octave ex4
import numpy as np

input_layer_size, hidden_layer_size, num_labels = 4, 5, 3
rng = np.random.RandomState(4)
X = rng.randn(11, input_layer_size)
y = rng.randint(1, num_labels + 1, size=(11, 1))

# %%
def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

def sigmoidGradient(z):
    g = sigmoid(z)
    return g * (1 - g)

def randInitializeWeights(L_in, L_out, eps=0.9):
    return rng.rand(L_out, 1 + L_in) * 2 * eps - eps

# %%
def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lam):
    split = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:split].reshape((hidden_layer_size, input_layer_size + 1), order='F')
    Theta2 = nn_params[split:].reshape((num_labels, hidden_layer_size + 1), order='F')
    m = X.shape[0]
    a1 = np.hstack([np.ones((m, 1)), X])
    z2 = a1 @ Theta1.T
    a2 = np.hstack([np.ones((m, 1)), sigmoid(z2)])
    h = sigmoid(a2 @ Theta2.T)
    Y = (y == np.arange(1, num_labels + 1)).astype(float)
    J = np.sum(-Y * np.log(h) - (1 - Y) * np.log(1 - h)) / m
    J += lam / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    delta3 = h - Y
    delta2 = (delta3 @ Theta2)[:, 1:] * sigmoidGradient(z2)
    Theta1_grad = delta2.T @ a1 / m
    Theta2_grad = delta3.T @ a2 / m
    Theta1_grad[:, 1:] += lam / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lam / m * Theta2[:, 1:]
    grad = np.concatenate([Theta1_grad.ravel(order='F'), Theta2_grad.ravel(order='F')])
    return J, grad

# %%
initial_Theta1 = randInitializeWeights(input_layer_size, hidden_layer_size)
initial_Theta2 = randInitializeWeights(hidden_layer_size, num_labels)
nn_params = np.concatenate([initial_Theta1.ravel(order='F'), initial_Theta2.ravel(order='F')])
lam = 1.5
J, grad = nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lam)
print('Cost at parameters: %f' % J)

def predict(Theta1, Theta2, X):
    h1 = sigmoid(np.c_[np.ones(len(X)), X] @ Theta1.T)
    return sigmoid(np.c_[np.ones(len(X)), h1] @ Theta2.T).argmax(1) + 1
