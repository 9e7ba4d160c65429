# %%
import numpy as np

# %%
def sig(t): return 1. / (1. + np.exp(-t))

def gru_cell(x, h, p):
    z = sig(p['Wz'] @ x + p['Uz'] @ h)
    r = sig(p['Wr'] @ x + p['Ur'] @ h)
    n = np.tanh(p['Wn'] @ x + p['Un'] @ (r * h))
    h_new = (1 - z) * n + z * h
    return h_new, (x, h, z, r, n, p)

def gru_cell_grad(dh_new, cache):
    x, h, z, r, n, p = cache
    dn = dh_new * (1 - z) * (1 - n * n)
    dz = dh_new * (h - n) * z * (1 - z)
    drh = p['Un'].T @ dn
    dr = drh * h * r * (1 - r)
    dh = dh_new * z + drh * r + p['Uz'].T @ dz + p['Ur'].T @ dr
    dx = p['Wz'].T @ dz + p['Wr'].T @ dr + p['Wn'].T @ dn
    return {'x': dx, 'h': dh,
            'Wz': dz @ x.T, 'Wr': dr @ x.T, 'Wn': dn @ x.T,
            'Uz': dz @ h.T, 'Ur': dr @ h.T, 'Un': dn @ (r * h).T}

# %%
R = np.random.RandomState(77)
hid, inp, batch = 3, 2, 4
p = {}
for gate in 'zrn':
    p['W' + gate] = R.randn(hid, inp) * .7
    p['U' + gate] = R.randn(hid, hid) * .7
x = R.randn(inp, batch)
h = R.randn(hid, batch)
h_new, _ = gru_cell(x, h, p)
h_new
