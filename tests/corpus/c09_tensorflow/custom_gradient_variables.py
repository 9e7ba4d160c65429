# %%
import os
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf

np.random.seed(3)

# %% weights captured as variables -> the grad function gets `variables=`
w = tf.Variable(np.random.randn(3, 4) * 0.6, name="w")
c = tf.Variable(np.random.randn(4) * 0.2, name="c")

@tf.custom_gradient
def swish_layer(x):
    z = x @ w + c
    s = tf.sigmoid(z)
    def grad_fn(dy, variables=None):
        dz = dy * (s + z * s * (1 - s))
        by_name = {w.ref(): tf.transpose(x) @ dz, c.ref(): tf.reduce_sum(dz, axis=0)}
        return dz @ tf.transpose(w), [by_name[v.ref()] for v in variables]
    return z * s, grad_fn

# %%
x = tf.constant(np.random.randn(7, 3))
y = tf.constant(np.random.randn(7, 4))

def loss(x, y):
    return tf.reduce_mean((swish_layer(x) - y) ** 2)

with tf.GradientTape() as tape:
    L = loss(x, y)
grads = tape.gradient(L, [w, c])
for v, g in zip([w, c], grads):
    v.assign_sub(0.1 * g)
print(L.numpy(), loss(x, y).numpy())
