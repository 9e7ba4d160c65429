# %%
import numpy as np
np.random.seed(231)

# %%
num_train, num_dev, D, C = 20, 6, 5, 4
X_train = np.random.randn(num_train, D)
y_train = np.random.randint(C, size=num_train)
X_dev = np.hstack([np.random.randn(num_dev, D - 1), np.ones((num_dev, 1))])
y_dev = np.random.randint(C, size=num_dev)
W = np.random.randn(D, C) * 0.3
reg = 0.05

# %%
def svm_loss_naive(W, X, y, reg):
    """ multiclass hinge, slow but clear: W is D x C, X is N x D, y has N integers """
    dW = np.zeros(W.shape)
    num_train = X.shape[0]
    loss = 0.0
    for i in range(num_train):
        scores = X[i].dot(W)
        for j in range(W.shape[1]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / num_train + reg * np.sum(W * W)
    dW = dW / num_train + 2 * reg * W
    return loss, dW

# %%
def svm_loss_vectorized(W, X, y, reg):
    """Same, no loops."""
    N = X.shape[0]
    S = X @ W
    M = np.maximum(0, S - S[np.arange(N), y][:, None] + 1)
    M[np.arange(N), y] = 0
    loss = M.sum() / N + reg * np.sum(W ** 2)
    ind = (M > 0).astype(float)
    ind[np.arange(N), y] = -ind.sum(axis=1)
    return loss, X.T @ ind / N + 2 * reg * W

# %%
loss_n, grad_n = svm_loss_naive(W, X_dev, y_dev, reg)
loss_v, grad_v = svm_loss_vectorized(W, X_dev, y_dev, reg)
print(loss_n, loss_v, np.linalg.norm(grad_n - grad_v))
