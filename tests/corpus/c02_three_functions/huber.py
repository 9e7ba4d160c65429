# %%
import numpy as np
rng = np.random.default_rng(101)
age = rng.uniform(20, 60, 30)
height = rng.uniform(150, 190, 30)
price = 2.0 * age - 0.3 * height + rng.standard_t(2, 30) * 6
Xraw = np.c_[age, height]
Xs = (Xraw - Xraw.mean(0)) / Xraw.std(0)
ys = (price - price.mean()) / price.std()
# %%
coef = {"w": np.array([0.1, -0.2]), "b": np.array(0.05), "q": np.array([[0.03, 0.01], [0.0, -0.02]])}
DELTA = 0.8
# %%
def regress(X, coef):
    quad = np.einsum("ni,ij,nj->n", X, coef["q"], X)
    return X @ coef["w"] + quad + coef["b"], X

def huber_cost(pred, y):
    e = pred - y
    small = np.abs(e) <= DELTA
    return np.mean(np.where(small, 0.5 * e ** 2, DELTA * (np.abs(e) - 0.5 * DELTA)))

def huber_gradients(pred, y, cache):
    X = cache
    e = np.clip(pred - y, -DELTA, DELTA) / len(y)
    return {"dw": X.T @ e, "db": e.sum(), "dq": np.einsum("n,ni,nj->ij", e, X, X)}
# %%
for k in range(3):
    pred, c = regress(Xs, coef)
    gr = huber_gradients(pred, ys, c)
    coef = {n: coef[n] - 0.1 * gr["d" + n] for n in coef}
print(huber_cost(regress(Xs, coef)[0], ys))
