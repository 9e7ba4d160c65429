# %%
import os
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf

# %%
def layernorm_forward(x, gamma, beta, eps=1e-5):
    mu = tf.reduce_mean(x, axis=-1, keepdims=True)
    var = tf.reduce_mean((x - mu) ** 2, axis=-1, keepdims=True)
    inv = tf.math.rsqrt(var + eps)
    xhat = (x - mu) * inv
    out = gamma * xhat + beta
    cache = (xhat, inv, gamma)
    return out, cache

def layernorm_backward(dout, cache):
    xhat, inv, gamma = cache
    D = xhat.shape[-1]
    dbeta = tf.reduce_sum(dout, axis=0)
    dgamma = tf.reduce_sum(dout * xhat, axis=0)
    dxhat = dout * gamma
    dx = inv / D * (D * dxhat - tf.reduce_sum(dxhat, axis=-1, keepdims=True)
                    - xhat * tf.reduce_sum(dxhat * xhat, axis=-1, keepdims=True))
    return dx, dgamma, dbeta

# %%
rng = np.random.default_rng(15)
x = tf.constant(rng.normal(1.0, 2.0, size=(4, 5)))
gamma = tf.constant(rng.normal(1.0, 0.2, size=5))
beta = tf.constant(rng.normal(size=5))
out, cache = layernorm_forward(x, gamma, beta)
dout = tf.constant(rng.normal(size=out.shape))
dx, dgamma, dbeta = layernorm_backward(dout, cache)
print(tf.reduce_mean(out, -1).numpy(), dx.shape)
