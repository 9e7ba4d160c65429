# %%
from types import SimpleNamespace
import numpy as np

g = np.random.default_rng(13)

# %%
th = SimpleNamespace(
    K=g.normal(size=(2, 2)) * .7,       # 2x2 filter
    k0=np.array(.1),
    V=g.normal(size=(9, 3)) * .4,
    v0=g.normal(size=3) * .1,
)
img = g.random((5, 4, 4))
cls = np.array([0, 2, 1, 1, 0])

# %%
def conv(img, K, k0):
    out = np.zeros((len(img), 3, 3)) + k0
    for i in range(2):
        for j in range(2):
            out += K[i, j] * img[:, i:i + 3, j:j + 3]
    return out

def forward(th, img):
    c = conv(img, th.K, th.k0)
    r = np.maximum(c, 0.1 * c)
    s = r.reshape(len(img), -1) @ th.V + th.v0
    p = np.exp(s - s.max(1)[:, None])
    return c, r, p / p.sum(1)[:, None]

def xent(th, img, cls):
    return -np.log(forward(th, img)[2][np.arange(len(cls)), cls]).mean()

def xent_grad(th, img, cls):
    c, r, p = forward(th, img)
    ds = (p - np.eye(3)[cls]) / len(cls)
    dr = (ds @ th.V.T).reshape(r.shape)
    dc = dr * np.where(c > 0, 1, .1)
    dK = np.empty((2, 2))
    for i in range(2):
        for j in range(2):
            dK[i, j] = (dc * img[:, i:i + 3, j:j + 3]).sum()
    return SimpleNamespace(K=dK, k0=dc.sum(), V=r.reshape(len(img), -1).T @ ds, v0=ds.sum(0))

# %%
gr = xent_grad(th, img, cls)
for n in vars(th):
    setattr(th, n, getattr(th, n) - .2 * getattr(gr, n))
print(xent(th, img, cls), vars(gr).keys())
