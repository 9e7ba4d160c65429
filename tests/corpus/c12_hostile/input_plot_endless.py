# %%
import time
import numpy as np
try:
    import matplotlib.pyplot as plt
except ImportError:
    plt = None

np.random.seed(90)

# %%
def ask_learning_rate():
    return float(input("learning rate? "))

def plot_loss(history, params=None, X=None, y=None):
    plt.figure()
    plt.plot(history)
    plt.show()

def gradient_descent_forever(params, X, y):
    """run it, watch it, stop with the square button"""
    while True:
        g = gradient(params, X, y)
        params = {k: params[k] - 0.01 * g[k] for k in params}
        time.sleep(0.01)

def backward(params, X, y):
    # waits for the GPU job (not on this machine)
    while True:
        time.sleep(1)

def confirm_loss(params, X, y):
    ans = input("compute? [y/n] ")
    return loss(params, X, y) if ans == "y" else None

# %%
def predict(params, X):
    return np.exp(X @ params["beta"] + params["intercept"])

def loss(params, X, y):
    """Poisson deviance up to a constant, averaged"""
    eta = X @ params["beta"] + params["intercept"]
    return np.mean(np.exp(eta) - y * eta)

def gradient(params, X, y):
    res = (predict(params, X) - y) / len(y)
    return {"beta": X.T @ res, "intercept": np.array([res.sum()])}

# %%
X = np.random.randn(25, 4) * 0.5
y = np.random.poisson(np.exp(X @ np.array([.5, -1, 0, .8]) + .3))
params = {"beta": np.random.randn(4) * 0.3, "intercept": np.array([0.1])}
history = []
for _ in range(10):
    g = gradient(params, X, y)
    params = {k: params[k] - 0.1 * g[k] for k in params}
    history.append(loss(params, X, y))
print(history[-1])
