# %%
import tensorflow as tf
import numpy as np
tf.random.set_seed(7)
# %%
@tf.custom_gradient
def dense_tanh(x, w, b):
    a = tf.tanh(tf.matmul(x, w) + b)
    def backward(upstream):
        dz = upstream * (1.0 - tf.square(a))
        dx = tf.matmul(dz, w, transpose_b=True)
        dw = tf.matmul(x, dz, transpose_a=True)
        db = tf.reduce_sum(dz, axis=0)
        return dx, dw, db
    return a, backward
# %%
x = tf.random.normal((5, 3), dtype=tf.float64)
w = tf.Variable(tf.random.normal((3, 4), dtype=tf.float64))
b = tf.Variable(tf.random.normal((4,), dtype=tf.float64) * 0.1)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(dense_tanh(x, w, b) ** 2)
gw, gb = tape.gradient(loss, [w, b])
print(loss.numpy(), gw.shape)
