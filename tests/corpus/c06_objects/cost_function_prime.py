# %%
from numpy import array, dot, exp, sqrt, multiply, concatenate, zeros, reshape
import numpy as np

# X = (hours sleeping, hours studying), y = score
X = array(([3, 5], [5, 1], [10, 2], [6, 1.5]), dtype=float)
y = array(([75], [82], [93], [70]), dtype=float)
X = X / np.amax(X, axis=0)
y = y / 100

# %%
class Neural_Network(object):
    def __init__(self, Lambda=0):
        self.inputLayerSize = 2
        self.outputLayerSize = 1
        self.hiddenLayerSize = 3
        rs = np.random.RandomState(8)
        self.W1 = rs.randn(self.inputLayerSize, self.hiddenLayerSize)
        self.W2 = rs.randn(self.hiddenLayerSize, self.outputLayerSize)
        self.Lambda = Lambda

    def forward(self, X):
        self.z2 = dot(X, self.W1)
        self.a2 = self.sigmoid(self.z2)
        self.z3 = dot(self.a2, self.W2)
        yHat = self.sigmoid(self.z3)
        return yHat

    def sigmoid(self, z):
        return 1 / (1 + exp(-z))

    def sigmoidPrime(self, z):
        return exp(-z) / ((1 + exp(-z)) ** 2)

    def costFunction(self, X, y):
        self.yHat = self.forward(X)
        J = 0.5 * sum((y - self.yHat) ** 2) / X.shape[0] + (self.Lambda / 2) * (np.sum(self.W1 ** 2) + np.sum(self.W2 ** 2))
        return J

    def costFunctionPrime(self, X, y):
        """derivative with respect to W1 and W2"""
        self.yHat = self.forward(X)
        delta3 = multiply(-(y - self.yHat), self.sigmoidPrime(self.z3))
        dJdW2 = dot(self.a2.T, delta3) / X.shape[0] + self.Lambda * self.W2
        delta2 = dot(delta3, self.W2.T) * self.sigmoidPrime(self.z2)
        dJdW1 = dot(X.T, delta2) / X.shape[0] + self.Lambda * self.W1
        return dJdW1, dJdW2

    def getParams(self):
        return concatenate((self.W1.ravel(), self.W2.ravel()))

    def setParams(self, params):
        W1_end = self.hiddenLayerSize * self.inputLayerSize
        self.W1 = reshape(params[:W1_end], (self.inputLayerSize, self.hiddenLayerSize))
        self.W2 = reshape(params[W1_end:], (self.hiddenLayerSize, self.outputLayerSize))

    def computeGradients(self, X, y):
        dJdW1, dJdW2 = self.costFunctionPrime(X, y)
        return concatenate((dJdW1.ravel(), dJdW2.ravel()))

# %%
NN = Neural_Network(Lambda=0.01)
cost1 = NN.costFunction(X, y)
dJdW1, dJdW2 = NN.costFunctionPrime(X, y)
scalar = 3
NN.W1 = NN.W1 - scalar * dJdW1
NN.W2 = NN.W2 - scalar * dJdW2
cost2 = NN.costFunction(X, y)
print(cost1, cost2)
yHat = NN.forward(X)
