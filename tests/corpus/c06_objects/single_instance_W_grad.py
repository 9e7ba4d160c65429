# %%
"""Autoencoder with tied code size; quick class for the seminar."""
import numpy as np
from math import sqrt

# %%
class AutoEncoder:

    def __init__(self, nVis: int, nHid: int, lam: float = 1e-2, rs=np.random.RandomState(99)):
        self.nVis, self.nHid, self.lam = nVis, nHid, lam
        r = sqrt(6) / sqrt(nHid + nVis + 1)
        self.Wenc = rs.rand(nHid, nVis) * 2 * r - r
        self.Wdec = rs.rand(nVis, nHid) * 2 * r - r
        self.benc = rs.rand(nHid, 1) * .2
        self.bdec = rs.rand(nVis, 1) * .2

    @staticmethod
    def sigm(z):
        return 1 / (1 + np.exp(-z))

    def objective(self, patches):
        m = patches.shape[1]
        self.code = self.sigm(self.Wenc @ patches + self.benc)
        self.recon = self.sigm(self.Wdec @ self.code + self.bdec)
        J = .5 * np.sum((self.recon - patches) ** 2) / m
        return J + .5 * self.lam * (np.sum(self.Wenc ** 2) + np.sum(self.Wdec ** 2))

    def backward(self, patches):
        m = patches.shape[1]
        d3 = (self.recon - patches) * self.recon * (1 - self.recon)
        d2 = (self.Wdec.T @ d3) * self.code * (1 - self.code)
        self.Wdec_grad = d3 @ self.code.T / m + self.lam * self.Wdec
        self.Wenc_grad = d2 @ patches.T / m + self.lam * self.Wenc
        self.bdec_grad = np.mean(d3, axis=1, keepdims=True)
        self.benc_grad = np.mean(d2, axis=1, keepdims=True)

    def encode(self, patches):
        return self.sigm(self.Wenc @ patches + self.benc)

# %%
rs = np.random.RandomState(0)
patches = 0.1 + 0.8 * rs.rand(8, 30)
ae = AutoEncoder(8, 4)

# %%
print('J =', ae.objective(patches))
ae.backward(patches)
old_Wenc = ae.Wenc.copy()
for step in range(3):
    ae.Wenc -= .5 * ae.Wenc_grad
    ae.Wdec -= .5 * ae.Wdec_grad
    ae.benc -= .5 * ae.benc_grad
    ae.bdec -= .5 * ae.bdec_grad
    print(step, ae.objective(patches))
    ae.backward(patches)
features = ae.encode(patches[:, :5])
