# %%
import numpy as np
import tensorflow as tf

rng = np.random.default_rng(36)
x_fit = tf.constant(rng.normal(size=(12, 3)))
y_fit = tf.constant(rng.normal(size=(12, 2)))

# %%
theta = (
    tf.Variable(rng.normal(size=(3, 4)) * .6, name="mix"),
    tf.Variable(rng.normal(size=(4,)) * .2, name="shift"),
    tf.Variable(rng.normal(size=(4, 2)) * .6, name="proj"),
)

# %%
def objective(theta, x, y):
    mix, shift, proj = theta
    s = tf.sin(x @ mix + shift)
    return tf.reduce_mean(tf.square(s @ proj - y))

def objective_grads(theta, x, y):
    mix, shift, proj = theta
    pre = x @ mix + shift
    s = tf.sin(pre)
    e = 2.0 * (s @ proj - y) / float(y.shape[0] * y.shape[1])
    dpre = tf.matmul(e, proj, transpose_b=True) * tf.cos(pre)
    return (tf.matmul(x, dpre, transpose_a=True), tf.reduce_sum(dpre, axis=0), tf.matmul(s, e, transpose_a=True))

# %%
print(float(objective(theta, x_fit, y_fit)))
for k in range(5):
    for var, grad in zip(theta, objective_grads(theta, x_fit, y_fit)):
        var.assign_sub(0.1 * grad)
print(float(objective(theta, x_fit, y_fit)))
