# %%
import numpy as np

def init_two_layer(D, H, C, std=0.5, seed=0):
    r = np.random.RandomState(seed)
    return {'W1': std * r.randn(D, H), 'b1': 0.1 * r.randn(H),
            'W2': std * r.randn(H, C), 'b2': 0.1 * r.randn(C)}

def init_toy_data(N=9, D=4, C=3):
    np.random.seed(1)
    X = 2 * np.random.randn(N, D)
    y = np.random.randint(C, size=N)
    return X, y

# %%
def two_layer_net(X, model, y=None, reg=0.0):
    W1, b1, W2, b2 = model['W1'], model['b1'], model['W2'], model['b2']
    N, D = X.shape
    hidden = np.maximum(0, X.dot(W1) + b1)
    scores = hidden.dot(W2) + b2
    if y is None:
        return scores
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    probs = np.exp(shifted)
    probs /= np.sum(probs, axis=1, keepdims=True)
    data_loss = -np.sum(np.log(probs[np.arange(N), y])) / N
    loss = data_loss + 0.5 * reg * (np.sum(W1 * W1) + np.sum(W2 * W2))

    dscores = probs
    dscores[np.arange(N), y] -= 1
    dscores /= N
    grads = {}
    grads['W2'] = hidden.T.dot(dscores) + reg * W2
    grads['b2'] = np.sum(dscores, axis=0)
    dhidden = dscores.dot(W2.T)
    dhidden[hidden <= 0] = 0
    grads['W1'] = X.T.dot(dhidden) + reg * W1
    grads['b1'] = np.sum(dhidden, axis=0)
    return loss, grads

# %%
def eval_numerical_gradient(f, x, h=1e-5):
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=['multi_index'])
    for _ in it:
        ix = it.multi_index
        old = x[ix]
        x[ix] = old + h
        fp = f(x)
        x[ix] = old - h
        fm = f(x)
        x[ix] = old
        grad[ix] = (fp - fm) / (2 * h)
    return grad

def rel_error(x, y):
    return np.max(np.abs(x - y) / np.maximum(1e-8, np.abs(x) + np.abs(y)))

# %%
model = init_two_layer(4, 6, 3)
X, y = init_toy_data()
reg = 0.1
loss, grads = two_layer_net(X, model, y, reg)
for name in ('b1', 'b2'):
    num = eval_numerical_gradient(lambda _: two_layer_net(X, model, y, reg)[0], model[name])
    print(name, rel_error(num, grads[name]))
