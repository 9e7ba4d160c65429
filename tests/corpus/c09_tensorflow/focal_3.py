# %%
import numpy as np
import tensorflow as tf

# %%
class FocalFromLogits(tf.keras.losses.Loss):
    """sigmoid focal loss; gradient by hand because autodiff gave nan for saturated logits"""

    def __init__(self, gamma=2.0, name="focal"):
        super().__init__(name=name, dtype="float64")
        self.gamma = gamma

    def call(self, y_true, y_pred):
        g = self.gamma
        sign = 2.0 * y_true - 1.0

        @tf.custom_gradient
        def inner(logits):
            log_pt = tf.math.log_sigmoid(sign * logits)
            pt = tf.exp(log_pt)
            per_item = -tf.pow(1.0 - pt, g) * log_pt

            def grad(dl):
                slope = g * pt * log_pt * tf.pow(1.0 - pt, g) - tf.pow(1.0 - pt, g + 1.0)
                return dl * sign * slope

            return per_item, grad

        return tf.reduce_mean(inner(y_pred), axis=-1)

# %%
draw = np.random.default_rng(52)
y_true = tf.constant((draw.random((6, 3)) < .3).astype("float64"))
y_pred = tf.constant(draw.normal(size=(6, 3)) * 2)
focal = FocalFromLogits()
print(float(focal(y_true, y_pred)))

# %%
plain = tf.keras.losses.BinaryCrossentropy(from_logits=True)
print(float(plain(y_true, y_pred)), float(FocalFromLogits(gamma=1.0)(y_true, y_pred)))
