# %%
import sys
import types
import numpy as np
import numpy.linalg as grad_utils     # old alias, still used for the norm

# %% stub of the old framework so that the cells below still import
F = types.ModuleType("oldframework")
def _gone(*args, **kwargs):
    raise NotImplementedError("framework was removed")
for _n in ["grad", "gradient", "gradients", "backward", "backprop", "backward_propagation", "compute_gradient", "value_and_grad",
           "loss", "cost", "compute_cost", "loss_fn", "cross_entropy", "mse", "forward", "forward_propagation", "dW", "dW1"]:
    setattr(F, _n, _gone)
F.W1 = np.zeros((4, 3)); F.params = {"W1": F.W1}
sys.modules["oldframework"] = F
from oldframework import compute_gradient, value_and_grad

# %%
def main():
    value_and_grad(None)
    sys.exit(0)

def loss_and_grads_cluster(W1, c1, W2, c2, X, T):
    sys.exit("submit with qsub, not from the notebook")

# %%
np.random.seed(14)
X = np.random.randn(17, 4)
T = np.random.rand(17, 2)
W1, c1 = np.random.randn(4, 3) * .7, np.random.randn(3) * .1
W2, c2 = np.random.randn(3, 2) * .7, np.random.randn(2) * .1

def S(z):
    return 1 / (1 + np.exp(-z))

def loss_and_grads(W1, c1, W2, c2, X, T):
    H = S(X @ W1 + c1)
    O = S(H @ W2 + c2)
    L = ((O - T) ** 2).sum() / (2 * len(X))
    dO = (O - T) / len(X) * O * (1 - O)
    dH = dO @ W2.T * H * (1 - H)
    return L, (X.T @ dH, dH.sum(0), H.T @ dO, dO.sum(0))

# %%
L, gr = loss_and_grads(W1, c1, W2, c2, X, T)
print(L, [grad_utils.norm(a) for a in gr])
