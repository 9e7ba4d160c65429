# %%
import numpy as np

tags = ["B", "I", "O"]
tag2id = {t: i for i, t in enumerate(tags)}
rng = np.random.default_rng(62)
words = rng.normal(size=(6, 4))                       # word features
gold = [tag2id[t] for t in ("O", "B", "I", "I", "O", "B")]
emission = rng.normal(size=(4, 3)) * 0.7
trans = rng.normal(size=(3, 3)) * 0.5

# %%
def lse(a, axis):
    m = a.max(axis=axis, keepdims=True)
    return np.squeeze(m, axis) + np.log(np.exp(a - m).sum(axis=axis))

def crf_objective(words, gold, emission, trans):
    T, K = len(words), trans.shape[0]
    s = words @ emission
    fwd = np.zeros((T, K)); bwd = np.zeros((T, K))
    fwd[0] = s[0]
    for i in range(1, T):
        fwd[i] = lse(fwd[i - 1][:, None] + trans, 0) + s[i]
    for i in range(T - 2, -1, -1):
        bwd[i] = lse(trans + (s[i + 1] + bwd[i + 1])[None, :], 1)
    logZ = lse(fwd[-1], 0)
    score = s[np.arange(T), gold].sum() + trans[gold[:-1], gold[1:]].sum()

    uni = np.exp(fwd + bwd - logZ)
    uni[np.arange(T), gold] -= 1
    d_trans = np.zeros_like(trans)
    for i in range(T - 1):
        d_trans += np.exp(fwd[i][:, None] + trans + s[i + 1] + bwd[i + 1] - logZ)
        d_trans[gold[i], gold[i + 1]] -= 1
    return logZ - score, d_trans, words.T @ uni

def viterbi(words, emission, trans):
    s = words @ emission
    best, back = s[0], []
    for row in s[1:]:
        c = best[:, None] + trans
        back.append(c.argmax(0)); best = c.max(0) + row
    path = [int(best.argmax())]
    for bp in back[::-1]:
        path.append(int(bp[path[-1]]))
    return [tags[k] for k in path[::-1]]

# %%
obj, d_trans, d_emission = crf_objective(words, gold, emission, trans)
print(obj, viterbi(words, emission, trans))
