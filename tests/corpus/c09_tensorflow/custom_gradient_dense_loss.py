# %%
import os
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf

rng = np.random.default_rng(60)
to64 = lambda a: tf.constant(a, tf.float64)

# %%
inputs = to64(rng.normal(size=(9, 4)))
targets = to64(np.eye(3)[rng.integers(0, 3, 9)])
kernel = to64(rng.normal(size=(4, 3)) * 0.5)
offset = to64(rng.normal(size=3) * 0.1)

# %%
@tf.custom_gradient
def softmax_xent(inputs, kernel, offset):
    """fused linear + softmax + cross entropy on the module-level targets"""
    logits = inputs @ kernel + offset
    logp = tf.nn.log_softmax(logits)
    loss = -tf.reduce_mean(tf.reduce_sum(targets * logp, axis=-1))

    def vjp(upstream):
        d = upstream * (tf.exp(logp) - targets) / targets.shape[0]
        d_inputs = tf.matmul(d, kernel, transpose_b=True)
        d_kernel = tf.matmul(inputs, d, transpose_a=True)
        d_offset = tf.reduce_sum(d, axis=0)
        return d_inputs, d_kernel, d_offset

    return loss, vjp

# %%
def train(kernel, offset, steps=50, lr=0.1):
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch([kernel, offset])
            L = softmax_xent(inputs, kernel, offset)
        gk, go = tape.gradient(L, [kernel, offset])
        kernel, offset = kernel - lr * gk, offset - lr * go
    return kernel, offset

kernel, offset = train(kernel, offset, steps=2)
print(softmax_xent(inputs, kernel, offset).numpy())
