# %%
import numpy as np

rng = np.random.RandomState(31)
N_SAMPLES, N_FEAT, N_HID, N_CLASS = 24, 6, 7, 4
X = rng.randn(N_SAMPLES, N_FEAT)
labels = rng.randint(N_CLASS, size=N_SAMPLES)

# %%
w_ih = rng.randn(N_FEAT, N_HID) * np.sqrt(2.0 / N_FEAT)
b_h = 0.1 * rng.randn(N_HID)
w_ho = rng.randn(N_HID, N_CLASS) * np.sqrt(1.0 / N_HID)
b_o = np.zeros(N_CLASS)

# %%
def softmax(s):
    e = np.exp(s - np.max(s, axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def fwd(X, w_ih, b_h, w_ho, b_o):
    hid = np.maximum(X @ w_ih + b_h, 0.0)
    probs = softmax(hid @ w_ho + b_o)
    return hid, probs

def bwd(X, labels, hid, probs, w_ho):
    # gradient of the mean cross-entropy w.r.t. the logits: p - onehot
    dlogits = probs.copy()
    dlogits[np.arange(len(labels)), labels] -= 1.0
    dlogits /= len(labels)
    g_ho = hid.T @ dlogits
    g_bo = dlogits.sum(0)
    dhid = dlogits @ w_ho.T
    dhid[hid == 0] = 0
    g_ih = X.T @ dhid
    g_bh = dhid.sum(0)
    return g_ih, g_bh, g_ho, g_bo

# %%
lr = 0.5
for ep in range(12):
    hid, probs = fwd(X, w_ih, b_h, w_ho, b_o)
    g_ih, g_bh, g_ho, g_bo = bwd(X, labels, hid, probs, w_ho)
    w_ih -= lr * g_ih
    b_h -= lr * g_bh
    w_ho -= lr * g_ho
    b_o -= lr * g_bo
    if ep % 4 == 0:
        print(ep, (probs.argmax(1) == labels).mean())
