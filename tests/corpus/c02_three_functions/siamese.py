# %%
import numpy as np
rs = np.random.RandomState(19)
left, right = rs.randn(12, 5), rs.randn(12, 5)
same = rs.randint(0, 2, 12)
# %%
emb = {"W": rs.randn(5, 3) * 0.4, "b": rs.randn(3) * 0.1}
margin = 1.5
# %%
def embed_pair(left, right, emb):
    a = np.tanh(left @ emb["W"] + emb["b"])
    b = np.tanh(right @ emb["W"] + emb["b"])
    dist = np.sqrt(np.sum((a - b) ** 2, axis=1) + 1e-9)
    return dist, {"a": a, "b": b, "left": left, "right": right, "dist": dist}
# %%
def contrastive(dist, same, margin=1.0):
    pos = same * dist ** 2
    neg = (1 - same) * np.maximum(margin - dist, 0) ** 2
    return np.mean(pos + neg) / 2
# %%
def contrastive_backward(cache, same, margin=1.0):
    a, b, dist = cache["a"], cache["b"], cache["dist"]
    ddist = (same * dist - (1 - same) * np.maximum(margin - dist, 0)) / len(same)
    ddiff = ddist[:, None] * (a - b) / dist[:, None]
    da = ddiff * (1 - a ** 2)
    db = -ddiff * (1 - b ** 2)
    return {"W": cache["left"].T @ da + cache["right"].T @ db, "b": da.sum(0) + db.sum(0)}
# %%
dist, cache = embed_pair(left, right, emb)
print("contrastive loss", contrastive(dist, same, margin))
for lr in (0.1, 0.05):
    d, c = embed_pair(left, right, emb)
    gg = contrastive_backward(c, same, margin)
    emb = {q: emb[q] - lr * gg[q] for q in emb}
