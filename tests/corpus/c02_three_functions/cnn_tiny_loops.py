# %%
import numpy as np
np.random.seed(21)

# %%
def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)

def feed_forward(imgs, theta):
    n, h, w = imgs.shape
    k = theta['filters'].shape[1]
    F = theta['filters'].shape[0]
    conv = np.zeros((n, F, h - k + 1, w - k + 1))
    for i in range(h - k + 1):
        for j in range(w - k + 1):
            patch = imgs[:, i:i + k, j:j + k]
            conv[:, :, i, j] = np.tensordot(patch, theta['filters'], axes=([1, 2], [1, 2])) + theta['fbias']
    act = np.maximum(conv, 0)
    flat = act.reshape(n, -1)
    probs = softmax(flat.dot(theta['dense']) + theta['dbias'])
    return probs, [imgs, conv, flat]

def nll(probs, onehot):
    return -np.sum(onehot * np.log(probs)) / probs.shape[0]

def feed_backward(probs, onehot, theta, store):
    imgs, conv, flat = store
    n = imgs.shape[0]
    k = theta['filters'].shape[1]
    dscore = (probs - onehot) / n
    out = {}
    out['grad_dense'] = flat.T.dot(dscore)
    out['grad_dbias'] = dscore.sum(axis=0)
    dconv = dscore.dot(theta['dense'].T).reshape(conv.shape)
    dconv = dconv * (conv > 0)
    df = np.zeros_like(theta['filters'])
    for i in range(conv.shape[2]):
        for j in range(conv.shape[3]):
            patch = imgs[:, i:i + k, j:j + k]
            df += np.tensordot(dconv[:, :, i, j], patch, axes=([0], [0]))
    out['grad_filters'] = df
    out['grad_fbias'] = dconv.sum(axis=(0, 2, 3))
    return out

# %%
imgs = np.random.rand(6, 5, 5)
cls = np.random.randint(0, 3, 6)
onehot = np.eye(3)[cls]
theta = {
    'filters': np.random.randn(2, 3, 3) * 0.5,
    'fbias': np.array([0.1, -0.1]),
    'dense': np.random.randn(2 * 3 * 3, 3) * 0.3,
    'dbias': np.zeros(3),
}
probs, store = feed_forward(imgs, theta)
print(nll(probs, onehot))

# %%
def show(img):
    import matplotlib.pyplot as plt
    plt.imshow(img, cmap='gray')
    plt.show()
