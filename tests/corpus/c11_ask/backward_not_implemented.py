# %%
import numpy as np
rng = np.random.default_rng(42)

# %%
def rnn_loss(theta, seq, labels):
    h = np.zeros(theta["U"].shape[0])
    hs = [h]
    for x in seq:
        h = np.tanh(theta["U"] @ h + theta["V"] @ x)
        hs.append(h)
    err = theta["w"] @ h - labels
    return 0.5 * float(err @ err), hs

def rnn_grads(theta, seq, labels, hs):
    err = theta["w"] @ hs[-1] - labels
    grads = {"w": np.outer(err, hs[-1])}
    raise NotImplementedError("recurrent part is still to be derived")

# %%
theta = {"U": rng.normal(size=(4, 4)) * 0.4, "V": rng.normal(size=(4, 2)), "w": rng.normal(size=(2, 4))}
seq = rng.normal(size=(5, 2))
labels = np.array([0.5, -0.5])
print(rnn_loss(theta, seq, labels)[0])
