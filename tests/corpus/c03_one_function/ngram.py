# %%
import numpy as np
# word2vec with negative sampling, one window
np.random.seed(18)
tokens = ["king", "queen", "man", "woman", "apple", "pear", "car"]
center = np.random.randn(4) * 0.5
outside = np.random.randn(7, 4) * 0.5
# %%
def sigmoid(x):
    return 1 / (1 + np.exp(-x))
# %%
def neg_sampling(center_vec, outside_idx, outside_vecs, negatives):
    u_o = outside_vecs[outside_idx]
    po = sigmoid(u_o @ center_vec)
    loss = -np.log(po)
    grad_center = (po - 1) * u_o
    grad_outside = np.zeros_like(outside_vecs)
    grad_outside[outside_idx] += (po - 1) * center_vec
    for k in negatives:
        pk = sigmoid(-outside_vecs[k] @ center_vec)
        loss -= np.log(pk)
        grad_center += (1 - pk) * outside_vecs[k]
        grad_outside[k] += (1 - pk) * center_vec
    return loss, grad_center, grad_outside
# %%
outside_idx = 1
negatives = [4, 5, 5, 6]
loss, gc, go = neg_sampling(center, outside_idx, outside, negatives)
print(loss, gc)
