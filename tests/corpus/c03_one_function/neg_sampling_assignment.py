# %%
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

# %%
rng = np.random.RandomState(31415)
outsideVectors = rng.randn(6, 4) * 0.7
centerWordVec = rng.randn(4) * 0.7
outsideWordIdx = 2
negSampleWordIndices = [0, 4, 4, 5]

# %%
def naiveSoftmaxLossAndGradient(centerWordVec, outsideWordIdx, outsideVectors):
    """ Naive softmax loss for one (center, outside) pair """
    z = outsideVectors @ centerWordVec
    z = z - z.max()
    yhat = np.exp(z) / np.exp(z).sum()
    loss = -np.log(yhat[outsideWordIdx])
    delta = yhat.copy()
    delta[outsideWordIdx] -= 1
    gradCenterVec = outsideVectors.T @ delta
    gradOutsideVecs = np.outer(delta, centerWordVec)
    return loss, gradCenterVec, gradOutsideVecs

# %%
def negSamplingLossAndGradient(centerWordVec, outsideWordIdx, outsideVectors, negSampleWordIndices):
    """ Negative sampling; an index may occur more than once """
    gradOut = np.zeros_like(outsideVectors)
    u = outsideVectors[outsideWordIdx]
    s = sigmoid(u @ centerWordVec)
    loss = -np.log(s)
    gradCenter = (s - 1) * u
    gradOut[outsideWordIdx] += (s - 1) * centerWordVec
    for j in negSampleWordIndices:
        uk = outsideVectors[j]
        sk = sigmoid(-uk @ centerWordVec)
        loss -= np.log(sk)
        gradCenter += (1 - sk) * uk
        gradOut[j] += (1 - sk) * centerWordVec
    return loss, gradCenter, gradOut

# %%
print(naiveSoftmaxLossAndGradient(centerWordVec, outsideWordIdx, outsideVectors)[0])
print(negSamplingLossAndGradient(centerWordVec, outsideWordIdx, outsideVectors, negSampleWordIndices)[0])
