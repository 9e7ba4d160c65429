# %%
import numpy as np
np.random.seed(81)
T, K, F = 5, 3, 4
phi = np.random.randn(T, F)
tags = np.array([0, 2, 1, 1, 0])
params_vec = np.random.randn(K * F + K * K) * 0.4
# %%
def logsumexp(a, axis=None):
    m = a.max(axis=axis, keepdims=True)
    return (m + np.log(np.exp(a - m).sum(axis=axis, keepdims=True))).squeeze(axis=axis)
# %%
def crf_nll_and_grad(phi, tags, params_vec):
    We = params_vec[:K * F].reshape(K, F)
    Tr = params_vec[K * F:].reshape(K, K)
    em = phi @ We.T
    al = np.zeros((T, K)); be = np.zeros((T, K))
    al[0] = em[0]
    for t in range(1, T):
        al[t] = em[t] + logsumexp(al[t - 1][:, None] + Tr, axis=0)
    for t in range(T - 2, -1, -1):
        be[t] = logsumexp(Tr + em[t + 1] + be[t + 1], axis=1)
    logZ = logsumexp(al[-1], axis=0)
    gold = em[np.arange(T), tags].sum() + Tr[tags[:-1], tags[1:]].sum()
    node = np.exp(al + be - logZ)
    node[np.arange(T), tags] -= 1
    gWe = node.T @ phi
    gTr = np.zeros((K, K))
    for t in range(T - 1):
        gTr += np.exp(al[t][:, None] + Tr + em[t + 1] + be[t + 1] - logZ)
        gTr[tags[t], tags[t + 1]] -= 1
    return logZ - gold, np.hstack([gWe.ravel(), gTr.ravel()])
# %%
def viterbi(phi, params_vec):
    We, Tr = params_vec[:K * F].reshape(K, F), params_vec[K * F:].reshape(K, K)
    d = phi[0] @ We.T
    back = []
    for t in range(1, T):
        s = d[:, None] + Tr
        back.append(s.argmax(0))
        d = s.max(0) + phi[t] @ We.T
    y = [int(d.argmax())]
    for bk in reversed(back):
        y.append(int(bk[y[-1]]))
    return y[::-1]
nll, gvec = crf_nll_and_grad(phi, tags, params_vec)
print(nll, viterbi(phi, params_vec))
