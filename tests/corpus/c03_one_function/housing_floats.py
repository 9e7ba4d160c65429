# %%
import numpy as np
# size in 100 m2, price in 100k
size = np.array([0.5, 0.8, 1.1, 1.4, 0.65, 0.95, 1.7, 2.1])
price = np.array([1.1, 1.7, 2.0, 3.1, 1.2, 2.05, 3.3, 4.4])

w_init = 0.7
b_init = 0.35
alpha = 0.01

# %%
def f_wb(x, w, b):
    return w * x + b

def propagate(w, b, x, y, delta):
    # huber
    m = x.shape[0]
    err = f_wb(x, w, b) - y
    small = np.abs(err) <= delta
    cost = np.where(small, 0.5 * err ** 2, delta * (np.abs(err) - 0.5 * delta)).sum() / m
    g = np.where(small, err, delta * np.sign(err))
    dj_dw = (g * x).sum() / m
    dj_db = g.sum() / m
    return (dj_dw, dj_db), cost

# %%
def gradient_descent(x, y, w, b, alpha, iters, delta=0.9):
    hist = []
    for it in range(iters):
        (dw, db), J = propagate(w, b, x, y, delta)
        w -= alpha * dw
        b -= alpha * db
        hist.append(J)
    return w, b, hist

w_final, b_final, J_hist = gradient_descent(size, price, w_init, b_init, alpha, 20)
print(J_hist[0], J_hist[-1])
w, b = w_init, b_init
delta = 0.9
