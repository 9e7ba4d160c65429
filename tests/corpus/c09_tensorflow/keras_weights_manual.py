# %%
import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

tf.keras.backend.set_floatx("float64")
tf.keras.utils.set_random_seed(4)

# %%
model = tf.keras.Sequential([
    tf.keras.Input((3,)),
    tf.keras.layers.Dense(4, activation="sigmoid", bias_initializer="random_normal"),
    tf.keras.layers.Dense(1, bias_initializer="random_normal"),
])
X = np.random.randn(12, 3)
y = np.random.randn(12, 1)

# %%
def loss_fn(X, y):
    return tf.reduce_mean(tf.square(model(X) - y))

def my_backprop(X, y):
    """what the tape does, by hand, in the order of model.trainable_variables"""
    W1, b1, W2, b2 = [v.numpy() for v in model.trainable_variables]
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    d = 2 * (h @ W2 + b2 - y) / len(X)
    dh = d @ W2.T * h * (1 - h)
    return [X.T @ dh, dh.sum(0), h.T @ d, d.sum(0)]

# %%
print(float(loss_fn(X, y)))
for v, g in zip(model.trainable_variables, my_backprop(X, y)):
    v.assign(v - 0.05 * g)
print(float(loss_fn(X, y)))
