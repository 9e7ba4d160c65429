# %%
import tensorflow as tf
import numpy as np
np.random.seed(2)
signal_in = tf.constant(np.random.randn(12, 3), tf.float32)
signal_out = tf.constant(np.random.randn(12, 2), tf.float32)
W = tf.Variable(np.random.randn(3, 2), dtype=tf.float32)
bias = tf.Variable(np.random.randn(2), dtype=tf.float32)
# %%
def mse(W, bias, x, y):
    return tf.reduce_mean(tf.square(x @ W + bias - y))

def mse_gradient(W, bias, x, y):
    e = x @ W + bias - y
    scale = 2.0 / tf.cast(tf.size(y), tf.float32)
    return scale * tf.transpose(x) @ e, scale * tf.reduce_sum(e, axis=0)
# %%
with tf.GradientTape() as tape:
    L = mse(W, bias, signal_in, signal_out)
auto = tape.gradient(L, [W, bias])
mine = mse_gradient(W, bias, signal_in, signal_out)
print([float(tf.reduce_max(tf.abs(a - m))) for a, m in zip(auto, mine)])
