# %%
import numpy as np
np.random.seed(3)
M = np.random.randn(10, 3); v = np.sign(np.random.randn(10)); C = 0.8
# %%
# squared hinge SVM, one-liners
slack = lambda beta: np.maximum(0, 1 - v * (M @ beta))
obj = lambda beta: 0.5 * beta @ beta + C * np.sum(slack(beta) ** 2)
dobj = lambda beta: beta - 2 * C * M.T @ (v * slack(beta))
# %%
beta = np.random.randn(3)
hist = [obj(beta)]
for _ in range(4):
    beta = beta - 0.02 * dobj(beta)
    hist.append(obj(beta))
margin = v * (M @ beta)
