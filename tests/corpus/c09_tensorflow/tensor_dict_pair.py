# %%
import tensorflow as tf

tf.random.set_seed(23)
g = tf.random.Generator.from_seed(23)
D = tf.float64

X = g.normal((10, 4), dtype=D)
labels = tf.constant([0, 1, 2, 1, 0, 2, 2, 1, 0, 1])
params = {
    "W": g.normal((4, 3), dtype=D),
    "b": 0.1 * g.normal((3,), dtype=D),
    "log_temp": tf.constant(0.3, dtype=D),
}

# %%
def nll(params, X, labels, l2=0.01):
    scaled = (X @ params["W"] + params["b"]) * tf.exp(-params["log_temp"])
    ce = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=scaled)
    return tf.reduce_mean(ce) + l2 * tf.nn.l2_loss(params["W"])

def nll_grad(params, X, labels, l2=0.01):
    raw = X @ params["W"] + params["b"]
    it = tf.exp(-params["log_temp"])
    p = tf.nn.softmax(raw * it)
    d = (p - tf.one_hot(labels, 3, dtype=D)) / tf.cast(tf.shape(X)[0], D)
    return {
        "W": it * tf.matmul(X, d, transpose_a=True) + l2 * params["W"],
        "b": it * tf.reduce_sum(d, 0),
        "log_temp": -it * tf.reduce_sum(d * raw),
    }

# %%
grads = nll_grad(params, X, labels)
stepped = {k: params[k] - 0.5 * grads[k] for k in params}
print(nll(params, X, labels).numpy(), nll(stepped, X, labels).numpy())
