# %%
import numpy as np

# %%
class Layer:
    def forward(self, input):
        pass
    def backward(self, output_gradient, learning_rate):
        pass

class Dense(Layer):
    def __init__(self, input_size, output_size):
        self.weights = np.random.randn(output_size, input_size)
        self.bias = np.random.randn(output_size, 1)

    def forward(self, input):
        self.input = input
        return np.dot(self.weights, self.input) + self.bias

    def backward(self, output_gradient, learning_rate):
        weights_gradient = np.dot(output_gradient, self.input.T)
        input_gradient = np.dot(self.weights.T, output_gradient)
        self.weights -= learning_rate * weights_gradient
        self.bias -= learning_rate * output_gradient
        return input_gradient

class Activation(Layer):
    def __init__(self, activation, activation_prime):
        self.activation = activation
        self.activation_prime = activation_prime

    def forward(self, input):
        self.input = input
        return self.activation(self.input)

    def backward(self, output_gradient, learning_rate):
        return np.multiply(output_gradient, self.activation_prime(self.input))

class Tanh(Activation):
    def __init__(self):
        super().__init__(np.tanh, lambda x: 1 - np.tanh(x) ** 2)

# %%
def mse(y_true, y_pred):
    return np.mean(np.power(y_true - y_pred, 2))

def mse_prime(y_true, y_pred):
    return 2 * (y_pred - y_true) / np.size(y_true)

def predict(network, input):
    output = input
    for layer in network:
        output = layer.forward(output)
    return output

def train_one(network, x, y, learning_rate):
    output = predict(network, x)
    grad = mse_prime(y, output)
    for layer in reversed(network):
        grad = layer.backward(grad, learning_rate)
    return mse(y, output)

# %%
np.random.seed(2)
X = np.reshape([[0, 0], [0, 1], [1, 0], [1, 1]], (4, 2, 1)).astype(float)
Y = np.reshape([[0, 1], [1, 0], [1, 1], [0, 0]], (4, 2, 1)).astype(float)
network = [Dense(2, 4), Tanh(), Dense(4, 2), Tanh()]

for e in range(2):
    error = sum(train_one(network, x, y, 0.1) for x, y in zip(X, Y)) / len(X)
    print(e + 1, error)
x, y = X[2], Y[2]
