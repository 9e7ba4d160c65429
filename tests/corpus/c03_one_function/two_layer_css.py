# %%
import numpy as np

# %%
def two_layer_net_loss(X, model, y, reg):
    """
    Affine - ELU - affine - softmax.
    model: dict with W1 (D,H), b1, W2 (H,C), b2
    Returns loss and gradients with the same keys.
    """
    W1, b1, W2, b2 = model['W1'], model['b1'], model['W2'], model['b2']
    N = X.shape[0]
    pre = X.dot(W1) + b1
    hidden = np.where(pre > 0, pre, np.expm1(pre))
    scores = hidden.dot(W2) + b2
    scores -= scores.max(axis=1, keepdims=True)
    probs = np.exp(scores)
    probs /= probs.sum(axis=1, keepdims=True)
    loss = -np.log(probs[range(N), y]).mean() + reg * (np.sum(W1 * W1) + np.sum(W2 * W2))

    dscores = probs.copy()
    dscores[range(N), y] -= 1
    dscores /= N
    grads = {}
    grads['W2'] = hidden.T.dot(dscores) + 2 * reg * W2
    grads['b2'] = dscores.sum(axis=0)
    dhidden = dscores.dot(W2.T)
    dhidden *= np.where(pre > 0, 1, np.exp(pre))
    grads['W1'] = X.T.dot(dhidden) + 2 * reg * W1
    grads['b1'] = dhidden.sum(axis=0)
    return loss, grads

# %%
np.random.seed(231)
N, D, H, C = 9, 4, 6, 3
X_dev = 2 * np.random.randn(N, D)
y_dev = np.random.randint(C, size=N)
X_val = np.random.randn(5, D); y_val = np.random.randint(C, size=5)
toy = {'W1': np.random.randn(D, H) * .5, 'b1': np.random.randn(H) * .1, 'W2': np.random.randn(H, C) * .5, 'b2': np.random.randn(C) * .1}
loss, grads = two_layer_net_loss(X_dev, toy, y_dev, 0.05)
print('loss', loss)

# %%
def rel_error(x, y):
    return np.max(np.abs(x - y) / (np.maximum(1e-8, np.abs(x) + np.abs(y))))

def numeric_at(f, x, ix, h=1e-5):
    old = x[ix]; x[ix] = old + h; fp = f(); x[ix] = old - h; fm = f(); x[ix] = old
    return (fp - fm) / (2 * h)

print(rel_error(numeric_at(lambda: two_layer_net_loss(X_dev, toy, y_dev, 0.05)[0], toy['b1'], 0), grads['b1'][0]))
