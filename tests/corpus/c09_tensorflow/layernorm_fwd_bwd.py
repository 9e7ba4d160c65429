# %%
import tensorflow as tf
import numpy as np

rs = np.random.RandomState(11)
h = tf.constant(rs.randn(5, 6) * 2 + 1)
g = tf.constant(rs.rand(6) + 0.5)
o = tf.constant(rs.randn(6))

# %%
def rms_norm_fwd(h, g, o, eps=1e-6):
    ms = tf.reduce_mean(tf.square(h), axis=-1, keepdims=True)
    inv = tf.math.rsqrt(ms + eps)
    return g * h * inv + o, (h, g, inv)

def rms_norm_bwd(dout, saved):
    h, g, inv = saved
    dn = dout * g
    dh = inv * (dn - h * inv ** 2 * tf.reduce_mean(dn * h, axis=-1, keepdims=True))
    dg = tf.reduce_sum(dout * h * inv, axis=0)
    do = tf.reduce_sum(dout, axis=0)
    return dh, dg, do

# %%
out, saved = rms_norm_fwd(h, g, o)
dout = tf.constant(rs.randn(5, 6))
dh, dg, do = rms_norm_bwd(dout, saved)
print(tf.norm(dh).numpy(), dg.shape, do.shape)
keras_ln = tf.keras.layers.LayerNormalization(dtype="float64")
reference = keras_ln(h)
