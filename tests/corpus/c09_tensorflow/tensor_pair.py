# %%
import tensorflow as tf
tf.random.set_seed(15)

patches = tf.random.normal((10, 6))
codes = tf.random.uniform((10,), maxval=3, dtype=tf.int32)
onehot = tf.one_hot(codes, 3)

# %%
P = {
    "embed": tf.random.normal((6, 4)) * 0.5,
    "embed_bias": tf.random.normal((4,)) * 0.1,
    "head": tf.random.normal((4, 3)) * 0.5,
}

# %%
def fprop(P, patches, onehot, smoothing=0.1):
    a = patches @ P["embed"] + P["embed_bias"]
    norm = tf.norm(a, axis=1, keepdims=True)
    u = a / norm
    logp = tf.nn.log_softmax(4.0 * (u @ P["head"]))
    soft = onehot * (1 - smoothing) + smoothing / 3
    loss = -tf.reduce_mean(tf.reduce_sum(soft * logp, axis=1))
    return loss, (norm, u, logp, soft)

def bprop(P, patches, stash):
    norm, u, logp, soft = stash
    ds = 4.0 * (tf.exp(logp) - soft) / tf.cast(tf.shape(u)[0], tf.float32)
    du = ds @ tf.transpose(P["head"])
    da = (du - u * tf.reduce_sum(du * u, axis=1, keepdims=True)) / norm
    return {
        "head": tf.transpose(u) @ ds,
        "embed": tf.transpose(patches) @ da,
        "embed_bias": tf.reduce_sum(da, axis=0),
    }

# %%
loss, stash = fprop(P, patches, onehot)
G = bprop(P, patches, stash)
print(loss.numpy(), {k: v.shape for k, v in G.items()})
new_P = {k: P[k] - 0.1 * G[k] for k in P}
print(fprop(new_P, patches, onehot)[0].numpy())
