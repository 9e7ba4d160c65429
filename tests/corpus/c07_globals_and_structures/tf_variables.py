# %%
import os
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf

# %%
np.random.seed(8)
dtype = tf.float64
X = tf.constant(np.random.randn(12, 4), dtype)
labels = np.random.randint(0, 3, 12)
Y = tf.one_hot(labels, 3, dtype=dtype)

W1 = tf.Variable(np.random.randn(4, 5) * 0.5, dtype=dtype, name="W1")
b1 = tf.Variable(np.random.randn(5) * 0.1, dtype=dtype, name="b1")
W2 = tf.Variable(np.random.randn(5, 3) * 0.5, dtype=dtype, name="W2")
b2 = tf.Variable(np.zeros(3), dtype=dtype, name="b2")

# %%
def forward(x):
    h = tf.nn.sigmoid(x @ W1 + b1)
    return h, tf.nn.softmax(h @ W2 + b2)

def cross_entropy(x, y):
    _, p = forward(x)
    return -tf.reduce_mean(tf.reduce_sum(y * tf.math.log(p), axis=1))

def manual_grads(x, y):
    """backprop by hand, no GradientTape"""
    h, p = forward(x)
    n = tf.cast(tf.shape(x)[0], dtype)
    dlogits = (p - y) / n
    dW2 = tf.matmul(h, dlogits, transpose_a=True)
    db2 = tf.reduce_sum(dlogits, axis=0)
    dh = tf.matmul(dlogits, W2, transpose_b=True)
    dz = dh * h * (1 - h)
    dW1 = tf.matmul(x, dz, transpose_a=True)
    db1 = tf.reduce_sum(dz, axis=0)
    return dW1, db1, dW2, db2

# %%
lr = 0.2
for i in range(3):
    grads = manual_grads(X, Y)
    for v, g in zip([W1, b1, W2, b2], grads):
        v.assign_sub(lr * g)
    print(i, float(cross_entropy(X, Y)))
