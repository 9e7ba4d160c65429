# %%
import numpy as np
r = np.random.RandomState(99)

# %% inverse problem data: t -> x is multivalued
t_ = r.uniform(0, 1, 15)
x_ = t_ + 0.3 * np.sin(2 * np.pi * t_) + r.uniform(-.1, .1, 15)
inputs, targets = x_[:, None], t_
K, H = 3, 5

# %%
weights = {
    'w_in': r.randn(1, H), 'b_in': r.randn(H) * .3,
    'w_pi': r.randn(H, K) * .5, 'w_mu': r.randn(H, K) * .5, 'w_ls': r.randn(H, K) * .3,
    'b_mu': np.linspace(.1, .9, K), 'b_ls': np.full(K, -1.0),
}

def mdn_forward(inputs, weights):
    h = np.tanh(inputs @ weights['w_in'] + weights['b_in'])
    a = h @ weights['w_pi']
    pi = np.exp(a - a.max(1, keepdims=True)); pi /= pi.sum(1, keepdims=True)
    mu = h @ weights['w_mu'] + weights['b_mu']
    log_s = h @ weights['w_ls'] + weights['b_ls']
    return (pi, mu, log_s), h

def mdn_nll(out, targets):
    pi, mu, log_s = out
    q = (targets[:, None] - mu) / np.exp(log_s)
    comp = np.log(pi) - log_s - .5 * q ** 2 - .5 * np.log(2 * np.pi)
    mx = comp.max(1)
    return -np.mean(mx + np.log(np.exp(comp - mx[:, None]).sum(1)))

def responsibilities(out, targets):
    pi, mu, log_s = out
    lik = pi * np.exp(-.5 * ((targets[:, None] - mu) / np.exp(log_s)) ** 2 - log_s)
    return lik / lik.sum(1, keepdims=True)

def mdn_backward(out, h, inputs, targets, weights):
    pi, mu, log_s = out
    n = len(targets)
    gam = responsibilities(out, targets)
    q = (targets[:, None] - mu) / np.exp(log_s)
    d_pi = (pi - gam) / n
    d_mu = -gam * q / np.exp(log_s) / n
    d_ls = gam * (1 - q ** 2) / n
    d_h = d_pi @ weights['w_pi'].T + d_mu @ weights['w_mu'].T + d_ls @ weights['w_ls'].T
    d_a = d_h * (1 - h ** 2)
    return dict(w_in=inputs.T @ d_a, b_in=d_a.sum(0), w_pi=h.T @ d_pi, w_mu=h.T @ d_mu, w_ls=h.T @ d_ls,
                b_mu=d_mu.sum(0), b_ls=d_ls.sum(0))

# %%
out, h = mdn_forward(inputs, weights)
mdn_nll(out, targets)
