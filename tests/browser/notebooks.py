"""Notebooks that the browser tests and the pictures share, as lists of cells."""

from __future__ import annotations

LAYERS = (
    "import numpy as np\n\nrng = np.random.default_rng(0)\nx = rng.standard_normal((4, 3))\n"
    "w = rng.standard_normal((3, 5))\nb = rng.standard_normal(5)\ndout = rng.standard_normal((4, 5))",
    "def affine_forward(x, w, b):\n    return x @ w + b, (x, w, b)\n\n\n"
    "def affine_backward(dout, cache):\n    x, w, b = cache\n    dx = dout @ w.T\n    dw = x.T @ dout\n"
    "    db = 2 * dout.sum(axis=0)\n    return dx, dw, db",
    "def tanh_forward(x):\n    out = np.tanh(x)\n    return out, out\n\n\n"
    "def tanh_backward(dout, cache):\n    return dout * (1 - cache**2)",
)
"""Two layers side by side; db of the first is twice what it should be."""

FLOAT32 = (
    "import numpy as np\n\nrng = np.random.default_rng(0)\n"
    "X = rng.standard_normal((20, 6)).astype(np.float32)\nY = rng.standard_normal((20, 3)).astype(np.float32)\n"
    "parameters = {'W': rng.standard_normal((6, 3)).astype(np.float32)}",
    "def forward(X, Y, parameters):\n    residual = np.tanh(X @ parameters['W']) - Y\n"
    "    return np.float32(0.5) * np.sum(residual**2) / np.float32(len(X))\n\n\n"
    "def backward(X, Y, parameters):\n    A = np.tanh(X @ parameters['W'])\n"
    "    return {'dW': X.T @ ((A - Y) * (1 - A**2)) / np.float32(len(X))}",
)
"""Right, and in float32 throughout."""

KERNEL = (
    "import numpy as np\n\nrng = np.random.default_rng(0)\nX = rng.standard_normal((6, 3, 8, 8))\n"
    "Y = rng.standard_normal((6, 4, 6, 6))\n"
    "parameters = {'K': rng.standard_normal((4, 3, 3, 3)), 'b': rng.standard_normal(4)}",
    "def windows(X):\n    return np.lib.stride_tricks.sliding_window_view(X, (3, 3), axis=(2, 3))\n\n\n"
    "def forward(X, Y, parameters):\n    out = np.einsum('nchwij,fcij->nfhw', windows(X), parameters['K'])\n"
    "    out = out + parameters['b'][None, :, None, None]\n    return 0.005 * np.sum((out - Y) ** 2), out\n\n\n"
    "def backward(X, Y, cache):\n    d = 0.01 * (cache - Y)\n    dK = np.einsum('nchwij,nfhw->fcij', windows(X), d)\n"
    "    dK[2, 1, 0, 2] *= 1.5\n    db = d.sum((0, 2, 3))\n    return {'dK': dK, 'db': db}",
)
"""A convolution with one wrong entry in its kernel of four dimensions."""
