# %%
from collections import namedtuple
import numpy as np

Result = namedtuple("Result", "cost d_alpha d_bias d_scale")

rng = np.random.default_rng(29)
x_support = rng.normal(size=(12, 2))
labels = np.where(np.linalg.norm(x_support, axis=1) > 1.2, 1.0, -1.0)

# kernel logistic regression
alpha = rng.normal(size=12) * 0.3
bias = 0.2
scale = 0.7

# %%
def gram(a, b, scale):
    d2 = ((a[:, None] - b[None]) ** 2).sum(-1)
    return np.exp(-scale * d2), d2

def kernel_logreg(alpha, bias, scale, x_support, labels, ridge=0.05):
    K, d2 = gram(x_support, x_support, scale)
    f = K @ alpha + bias
    cost = np.logaddexp(0, -labels * f).sum() + 0.5 * ridge * alpha @ K @ alpha
    df = -labels / (1 + np.exp(labels * f))
    dK = np.outer(df, alpha) + 0.5 * ridge * np.outer(alpha, alpha)
    return Result(cost, K @ df + ridge * K @ alpha, df.sum(), np.sum(dK * -d2 * K))

# %%
def decision(points):
    return gram(points, x_support, scale)[0] @ alpha + bias

print(kernel_logreg(alpha, bias, scale, x_support, labels).cost, (np.sign(decision(x_support)) == labels).mean())
