# %%
import numpy as np
import tensorflow as tf

tf.random.set_seed(1)
rng = np.random.default_rng(1)
X = tf.constant(rng.normal(size=(12, 3)))
Y = tf.constant(rng.normal(size=(12, 2)))

W1 = tf.Variable(rng.normal(size=(3, 4)) * 0.7)
b1 = tf.Variable(rng.normal(size=4) * 0.1)
W2 = tf.Variable(rng.normal(size=(4, 2)) * 0.7)
b2 = tf.Variable(rng.normal(size=2) * 0.1)
variables = [W1, b1, W2, b2]

# %%
def model(x):
    return tf.nn.softplus(x @ W1 + b1) @ W2 + b2

def l1_smooth(x, y):
    d = model(x) - y
    return tf.reduce_mean(tf.sqrt(d * d + 0.01))

def manual_gradients(x, y):
    z = x @ W1 + b1
    h = tf.nn.softplus(z)
    d = h @ W2 + b2 - y
    delta = d / tf.sqrt(d * d + 0.01) / tf.cast(tf.size(d), d.dtype)
    dW2 = tf.transpose(h) @ delta
    db2 = tf.reduce_sum(delta, axis=0)
    dz = (delta @ tf.transpose(W2)) * tf.sigmoid(z)
    return [tf.transpose(x) @ dz, tf.reduce_sum(dz, axis=0), dW2, db2]

# %%
def train_step(x, y, lr=0.1):
    for v, g in zip(variables, manual_gradients(x, y)):
        v.assign_sub(lr * g)
    return l1_smooth(x, y)

print(l1_smooth(X, Y).numpy(), train_step(X, Y).numpy())
