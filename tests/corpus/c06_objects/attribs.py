# %%
import numpy as np
np.random.seed(71)

class VAEncoderDecoder:
    """linear VAE with fixed noise draw so that the objective is deterministic"""
    def __init__(self, D, K):
        self.enc_mu = np.random.randn(D, K) * .4
        self.enc_ls = np.random.randn(D, K) * .2
        self.dec = np.random.randn(K, D) * .4
        self.dec_bias = np.random.randn(D) * .1
        self.grad_enc_mu = self.grad_enc_ls = self.grad_dec = self.grad_dec_bias = None

    def elbo_loss(self, X, eps):
        self.mu = X @ self.enc_mu
        self.ls = X @ self.enc_ls
        self.z = self.mu + np.exp(self.ls) * eps
        self.rec = self.z @ self.dec + self.dec_bias
        rec_term = .5 * np.sum((self.rec - X) ** 2)
        kl = .5 * np.sum(self.mu ** 2 + np.exp(2 * self.ls) - 2 * self.ls - 1)
        return (rec_term + kl) / X.shape[0]

    def compute_grads(self, X, eps):
        n = X.shape[0]
        d = (self.rec - X) / n
        self.grad_dec = self.z.T @ d
        self.grad_dec_bias = d.sum(axis=0)
        dz = d @ self.dec.T
        self.grad_enc_mu = X.T @ (dz + self.mu / n)
        self.grad_enc_ls = X.T @ (dz * eps * np.exp(self.ls) + (np.exp(2 * self.ls) - 1) / n)

# %%
X = np.random.randn(11, 5) @ np.diag([1, .5, 1, .2, .7])
eps = np.random.randn(11, 2)
vae = VAEncoderDecoder(5, 2)

# %%
curve = []
for step in range(8):
    curve.append(vae.elbo_loss(X, eps))
    vae.compute_grads(X, eps)
    for nm in ("enc_mu", "enc_ls", "dec", "dec_bias"):
        setattr(vae, nm, getattr(vae, nm) - .05 * getattr(vae, "grad_" + nm))
curve
