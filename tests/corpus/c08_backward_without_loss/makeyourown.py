# %%
import numpy as np
class neuralNetwork:
    def __init__(self, inputnodes, hiddennodes, outputnodes, learningrate):
        rs = np.random.RandomState(5)
        self.lr = learningrate
        self.wih = rs.normal(0.0, inputnodes ** -0.5, (hiddennodes, inputnodes))
        self.who = rs.normal(0.0, hiddennodes ** -0.5, (outputnodes, hiddennodes))
        self.activation_function = lambda x: 1 / (1 + np.exp(-x))

    def train(self, inputs_list, targets_list):
        inputs = np.array(inputs_list, ndmin=2).T
        targets = np.array(targets_list, ndmin=2).T
        hidden_outputs = self.activation_function(self.wih @ inputs)
        final_outputs = self.activation_function(self.who @ hidden_outputs)
        output_errors = targets - final_outputs
        hidden_errors = self.who.T @ (output_errors * final_outputs * (1.0 - final_outputs))
        self.who += self.lr * (output_errors * final_outputs * (1.0 - final_outputs)) @ hidden_outputs.T
        self.wih += self.lr * (hidden_errors * hidden_outputs * (1.0 - hidden_outputs)) @ inputs.T

    def query(self, inputs_list):
        inputs = np.array(inputs_list, ndmin=2).T
        return self.activation_function(self.who @ self.activation_function(self.wih @ inputs))
# %%
n = neuralNetwork(4, 5, 3, 0.3)
pixels = [0.9, 0.1, 0.4, 0.75]
targets = [0.01, 0.99, 0.01]
n.train(pixels, targets)
print(n.query(pixels).ravel())
