# %%
import numpy as np
import tensorflow as tf
GAMMA = 2.0
# %%
@tf.custom_gradient
def focal_loss(y_true, y_pred):
    p = tf.clip_by_value(y_pred, 1e-7, 1 - 1e-7)
    pt = y_true * p + (1 - y_true) * (1 - p)
    value = tf.reduce_mean(-(1 - pt) ** GAMMA * tf.math.log(pt))
    def grad(dy):
        dpt = GAMMA * (1 - pt) ** (GAMMA - 1) * tf.math.log(pt) - (1 - pt) ** GAMMA / pt
        dp = dpt * (2 * y_true - 1) / tf.cast(tf.size(y_pred), y_pred.dtype)
        return None, dy * dp
    return value, grad
# %%
rng = np.random.default_rng(1)
y_true = tf.constant(rng.integers(0, 2, 12).astype("float64"))
y_pred = tf.constant(rng.uniform(0.1, 0.9, 12))
print(focal_loss(y_true, y_pred).numpy())
acc = tf.reduce_mean(tf.cast(tf.equal(tf.round(y_pred), y_true), tf.float32))
