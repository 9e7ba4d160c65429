# %%
import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.backend.set_floatx("float64")
keras.utils.set_random_seed(7)

# %%
model = keras.Sequential([
    keras.layers.Input((3,)),
    keras.layers.Dense(5, activation="tanh", name="hidden"),
    keras.layers.Dense(2, name="head"),
])
loss_fn = keras.losses.MeanSquaredError()
optimizer = keras.optimizers.SGD(0.1)

x_train = np.random.normal(size=(8, 3))
y_train = np.stack([x_train.sum(1), x_train[:, 0] * x_train[:, 1]], axis=1)

# %%
def compute_loss(x, y):
    return loss_fn(y, model(x))

def by_hand(x, y):
    W1, b1, W2, b2 = [v.numpy() for v in model.trainable_variables]
    h = np.tanh(x @ W1 + b1)
    err = 2 * (h @ W2 + b2 - y) / y.size
    dh = err @ W2.T * (1 - h ** 2)
    return [x.T @ dh, dh.sum(0), h.T @ err, err.sum(0)]

# %%
optimizer.apply_gradients(zip([tf.constant(g) for g in by_hand(x_train, y_train)], model.trainable_variables))
print(float(compute_loss(x_train, y_train)))
