# %%
import numpy as np
gen = np.random.default_rng(48)
iris_like = np.vstack([gen.normal(size=(7, 3)) + c for c in ([0, 0, 1], [1, 0, 0], [0, 2, 0])])
species = np.repeat([0, 1, 2], 7)
onehot = np.eye(3)[species]
perm = gen.permutation(21)
iris_like, onehot, species = iris_like[perm], onehot[perm], species[perm]
# %%
Wt = gen.normal(size=(3, 3)) * 0.2
bt = gen.normal(size=3) * 0.1
# %%
def probabilities(feat, Wt, bt):
    s = feat @ Wt + bt
    s -= s.max(axis=1, keepdims=True)
    e = np.exp(s)
    return e / e.sum(axis=1, keepdims=True)
# %%
def derivatives(feat, onehot, Wt, bt):
    diff = probabilities(feat, Wt, bt) - onehot
    return feat.T @ diff, diff.sum(axis=0)
# %%
eta = 0.01
for i in range(10):
    gW, gb = derivatives(feat=iris_like, onehot=onehot, Wt=Wt, bt=bt)
    Wt -= eta * gW
    bt -= eta * gb
print("hits", np.sum(probabilities(iris_like, Wt, bt).argmax(1) == species))
