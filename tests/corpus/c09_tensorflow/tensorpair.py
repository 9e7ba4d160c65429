# %%
import tensorflow as tf
tf.random.set_seed(21)
X = tf.random.normal((4, 15), dtype=tf.float64)
Y = tf.cast(tf.random.uniform((1, 15), dtype=tf.float64) > 0.5, tf.float64)
# %%
def initialize(n_x, n_h):
    g = lambda *s: tf.Variable(tf.random.normal(s, stddev=0.5, dtype=tf.float64))
    return {"W1": g(n_h, n_x), "b1": g(n_h, 1), "W2": g(1, n_h), "b2": g(1, 1)}
parameters = initialize(4, 5)
# %%
def forward(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = tf.nn.elu(Z1)
    Z2 = parameters["W2"] @ A1 + parameters["b2"]
    return Z2, (Z1, A1)

def cost(Z2, Y):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(logits=Z2, labels=Y))
# %%
def backward(X, Y, Z2, cache, parameters):
    Z1, A1 = cache
    m = tf.cast(tf.shape(X)[1], tf.float64)
    dZ2 = (tf.sigmoid(Z2) - Y) / m
    dZ1 = tf.transpose(parameters["W2"]) @ dZ2 * tf.where(Z1 > 0, tf.ones_like(Z1), tf.exp(Z1))
    return {"W1": dZ1 @ tf.transpose(X), "b1": tf.reduce_sum(dZ1, 1, keepdims=True),
            "W2": dZ2 @ tf.transpose(A1), "b2": tf.reduce_sum(dZ2, 1, keepdims=True)}
# %%
for _ in range(3):
    Z2, cache = forward(X, parameters)
    grads = backward(X, Y, Z2, cache, parameters)
    for k in parameters:
        parameters[k].assign_sub(0.1 * grads[k])
print(cost(Z2, Y).numpy())
