"""Some of the losses in TensorFlow, gradients by hand. The precision follows the arguments."""

from __future__ import annotations

import tensorflow as tf


def mlp_relu_forward(X, Y, parameters):
    W1, b1, W2, b2, W3, b3 = (parameters[key] for key in ("W1", "b1", "W2", "b2", "W3", "b3"))
    m = X.shape[1]
    A1 = tf.nn.relu(tf.matmul(W1, X) + b1)
    A2 = tf.nn.relu(tf.matmul(W2, A1) + b2)
    Z3 = tf.matmul(W3, A2) + b3
    loss = tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=Y, logits=Z3)) / m
    cache = (A1, A2, tf.sigmoid(Z3), W2, W3)
    return loss, cache


def mlp_relu_backward(X, Y, cache):
    A1, A2, A3, W2, W3 = cache
    m = X.shape[1]
    dZ3 = (A3 - Y) / m
    dZ2 = tf.matmul(W3, dZ3, transpose_a=True) * tf.cast(A2 > 0, A2.dtype)
    dZ1 = tf.matmul(W2, dZ2, transpose_a=True) * tf.cast(A1 > 0, A1.dtype)
    return {
        "dW1": tf.matmul(dZ1, X, transpose_b=True),
        "db1": tf.reduce_sum(dZ1, axis=1, keepdims=True),
        "dW2": tf.matmul(dZ2, A1, transpose_b=True),
        "db2": tf.reduce_sum(dZ2, axis=1, keepdims=True),
        "dW3": tf.matmul(dZ3, A2, transpose_b=True),
        "db3": tf.reduce_sum(dZ3, axis=1, keepdims=True),
    }


def mlp_relu_backward_without_mask(X, Y, cache):
    """Wrong: forgets where the first layer's ReLU was zero."""
    A1, A2, A3, W2, W3 = cache
    m = X.shape[1]
    dZ3 = (A3 - Y) / m
    dZ2 = tf.matmul(W3, dZ3, transpose_a=True) * tf.cast(A2 > 0, A2.dtype)
    dZ1 = tf.matmul(W2, dZ2, transpose_a=True)
    return {
        "dW1": tf.matmul(dZ1, X, transpose_b=True),
        "db1": tf.reduce_sum(dZ1, axis=1, keepdims=True),
        "dW2": tf.matmul(dZ2, A1, transpose_b=True),
        "db2": tf.reduce_sum(dZ2, axis=1, keepdims=True),
        "dW3": tf.matmul(dZ3, A2, transpose_b=True),
        "db3": tf.reduce_sum(dZ3, axis=1, keepdims=True),
    }


def mlp_tanh_forward(X, Y, parameters):
    W1, b1, W2, b2, W3, b3 = (parameters[key] for key in ("W1", "b1", "W2", "b2", "W3", "b3"))
    A1 = tf.tanh(W1 @ X + b1)
    A2 = tf.tanh(W2 @ A1 + b2)
    A3 = tf.sigmoid(W3 @ A2 + b3)
    loss = -tf.reduce_mean(tf.reduce_sum(Y * tf.math.log(A3) + (1 - Y) * tf.math.log(1 - A3), axis=0))
    cache = (A1, A2, A3, W2, W3)
    return loss, cache


def mlp_tanh_backward(X, Y, cache):
    A1, A2, A3, W2, W3 = cache
    dZ3 = (A3 - Y) / X.shape[1]
    dZ2 = (tf.transpose(W3) @ dZ3) * (1 - A2**2)
    dZ1 = (tf.transpose(W2) @ dZ2) * (1 - A1**2)
    return {
        "dW1": dZ1 @ tf.transpose(X),
        "db1": tf.reduce_sum(dZ1, axis=1, keepdims=True),
        "dW2": dZ2 @ tf.transpose(A1),
        "db2": tf.reduce_sum(dZ2, axis=1, keepdims=True),
        "dW3": dZ3 @ tf.transpose(A2),
        "db3": tf.reduce_sum(dZ3, axis=1, keepdims=True),
    }


def softmax_forward(X, Y, parameters, lambd):
    W, b = parameters["W"], parameters["b"]
    m = X.shape[0]
    logits = tf.matmul(X, W) + b
    data_loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=Y, logits=logits))
    loss = data_loss + lambd / (2 * m) * tf.reduce_sum(W * W)
    cache = (tf.nn.softmax(logits), W)
    return loss, cache


def softmax_backward(X, Y, cache, lambd):
    P, W = cache
    m = X.shape[0]
    dZ = (P - Y) / m
    return {"dW": tf.matmul(X, dZ, transpose_a=True) + lambd / m * W, "db": tf.reduce_sum(dZ, axis=0)}


def squares_forward(X, Y, parameters):
    apart = X @ parameters["W"] + parameters["b"] - Y
    loss = tf.reduce_mean(tf.reduce_sum(apart**2, axis=1)) / 2
    cache = apart
    return loss, cache


def squares_backward(X, Y, cache):
    return {"dW": tf.transpose(X) @ cache / X.shape[0], "db": tf.reduce_mean(cache, axis=0)}


def gaussian_forward(X, Y, parameters):
    w, b, s = parameters["w"], parameters["b"], parameters["s"]
    apart = Y - tf.linalg.matvec(X, w) - b
    loss = 0.5 * tf.reduce_mean(apart**2) * tf.exp(-s) + 0.5 * s
    cache = (apart, s)
    return loss, cache


def gaussian_backward(X, Y, cache):
    apart, s = cache
    m = apart.shape[0]
    precision = tf.exp(-s)
    return {
        "dw": -tf.linalg.matvec(X, apart, transpose_a=True) * precision / m,
        "db": -tf.reduce_sum(apart) * precision / m,
        "ds": 0.5 - 0.5 * tf.reduce_mean(apart**2) * precision,
    }


def factors_forward(X, Y, parameters, lambd):
    U, V = parameters["U"], parameters["V"]
    apart = X * (tf.matmul(U, V, transpose_b=True) + parameters["bu"][:, None] + parameters["bv"][None, :] - Y)
    loss = tf.nn.l2_loss(apart) + lambd * (tf.nn.l2_loss(U) + tf.nn.l2_loss(V))
    cache = (apart, U, V)
    return loss, cache


def factors_backward(X, Y, cache, lambd):
    apart, U, V = cache
    return {
        "dU": apart @ V + lambd * U,
        "dV": tf.matmul(apart, U, transpose_a=True) + lambd * V,
        "dbu": tf.reduce_sum(apart, axis=1),
        "dbv": tf.reduce_sum(apart, axis=0),
    }
