# %%
import numpy as np
gen = np.random.RandomState(6)
obs = np.r_[gen.randn(15) * 0.5 - 1, gen.randn(10) * 0.8 + 2]
# mixture of two gaussians, vector = (logits, means, log sigmas)
def unpack(p):
    return p[0:2], p[2:4], p[4:6]
# %%
def log_components(p, obs):
    logits, mean, ls = unpack(p)
    logpi = logits - np.log(np.sum(np.exp(logits)))
    z = (obs[:, None] - mean) / np.exp(ls)
    return logpi - 0.5 * z ** 2 - ls - 0.5 * np.log(2 * np.pi), z

def negloglik(p, obs):
    lc, _ = log_components(p, obs)
    top = lc.max(axis=1)
    return -np.sum(top + np.log(np.exp(lc - top[:, None]).sum(axis=1)))

def score(p, obs):
    logits, mean, ls = unpack(p)
    lc, z = log_components(p, obs)
    resp = np.exp(lc - lc.max(axis=1, keepdims=True))
    resp /= resp.sum(axis=1, keepdims=True)
    pi = np.exp(logits) / np.exp(logits).sum()
    g_logits = -(resp - pi).sum(axis=0)
    g_mean = -(resp * z / np.exp(ls)).sum(axis=0)
    g_ls = -(resp * (z ** 2 - 1)).sum(axis=0)
    return np.concatenate((g_logits, g_mean, g_ls))
# %%
start = np.array([0.1, -0.2, -0.5, 1.0, 0.2, -0.1])
p = start.copy()
for i in range(5):
    p = p - 0.01 * score(p, obs)
print(negloglik(start, obs), negloglik(p, obs))
