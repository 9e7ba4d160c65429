# %%
import numpy as np
import tensorflow as tf
tf.random.set_seed(3)
rng = np.random.default_rng(3)
data_x = tf.constant(rng.normal(size=(12, 3)))
data_y = tf.constant((rng.random((12, 1)) > 0.5).astype("float64"))
w1 = tf.Variable(rng.normal(size=(3, 4)) * 0.5)
c1 = tf.Variable(rng.normal(size=(4,)) * 0.1)
w2 = tf.Variable(rng.normal(size=(4, 1)) * 0.5)
# %%
def net(x):
    return tf.tanh(x @ w1 + c1) @ w2

def loss():
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=data_y, logits=net(data_x)))
# %%
def manual_grads():
    h = tf.tanh(data_x @ w1 + c1)
    d = (tf.sigmoid(h @ w2) - data_y) / data_x.shape[0]
    dh = (d @ tf.transpose(w2)) * (1 - h ** 2)
    return [tf.transpose(data_x) @ dh, tf.reduce_sum(dh, axis=0), tf.transpose(h) @ d]
# %%
for step in range(3):
    for var, g in zip([w1, c1, w2], manual_grads()):
        var.assign_sub(0.5 * g)
print(loss().numpy())
