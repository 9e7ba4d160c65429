# %%
import numpy as np
import random
random.seed(31415)
np.random.seed(9265)

# %%
def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def normalizeRows(a):
    return a / np.sqrt((a ** 2).sum(axis=1, keepdims=True))

def getNegativeSamples(outsideWordIdx, vocab, K):
    out = []
    while len(out) < K:
        k = random.randint(0, vocab - 1)
        if k != outsideWordIdx:
            out.append(k)
    return out

# %%
def negSamplingLossAndGradient(centerWordVec, outsideWordIdx, negIdx, outsideVectors):
    u_o = outsideVectors[outsideWordIdx]
    u_k = outsideVectors[negIdx]
    s_o = sigmoid(u_o @ centerWordVec)
    s_k = sigmoid(-u_k @ centerWordVec)
    loss = -np.log(s_o) - np.log(s_k).sum()
    gradCenterVec = (s_o - 1) * u_o + (1 - s_k) @ u_k
    gradOutsideVecs = np.zeros_like(outsideVectors)
    gradOutsideVecs[outsideWordIdx] = (s_o - 1) * centerWordVec
    for j, k in enumerate(negIdx):
        gradOutsideVecs[k] += (1 - s_k[j]) * centerWordVec
    return loss, gradCenterVec, gradOutsideVecs

# %%
dummy_tokens = dict([("a", 0), ("b", 1), ("c", 2), ("d", 3), ("e", 4)])
dummy_vectors = normalizeRows(np.random.randn(10, 3))
centerWordVec = dummy_vectors[2].copy()
outsideVectors = dummy_vectors[5:]
outsideWordIdx = dummy_tokens["d"]
negIdx = getNegativeSamples(outsideWordIdx, 5, 8)
loss, gc, go = negSamplingLossAndGradient(centerWordVec, outsideWordIdx, negIdx, outsideVectors)
print(negIdx, loss)
