# %%
import numpy as np
rng = np.random.default_rng(2017)
n_tok, d_model, d_head = 4, 5, 3

# %%
def self_attention_forward(X, WQ, WK, WV, mask):
    Q, K, V = X @ WQ, X @ WK, X @ WV
    S = Q @ K.T / np.sqrt(WQ.shape[1]) + mask
    S = S - S.max(axis=1, keepdims=True)
    P = np.exp(S); P /= P.sum(axis=1, keepdims=True)
    return P @ V, P, dict(X=X, WQ=WQ, WK=WK, WV=WV, Q=Q, K=K, V=V, P=P)

def self_attention_backward(cache, dOut):
    c = cache
    dV = c['P'].T @ dOut
    dP = dOut @ c['V'].T
    dS = c['P'] * (dP - np.sum(dP * c['P'], axis=1, keepdims=True))
    dS /= np.sqrt(c['WQ'].shape[1])
    dQ = dS @ c['K']
    dK = dS.T @ c['Q']
    dX = dQ @ c['WQ'].T + dK @ c['WK'].T + dV @ c['WV'].T
    return {'X': dX, 'WQ': c['X'].T @ dQ, 'WK': c['X'].T @ dK, 'WV': c['X'].T @ dV}

# %%
X = rng.normal(size=(n_tok, d_model))
WQ, WK, WV = (rng.normal(size=(d_model, d_head)) * .6 for _ in range(3))
mask = np.triu(np.full((n_tok, n_tok), -1e9), 1)
out, attn, cache = self_attention_forward(X, WQ, WK, WV, mask)
print(attn.round(2))

def positional(n, d):
    k = np.arange(d)[None]; p = np.arange(n)[:, None]
    ang = p / 10000 ** (2 * (k // 2) / d)
    return np.where(k % 2, np.cos(ang), np.sin(ang))
