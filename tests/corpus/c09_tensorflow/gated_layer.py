# %%
import numpy as np
import tensorflow as tf
tf.random.set_seed(3)

# %%
class GatedProjection(tf.keras.layers.Layer):
    def __init__(self, units, **kw):
        super().__init__(**kw)
        self.units = units

    def build(self, input_shape):
        d = int(input_shape[-1])
        self.value_kernel = self.add_weight(name="value_kernel", shape=(d, self.units), initializer="glorot_normal")
        self.gate_kernel = self.add_weight(name="gate_kernel", shape=(d, self.units), initializer="glorot_normal")
        self.gate_bias = self.add_weight(name="gate_bias", shape=(self.units,), initializer="zeros")

    def call(self, x):
        @tf.custom_gradient
        def op(x, vk, gk, gb):
            v = tf.matmul(x, vk)
            s = tf.sigmoid(tf.matmul(x, gk) + gb)

            def back(dy):
                dv = dy * s
                dpre = dy * v * s * (1.0 - s)
                dx = tf.matmul(dv, vk, transpose_b=True) + tf.matmul(dpre, gk, transpose_b=True)
                return (dx, tf.matmul(x, dv, transpose_a=True), tf.matmul(x, dpre, transpose_a=True),
                        tf.reduce_sum(dpre, axis=0))

            return v * s, back

        return op(x, *[tf.convert_to_tensor(w) for w in (self.value_kernel, self.gate_kernel, self.gate_bias)])

# %%
x_in = tf.constant(np.random.RandomState(4).randn(5, 3))
layer = GatedProjection(4, dtype="float64")
y_out = layer(x_in)
print(y_out.shape, [w.name for w in layer.weights])

# %%
with tf.GradientTape() as tape:
    val = tf.reduce_mean(tf.square(layer(x_in)))
print([tuple(g.shape) for g in tape.gradient(val, layer.trainable_variables)])
