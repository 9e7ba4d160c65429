# %%
import numpy as np
rs = np.random.RandomState(1234)

# %% patches
n_vis, n_hid = 9, 5
patches = rs.uniform(0.1, 0.9, size=(20, n_vis))
rho, beta_sp, decay = 0.1, 0.3, 1e-2

# %%
logistic = lambda a: 1.0 / (1.0 + np.exp(-a))
dlogistic = lambda s: s * (1 - s)

def kl(p, q):
    return p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))

# %%
def encode_decode(theta, batch):
    """tied weights; returns objective and what bprop needs"""
    hid = logistic(batch @ theta['W'] + theta['bh'])
    rec = logistic(hid @ theta['W'].T + theta['bv'])
    q = hid.mean(axis=0)
    J = 0.5 * np.mean(np.sum((rec - batch) ** 2, axis=1))
    J += 0.5 * decay * np.sum(theta['W'] ** 2)
    J += beta_sp * np.sum(kl(rho, q))
    return J, dict(hid=hid, rec=rec, q=q)

def bprop(memo, batch, theta):
    N = len(batch)
    hid, rec, q = memo['hid'], memo['rec'], memo['q']
    d_rec = (rec - batch) * dlogistic(rec) / N
    sparse = beta_sp * (-rho / q + (1 - rho) / (1 - q)) / N
    d_hid = (d_rec @ theta['W'] + sparse) * dlogistic(hid)
    gW = batch.T @ d_hid
    gW += d_rec.T @ hid
    gW += decay * theta['W']
    return {'W': gW, 'bh': d_hid.sum(0), 'bv': d_rec.sum(0)}

# %%
theta = dict(W=rs.normal(scale=0.4, size=(n_vis, n_hid)), bh=rs.normal(scale=.1, size=n_hid), bv=rs.normal(scale=.1, size=n_vis))
velocity = {k: np.zeros_like(v) for k, v in theta.items()}
J, memo = encode_decode(theta, patches)
J
