# %%
import os
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf

g = tf.random.Generator.from_seed(12)

# %%
x = g.normal((8, 3))
y = tf.one_hot([0, 1, 1, 0, 1, 0, 0, 1], 2)
params = {
    "w1": tf.Variable(g.normal((3, 4)) * 0.7),
    "b1": tf.Variable(g.normal((4,)) * 0.1),
    "w2": tf.Variable(g.normal((4, 2)) * 0.7),
    "b2": tf.Variable(tf.zeros((2,))),
}

# %%
@tf.function
def forward(params, x):
    a = tf.matmul(x, params["w1"]) + params["b1"]
    h = tf.nn.elu(a)
    return a, h, tf.matmul(h, params["w2"]) + params["b2"]

@tf.function
def loss(params, x, y):
    logits = forward(params, x)[-1]
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=logits))

@tf.function
def backward(params, x, y):
    a, h, logits = forward(params, x)
    dlogits = (tf.nn.softmax(logits) - y) / tf.cast(tf.shape(x)[0], tf.float32)
    dh = tf.matmul(dlogits, tf.transpose(params["w2"]))
    da = dh * tf.where(a > 0, tf.ones_like(a), tf.exp(a))
    return {
        "w1": tf.matmul(tf.transpose(x), da),
        "b1": tf.reduce_sum(da, 0),
        "w2": tf.matmul(tf.transpose(h), dlogits),
        "b2": tf.reduce_sum(dlogits, 0),
    }

# %%
for step in range(3):
    grads = backward(params, x, y)
    for k, v in params.items():
        v.assign_sub(0.1 * grads[k])
    tf.print(step, loss(params, x, y))
