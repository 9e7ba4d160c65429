# %%
import numpy as np

np.random.seed(0)

# two moons without sklearn
def make_moons(n, noise):
    th = np.random.rand(n) * np.pi
    lab = np.arange(n) % 2
    pts = np.c_[np.cos(th), np.sin(th)]
    pts[lab == 1] = np.c_[1 - np.cos(th), .5 - np.sin(th)][lab == 1]
    return pts + noise * np.random.randn(n, 2), lab

X, y = make_moons(40, 0.20)
num_examples = len(X)
nn_input_dim, nn_output_dim = 2, 2

# %%
epsilon = 0.01      # learning rate
reg_lambda = 0.01

model = {}
model['W1'] = np.random.randn(nn_input_dim, 4) / np.sqrt(nn_input_dim)
model['b1'] = np.random.randn(1, 4) * .1
model['W2'] = np.random.randn(4, nn_output_dim) / np.sqrt(4)
model['b2'] = np.random.randn(1, nn_output_dim) * .1

# %%
def _forward(x):
    z1 = x.dot(model['W1']) + model['b1']
    a1 = np.tanh(z1)
    z2 = a1.dot(model['W2']) + model['b2']
    exp_scores = np.exp(z2)
    return a1, exp_scores / np.sum(exp_scores, axis=1, keepdims=True)

def calculate_loss():
    _, probs = _forward(X)
    data_loss = np.sum(-np.log(probs[range(num_examples), y]))
    data_loss += reg_lambda/2 * (np.sum(np.square(model['W1'])) + np.sum(np.square(model['W2'])))
    return 1./num_examples * data_loss

def calculate_gradients():
    a1, probs = _forward(X)
    delta3 = probs
    delta3[range(num_examples), y] -= 1
    delta3 /= num_examples
    dW2 = (a1.T).dot(delta3)
    db2 = np.sum(delta3, axis=0, keepdims=True)
    delta2 = delta3.dot(model['W2'].T) * (1 - np.power(a1, 2))
    dW1 = np.dot(X.T, delta2)
    db1 = np.sum(delta2, axis=0, keepdims=True)
    # regularization terms (b1 and b2 don't have any)
    dW2 += reg_lambda / num_examples * model['W2']
    dW1 += reg_lambda / num_examples * model['W1']
    return {'W1': dW1, 'b1': db1, 'W2': dW2, 'b2': db2}

def predict(x):
    return np.argmax(_forward(x)[1], axis=1)

# %%
def fit(num_passes=20, print_loss=False):
    for i in range(num_passes):
        g = calculate_gradients()
        for k in model:
            model[k] += -epsilon * g[k]
        if print_loss and i % 10 == 0:
            print("Loss after iteration %i: %f" % (i, calculate_loss()))

fit(print_loss=True)
(predict(X) == y).mean()
