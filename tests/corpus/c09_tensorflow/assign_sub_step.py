# %%
import os
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf

rs = np.random.RandomState(18)

# %%
w = tf.Variable(rs.randn(4, 1) * 0.5)
b = tf.Variable(rs.randn(1) * 0.1)
x_data = tf.constant(rs.randn(20, 4))
y_data = tf.constant((rs.rand(20, 1) < 0.5).astype("float64"))

@tf.function
def bce(x, y):
    z = tf.matmul(x, w) + b
    return tf.reduce_mean(tf.math.softplus(z) - y * z)

@tf.function
def sgd_step(x, y, learning_rate):
    z = tf.matmul(x, w) + b
    delta = (tf.sigmoid(z) - y) / tf.cast(tf.shape(x)[0], tf.float64)
    w.assign_sub(learning_rate * tf.matmul(x, delta, transpose_a=True))
    b.assign_sub(learning_rate * tf.reduce_sum(delta, axis=0))

# %%
lr = tf.constant(0.1, tf.float64)
for epoch in range(4):
    sgd_step(x_data, y_data, lr)
    print(epoch, bce(x_data, y_data).numpy())
