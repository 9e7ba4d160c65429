# %%
import numpy as np
np.random.seed(9)
X_dev = np.random.randn(20, 7)
y_dev = np.random.randint(3, size=20)
X_val = np.random.randn(6, 7); y_val = np.random.randint(3, size=6)
W = np.random.randn(7, 3) * 0.1
# %%
def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros_like(W)
    for i in range(X.shape[0]):
        f = X[i].dot(W)
        f -= f.max()
        p = np.exp(f) / np.exp(f).sum()
        loss -= np.log(p[y[i]])
        p[y[i]] -= 1
        dW += np.outer(X[i], p)
    loss = loss / X.shape[0] + reg * np.sum(W * W)
    dW = dW / X.shape[0] + 2 * reg * W
    return loss, dW
# %%
loss, grad = softmax_loss_naive(W, X_dev, y_dev, 0.01)
print("loss %.4f, sanity %.4f" % (loss, np.log(3)))
y_pred = X_val.dot(W).argmax(axis=1)
