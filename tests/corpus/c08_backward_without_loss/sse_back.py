# %% learning an inverse kinematics map: angles -> tip of a 2-link arm, hidden layer of Gaussian bumps
import numpy as np
np.random.seed(33)
tips = np.random.rand(14, 2) * 2 - 1
angles = np.random.rand(14, 2) * 1.5

# %%
centres = np.random.randn(5, 2) * .6
log_width = np.random.randn(5) * .2
readout = np.random.randn(5, 2) * .5

# %%
def rbf_forward(tips, centres, log_width, readout):
    gap = tips[:, None, :] - centres[None]
    dist2 = (gap ** 2).sum(-1)
    phi = np.exp(-dist2 * np.exp(log_width))
    return phi @ readout, (gap, dist2, phi)

def rbf_backward(tips, angles, centres, log_width, readout):
    out, (gap, dist2, phi) = rbf_forward(tips, centres, log_width, readout)
    e = out - angles
    d_readout = phi.T @ e
    d_phi = e @ readout.T
    s = d_phi * phi
    d_centres = 2 * np.einsum("nk,nkd->kd", s, gap) * np.exp(log_width)[:, None]
    d_log_width = -(s * dist2).sum(0) * np.exp(log_width)
    return d_centres, d_log_width, d_readout

# %%
c_, l_, r_ = centres.copy(), log_width.copy(), readout.copy()
for k in range(40):
    dc, dl, dr = rbf_backward(tips, angles, c_, l_, r_)
    c_ -= .02 * dc; l_ -= .02 * dl; r_ -= .02 * dr
print("worst angle error", np.abs(rbf_forward(tips, c_, l_, r_)[0] - angles).max())
