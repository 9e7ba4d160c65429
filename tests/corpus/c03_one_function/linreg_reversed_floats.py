# %%
import numpy as np

# house sizes in 1000 sqft, prices in 1000s of dollars
x_train = np.array([1.0, 1.7, 2.0, 2.5, 3.0, 3.2])
y_train = np.array([250., 300., 480., 430., 630., 730.])
w_init = 100
b_init = 20.5

# %%
def f(w, b, x, y):
    m = len(x)
    err = w * x + b - y
    J = (err ** 2).sum() / (2 * m)
    dw = (err * x).sum() / m
    db = err.sum() / m
    return J, db, dw

# %%
def gradient_descent(x, y, w_in, b_in, alpha, num_iters, fun):
    w, b = w_in, b_in
    hist = []
    for i in range(num_iters):
        J, db, dw = fun(w, b, x, y)
        w -= alpha * dw
        b -= alpha * db
        hist.append(J)
    return w, b, hist

w, b, J_hist = gradient_descent(x_train, y_train, w_init, b_init, 1e-2, 40, f)
w, b = float(w), float(b)
print(f"w={w:.2f} b={b:.2f}")
print(f(w, b, x_train, y_train))
