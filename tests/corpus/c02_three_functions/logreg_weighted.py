# %%
from math import log
import numpy as np
gen = np.random.default_rng(2024)

# %%
# credit default, rows = customers
n, d = 30, 5
feats = gen.standard_normal((n, d))
true_w = gen.standard_normal(d)
default = (feats @ true_w + gen.standard_normal(n) > 0.8).astype(int)
idx = gen.permutation(n)
tr, te = idx[:22], idx[22:]
X_train, y_train, X_test, y_test = feats[tr], default[tr], feats[te], default[te]
class_weight = {0: 0.6, 1: 2.2}

# %%
def model_forward(params, X):
    z = X.dot(params['coef']) + params['intercept']
    return 1 / (1 + np.exp(-z))

def weighted_logloss(p, y, class_weight, C=1.5, params=None):
    sw = np.where(y == 1, class_weight[1], class_weight[0])
    ll = sw * (y * np.log(p) + (1 - y) * np.log1p(-p))
    pen = 0.0 if params is None else (params['coef'] ** 2).sum() / (2 * C)
    return -ll.sum() + pen

def model_backward(p, X, y, params, class_weight, C=1.5):
    sw = np.where(y == 1, class_weight[1], class_weight[0])
    r = sw * (p - y)
    return {'coef': X.T.dot(r) + params['coef'] / C, 'intercept': r.sum()}

# %%
params = {'coef': gen.standard_normal(d) * 0.8, 'intercept': np.array(-0.4)}
p = model_forward(params, X_train)
print('train', weighted_logloss(p, y_train, class_weight, params=params))
print('test ', weighted_logloss(model_forward(params, X_test), y_test, class_weight))

def gini(p, y):
    order = np.argsort(p); ys = y[order]
    ranks = np.arange(1, len(y) + 1)
    return 2 * (ranks[ys == 1].mean() - (len(y) + 1) / 2) / (len(y) - ys.sum())
gini(p, y_train)
