# %%
import numpy as np

# %%
corpus = "the quick brown fox jumps over the lazy dog the fox sleeps".split()
vocab = sorted(set(corpus))
word2id = {w: i for i, w in enumerate(vocab)}
dim = 4
window = 1
rng = np.random.RandomState(13)

pairs = np.array([(word2id[corpus[i]], word2id[corpus[i + o]])
                  for i in range(1, len(corpus) - 1) for o in (-window, window)])
negatives = rng.randint(0, len(vocab), size=(len(pairs), 3))

embeddings = {"inp": rng.randn(len(vocab), dim) * 0.6, "out": rng.randn(len(vocab), dim) * 0.6}

# %%
def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def sgns_loss(embeddings, pairs, negatives):
    c = embeddings["inp"][pairs[:, 0]]
    o = embeddings["out"][pairs[:, 1]]
    ng = embeddings["out"][negatives]
    pos = sigmoid((c * o).sum(-1))
    neg = sigmoid(-np.einsum("bd,bkd->bk", c, ng))
    return -(np.log(pos).sum() + np.log(neg).sum()) / len(pairs)

def sgns_backward(embeddings, pairs, negatives):
    n = len(pairs)
    c = embeddings["inp"][pairs[:, 0]]
    o = embeddings["out"][pairs[:, 1]]
    ng = embeddings["out"][negatives]
    gp = (sigmoid((c * o).sum(-1)) - 1)[:, None] / n
    gn = sigmoid(np.einsum("bd,bkd->bk", c, ng))[:, :, None] / n
    d_inp = np.zeros_like(embeddings["inp"])
    d_out = np.zeros_like(embeddings["out"])
    np.add.at(d_inp, pairs[:, 0], gp * o + (gn * ng).sum(axis=1))
    np.add.at(d_out, pairs[:, 1], gp * c)
    np.add.at(d_out, negatives, gn * c[:, None, :])
    return {"d_inp": d_inp, "d_out": d_out}

# %%
def nearest(word, k=3):
    e = embeddings["inp"] / np.linalg.norm(embeddings["inp"], axis=1, keepdims=True)
    order = np.argsort(-e @ e[word2id[word]])
    return [vocab[i] for i in order[1:k + 1]]

print(sgns_loss(embeddings, pairs, negatives), nearest("fox"))
