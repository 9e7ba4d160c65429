# %%
import numpy as np
np.random.seed(50)

# %%
def word_embedding_forward(x, W):
    # x (N, T) integer word indices, W (V, D)
    return W[x], (x, W.shape)

def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    return dW

# %%
def temporal_affine_forward(h, U, c):
    N, T, D = h.shape
    M = c.shape[0]
    out = h.reshape(N * T, D).dot(U).reshape(N, T, M) + c
    return out, (h, U, c)

def temporal_affine_backward(dscores, cache):
    h, U, c = cache
    N, T, D = h.shape
    M = c.shape[0]
    flat = dscores.reshape(N * T, M)
    dh = flat.dot(U.T).reshape(N, T, D)
    dU = h.reshape(N * T, D).T.dot(flat)
    dc = flat.sum(axis=0)
    return dh, dU, dc

# %%
x = np.array([[0, 3, 1, 2], [2, 1, 0, 3]])
W = np.linspace(0, 1, num=15).reshape(5, 3)
U = np.random.randn(3, 4)
c = np.random.randn(4)
h, _ = word_embedding_forward(x, W)
dout = np.random.randn(*h.shape)
dscores = np.random.randn(2, 4, 4)
print(temporal_affine_forward(h, U, c)[0].shape)
