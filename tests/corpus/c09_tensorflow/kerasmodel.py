# %%
import numpy as np
import tensorflow as tf
tf.keras.utils.set_random_seed(5)
# %%
class TinyNet(tf.keras.Model):
    def __init__(self):
        super().__init__(dtype="float64")
        self.hidden = tf.keras.layers.Dense(4, activation="tanh", dtype="float64")
        self.out = tf.keras.layers.Dense(3, dtype="float64")
    def call(self, x):
        return self.out(self.hidden(x))
    def my_loss(self, x, y):
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, self(x)))
    def my_gradients(self, x, y):
        h = self.hidden(x)
        d = (tf.nn.softmax(self.out(h)) - tf.one_hot(y, 3, dtype="float64")) / len(y)
        dh = tf.matmul(d, self.out.kernel, transpose_b=True) * (1 - h * h)
        return [tf.matmul(x, dh, transpose_a=True), tf.reduce_sum(dh, 0),
                tf.matmul(h, d, transpose_a=True), tf.reduce_sum(d, 0)]
# %%
net = TinyNet()
xs = tf.constant(np.random.randn(9, 5))
ys = tf.constant(np.random.randint(0, 3, 9))
net(xs)
for step in range(3):
    for v, g in zip(net.trainable_variables, net.my_gradients(xs, ys)):
        v.assign_sub(0.2 * g)
print(net.my_loss(xs, ys).numpy())
