# %%
import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(7)

# %%
@tf.custom_gradient
def _huber_core(y_true, y_pred):
    delta = 1.0
    r = y_pred - y_true
    n = tf.cast(tf.size(r), r.dtype)
    value = tf.reduce_sum(delta ** 2 * (tf.sqrt(1.0 + (r / delta) ** 2) - 1.0)) / n
    def grad(up):
        g = up * r / tf.sqrt(1.0 + (r / delta) ** 2) / n
        return -g, g
    return value, grad

def pseudo_huber(y_true, y_pred):
    y_true = tf.cast(y_true, y_pred.dtype)
    return _huber_core(y_true, y_pred)

# %%
model = tf.keras.Sequential([
    tf.keras.Input((3,)),
    tf.keras.layers.Dense(4, activation="tanh", name="hid"),
    tf.keras.layers.Dense(2, name="out"),
])
x_train = np.random.randn(10, 3).astype("float32")
y_train = np.random.randn(10, 2).astype("float32")

# %%
optimizer = tf.keras.optimizers.SGD(0.05)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss_value = pseudo_huber(y_train, model(x_train, training=True))
    optimizer.apply_gradients(zip(tape.gradient(loss_value, model.trainable_variables), model.trainable_variables))
y_pred = model(x_train)
print(float(pseudo_huber(y_train, y_pred)))
