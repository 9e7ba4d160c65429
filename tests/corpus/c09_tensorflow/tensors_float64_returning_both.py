# %%
import os
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf
tf.keras.backend.set_floatx("float64")

# %%
rs = np.random.RandomState(33)
X = tf.convert_to_tensor(rs.randn(15, 5))
t = tf.convert_to_tensor((rs.rand(15, 1) > .4).astype(np.float64))
theta = tf.convert_to_tensor(rs.randn(5, 1) * .4)
bias = tf.convert_to_tensor(rs.randn(1) * .1)

# %%
def logistic_objective(theta, bias, X, t, alpha=0.2):
    z = X @ theta + bias
    nll = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=t, logits=z))
    value = nll + alpha * tf.reduce_sum(theta ** 2)
    err = tf.sigmoid(z) - t
    n = X.shape[0]
    dtheta = tf.transpose(X) @ err / n + 2 * alpha * theta
    dbias = tf.reduce_sum(err, axis=0) / n
    return value, (dtheta, dbias)

def tape_gradient(theta, bias, X, t):
    # for later comparison, not used yet
    with tf.GradientTape() as tape:
        tape.watch([theta, bias])
        v, _ = logistic_objective(theta, bias, X, t)
    return tape.gradient(v, [theta, bias])

# %%
losses = []
for k in range(4):
    v, (dtheta, dbias) = logistic_objective(theta, bias, X, t)
    theta, bias = theta - 0.3 * dtheta, bias - 0.3 * dbias
    losses.append(v.numpy())
losses
