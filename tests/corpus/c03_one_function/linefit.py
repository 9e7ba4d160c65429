# %%
import numpy as np
import random
random.seed(3)
xs = [0.5 * i for i in range(12)]
ys = [2.3 * x - 1.0 + random.gauss(0, 0.3) for x in xs]
# %%
def compute_cost_and_gradient(x, y, w, b):
    m = len(x)
    cost = 0.0
    dj_dw = 0.0
    dj_db = 0.0
    for i in range(m):
        f = w * x[i] + b
        cost += (f - y[i]) ** 2
        dj_dw += (f - y[i]) * x[i]
        dj_db += f - y[i]
    return cost / (2 * m), dj_dw / m, dj_db / m
# %%
w = 0.7
b = 0.2
alpha = 0.02
J_history = []
for it in range(4):
    J, gw, gb = compute_cost_and_gradient(xs, ys, w, b)
    w = w - alpha * gw
    b = b - alpha * gb
    J_history.append(J)
print(w, b, J_history)
