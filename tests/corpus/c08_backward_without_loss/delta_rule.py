# %%
import numpy as np
rng = np.random.default_rng(99)

temps = rng.normal(size=(16, 3))
yields = (temps @ np.array([.5, -1, .3]) + .2 * rng.normal(size=16))[:, None]

w_hidden = rng.normal(size=(3, 4)) * .7
b_hidden = rng.normal(size=(1, 4)) * .2
w_output = rng.normal(size=(4, 1)) * .7
b_output = rng.normal(size=(1, 1)) * .2

# %%
def predict(x, w_hidden, b_hidden, w_output, b_output):
    return np.tanh(x @ w_hidden + b_hidden) @ w_output + b_output

# %%
def train_step(x, y, w_hidden, b_hidden, w_output, b_output, learning_rate=0.01):
    hidden = np.tanh(x @ w_hidden + b_hidden)
    error = hidden @ w_output + b_output - y
    delta = error @ w_output.T * (1 - hidden ** 2)
    new_w_output = w_output - learning_rate * hidden.T @ error / len(x)
    new_b_output = b_output - learning_rate * error.mean(axis=0, keepdims=True)
    new_w_hidden = w_hidden - learning_rate * x.T @ delta / len(x)
    new_b_hidden = b_hidden - learning_rate * delta.mean(axis=0, keepdims=True)
    return new_w_hidden, new_b_hidden, new_w_output, new_b_output

# %%
wh, bh, wo, bo = w_hidden, b_hidden, w_output, b_output
for epoch in range(60):
    wh, bh, wo, bo = train_step(temps, yields, wh, bh, wo, bo, .1)
print(np.c_[yields, predict(temps, wh, bh, wo, bo)][:5])
