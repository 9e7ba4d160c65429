# %%
import os
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf

# %%
class Regressor(tf.Module):
    def __init__(self, n_in, n_hidden, seed=0, name=None):
        super().__init__(name=name)
        r = np.random.RandomState(seed)
        self.W = tf.Variable(r.randn(n_in, n_hidden) * 0.5)
        self.b = tf.Variable(r.randn(n_hidden) * 0.1)
        self.v = tf.Variable(r.randn(n_hidden) * 0.5)

    def __call__(self, x):
        self._x = x
        self._h = tf.sin(x @ self.W + self.b)
        return tf.linalg.matvec(self._h, self.v)

    def loss(self, x, y):
        self._res = self(x) - y
        return 0.5 * tf.reduce_mean(tf.square(self._res))

    def gradients(self, x, y):
        self.loss(x, y)
        r = self._res / self._res.shape[0]
        dv = tf.linalg.matvec(self._h, r, transpose_a=True)
        dz = r[:, None] * self.v[None, :] * tf.cos(x @ self.W + self.b)
        return {"W": tf.transpose(x) @ dz, "b": tf.reduce_sum(dz, 0), "v": dv}

# %%
r = np.random.RandomState(4)
x_np = r.randn(14, 3)
x, y = tf.constant(x_np), tf.constant(np.cos(x_np).sum(1))
net = Regressor(3, 5, seed=9)
untrained = Regressor(2, 5, seed=1, name="toy")

for i in range(3):
    gr = net.gradients(x, y)
    for name in gr:
        getattr(net, name).assign_sub(0.1 * gr[name])
print(net.loss(x, y).numpy())
