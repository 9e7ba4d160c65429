# %% [markdown]
# Character-level names, one step of training

# %%
import numpy as np
names = ["rex", "tyro", "velo", "stego"]
chars = sorted(set("".join(names)) | {"\n"})
char_to_ix = {c: i for i, c in enumerate(chars)}
ix_to_char = {i: c for c, i in char_to_ix.items()}
vocab_size = len(chars)

# %%
def softmax(v):
    e = np.exp(v - v.max())
    return e / e.sum()

def rnn_step(parameters, a_prev, x):
    a = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ x + parameters["b"])
    return a, softmax(parameters["Wya"] @ a + parameters["by"])

def rnn_forward(X, Y, a0, parameters, vocab_size=vocab_size):
    x, a, y_hat = {}, {-1: np.copy(a0)}, {}
    loss = 0
    for t in range(len(X)):
        x[t] = np.zeros((vocab_size, 1))
        if X[t] is not None:
            x[t][X[t]] = 1
        a[t], y_hat[t] = rnn_step(parameters, a[t - 1], x[t])
        loss -= np.log(y_hat[t][Y[t], 0])
    return loss, (y_hat, a, x)

def rnn_backward(X, Y, parameters, cache):
    y_hat, a, x = cache
    gradients = {"d" + k: np.zeros_like(v) for k, v in parameters.items()}
    da_next = np.zeros_like(a[0])
    for t in reversed(range(len(X))):
        dy = np.copy(y_hat[t])
        dy[Y[t]] -= 1
        gradients["dWya"] += dy @ a[t].T
        gradients["dby"] += dy
        da = parameters["Wya"].T @ dy + da_next
        draw = (1 - a[t] ** 2) * da
        gradients["db"] += draw
        gradients["dWax"] += draw @ x[t].T
        gradients["dWaa"] += draw @ a[t - 1].T
        da_next = parameters["Waa"].T @ draw
    return gradients, a

# %%
n_a = 6
np.random.seed(5)
parameters = {"Wax": np.random.randn(n_a, vocab_size) * .5, "Waa": np.random.randn(n_a, n_a) * .5,
              "Wya": np.random.randn(vocab_size, n_a) * .5, "b": np.random.randn(n_a, 1) * .1, "by": np.random.randn(vocab_size, 1) * .1}
a_prev = np.zeros((n_a, 1))
X = [None] + [char_to_ix[c] for c in names[3]]
Y = X[1:] + [char_to_ix["\n"]]

def clip(gradients, maxValue):
    return {k: np.clip(v, -maxValue, maxValue) for k, v in gradients.items()}

def sample(parameters, seed):
    rng = np.random.default_rng(seed); a = np.zeros((n_a, 1)); x = np.zeros((vocab_size, 1)); out = []
    for _ in range(8):
        a, p = rnn_step(parameters, a, x)
        i = rng.choice(vocab_size, p=p.ravel()); out.append(i)
        x = np.zeros((vocab_size, 1)); x[i] = 1
    return "".join(ix_to_char[i] for i in out)

print(repr(sample(parameters, 0)))
