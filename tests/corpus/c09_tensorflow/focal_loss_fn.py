# %%
import numpy as np
import tensorflow as tf

GAMMA = 2.0

@tf.custom_gradient
def focal_from_logits(y_true, logits):
    p = tf.sigmoid(logits)
    pt = y_true * p + (1 - y_true) * (1 - p)
    logpt = -tf.nn.softplus(-(2 * y_true - 1) * logits)
    loss = tf.reduce_mean(-(1 - pt) ** GAMMA * logpt)

    def grad(upstream):
        sgn = 2 * y_true - 1
        n = tf.cast(tf.size(logits), logits.dtype)
        d = sgn * (1 - pt) ** GAMMA * (GAMMA * pt * logpt - (1 - pt))
        return None, upstream * d / n
    return loss, grad

# %%
np.random.seed(2017)
y_true = tf.constant(np.random.randint(0, 2, (7, 2)).astype("float64"))
logits = tf.constant(np.random.randn(7, 2) * 1.5)
print(float(focal_from_logits(y_true, logits)))

def plain_bce(y_true, logits):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y_true, logits=logits))

print(float(plain_bce(y_true, logits)))
