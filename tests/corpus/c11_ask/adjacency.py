# %%
import numpy as np
np.random.seed(44)
node_features = np.random.randn(9, 4)
node_classes = np.random.randint(0, 3, 9)
params = {"W0": np.random.randn(4, 5) * 0.4, "W1": np.random.randn(5, 3) * 0.4}
# %%
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
# %%
def gcn_forward(node_features, laplacian, params):
    S1 = laplacian(node_features, 1) @ params["W0"]
    H = np.tanh(S1)
    P = softmax(laplacian(H, 1) @ params["W1"])
    return P, (H, P)
def gcn_loss(P, node_classes):
    return -np.mean(np.log(P[np.arange(len(node_classes)), node_classes]))
def gcn_backward(node_features, laplacian, params, cache, node_classes):
    H, P = cache
    d = P.copy()
    d[np.arange(len(node_classes)), node_classes] -= 1
    d /= len(node_classes)
    dH = laplacian(d @ params["W1"].T, -1) * (1 - H ** 2)
    return {"W0": laplacian(node_features, 1).T @ dH, "W1": laplacian(H, 1).T @ d}
