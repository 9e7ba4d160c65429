# %%
import numpy as np
import tensorflow as tf
rng = np.random.default_rng(14)
user_ids = tf.constant(rng.integers(0, 5, 20))
item_ids = tf.constant(rng.integers(0, 4, 20))
scores = tf.constant(rng.uniform(1, 5, 20))
P = tf.Variable(rng.normal(size=(5, 2)))
Q = tf.Variable(rng.normal(size=(4, 2)))
# %%
@tf.function
def loss_and_grads(P, Q, user_ids, item_ids, scores, reg=0.02):
    p, q = tf.gather(P, user_ids), tf.gather(Q, item_ids)
    err = tf.reduce_sum(p * q, axis=1) - scores
    loss = tf.reduce_sum(err ** 2) + reg * (tf.reduce_sum(P ** 2) + tf.reduce_sum(Q ** 2))
    gP = tf.tensor_scatter_nd_add(2 * reg * P, user_ids[:, None], 2 * err[:, None] * q)
    gQ = tf.tensor_scatter_nd_add(2 * reg * Q, item_ids[:, None], 2 * err[:, None] * p)
    return loss, [gP, gQ]
# %%
opt_lr = 0.01
for i in range(4):
    loss, (gP, gQ) = loss_and_grads(P, Q, user_ids, item_ids, scores)
    P.assign_sub(opt_lr * gP)
    Q.assign_sub(opt_lr * gQ)
print(float(loss))
