# %%
import tensorflow as tf
import numpy as np
rng = np.random.default_rng(9)

# %%
@tf.custom_gradient
def soft_threshold(x, lam):
    """smooth shrinkage, learnable per-channel threshold"""
    r = tf.sqrt(x * x + lam * lam)
    y = x * (1. - lam / r)
    def grad(dy):
        dx = dy * (1. - lam / r + lam * x * x / r ** 3)
        dlam = tf.reduce_sum(dy * x * (lam ** 2 / r ** 3 - 1. / r), axis=0)
        return dx, dlam
    return y, grad

# %%
x = tf.constant(rng.normal(size=(6, 3)))
lam = tf.Variable([0.3, 0.8, 1.2], dtype=tf.float64)
y = soft_threshold(x, lam)
print(y.numpy().round(2))

with tf.GradientTape() as tape:
    tape.watch(x)
    obj = tf.reduce_sum(soft_threshold(x, lam) ** 2)
print([g.shape for g in tape.gradient(obj, [x, lam])])
