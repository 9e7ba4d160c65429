# %%
import numpy as np
r = np.random.RandomState(1001)

# %%
X_tr, X_te = r.randn(5, 16), r.randn(5, 4)
T_tr, T_te = r.randint(0, 2, (1, 16)), r.randint(0, 2, (1, 4))
w = {'in': r.randn(6, 5) * .5, 'in_b': r.randn(6, 1) * .1, 'skip': r.randn(1, 5) * .5, 'out': r.randn(1, 6) * .5}

# %%
def fprop(w, X):
    st = {}
    st['x'] = X
    st['z'] = w['in'] @ X + w['in_b']
    st['s'] = 1 / (1 + np.exp(-st['z']))
    st['h'] = st['z'] * st['s']                 # swish
    y = w['out'] @ st['h'] + w['skip'] @ X
    return st, y

def xent(T, y, eps=0.05):
    # label smoothing
    Ts = T * (1 - eps) + eps / 2
    return np.mean(np.logaddexp(0, y) - Ts * y)

def bprop(st, T, y, w, eps=0.05):
    Ts = T * (1 - eps) + eps / 2
    d = (1 / (1 + np.exp(-y)) - Ts) / T.size
    dh = w['out'].T @ d
    dz = dh * (st['s'] + st['h'] * (1 - st['s']))
    return {'in': dz @ st['x'].T, 'in_b': dz.sum(1, keepdims=True), 'skip': d @ st['x'].T, 'out': d @ st['h'].T}

# %%
st, y = fprop(w, X_tr)
print('train', xent(T_tr, y), 'test', xent(T_te, fprop(w, X_te)[1]))
