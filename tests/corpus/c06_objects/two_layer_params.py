# %%
import numpy as np
import time

# %%
class TwoLayerClassifier(object):
    """
    Fully connected net: affine - relu - affine - softmax.
    Input dim D, hidden dim H, C classes. Learnable things live in self.params.
    """

    def __init__(self, input_dim=5, hidden_dim=6, num_classes=3, weight_scale=1e-1, seed=None):
        rng = np.random.RandomState(seed)
        self.params = {}
        self.params['W1'] = weight_scale * rng.randn(input_dim, hidden_dim)
        self.params['b1'] = 0.05 * rng.randn(hidden_dim)
        self.params['W2'] = weight_scale * rng.randn(hidden_dim, num_classes)
        self.params['b2'] = np.zeros(num_classes)

    def loss(self, X, y=None, reg=0.0):
        W1, b1 = self.params['W1'], self.params['b1']
        W2, b2 = self.params['W2'], self.params['b2']
        N = X.shape[0]

        hidden = np.maximum(0, X.dot(W1) + b1)
        scores = hidden.dot(W2) + b2
        if y is None:
            return scores

        shifted = scores - scores.max(axis=1, keepdims=True)
        probs = np.exp(shifted)
        probs /= probs.sum(axis=1, keepdims=True)
        loss = -np.log(probs[np.arange(N), y]).mean()
        loss += 0.5 * reg * (np.sum(W1 * W1) + np.sum(W2 * W2))

        grads = {}
        dscores = probs.copy()
        dscores[np.arange(N), y] -= 1
        dscores /= N
        grads['W2'] = hidden.T.dot(dscores) + reg * W2
        grads['b2'] = dscores.sum(axis=0)
        dhidden = dscores.dot(W2.T)
        dhidden[hidden <= 0] = 0
        grads['W1'] = X.T.dot(dhidden) + reg * W1
        grads['b1'] = dhidden.sum(axis=0)
        return loss, grads

    def train(self, X, y, learning_rate=1e-1, reg=1e-3, num_iters=20, batch_size=8, verbose=False):
        history = []
        for it in range(num_iters):
            idx = np.random.choice(X.shape[0], batch_size)
            loss, grads = self.loss(X[idx], y[idx], reg=reg)
            history.append(loss)
            for p in self.params:
                self.params[p] -= learning_rate * grads[p]
            if verbose and it % 10 == 0:
                print('iteration %d / %d: loss %f' % (it, num_iters, loss))
        return history

    def predict(self, X):
        return np.argmax(self.loss(X), axis=1)

# %%
np.random.seed(231)
X = np.random.randn(16, 5)
y = np.random.randint(3, size=16)
X_val = np.random.randn(6, 5)
y_val = np.random.randint(3, size=6)

# %%
model = TwoLayerClassifier(weight_scale=0.5, seed=0)
hist = model.train(X, y, verbose=True)
print('val acc', np.mean(model.predict(X_val) == y_val))

# %%
def rel_error(x, y):
    return np.max(np.abs(x - y) / (np.maximum(1e-8, np.abs(x) + np.abs(y))))

# %%
loss, grads = model.loss(X, y, reg=0.1)
print(loss, {k: v.shape for k, v in grads.items()})
