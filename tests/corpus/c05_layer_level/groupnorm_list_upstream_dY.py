# %%
import numpy as np
rs = np.random.RandomState(333)

# %%
def groupnorm(X, G, gamma, beta, eps=1e-5):
    N, C, H, W = X.shape
    Xg = X.reshape(N, G, -1)
    mu = Xg.mean(-1, keepdims=True)
    sd = np.sqrt(Xg.var(-1, keepdims=True) + eps)
    Xh = (Xg - mu) / sd
    Y = gamma * Xh.reshape(X.shape) + beta
    return Y, dict(Xh=Xh, sd=sd, gamma=gamma, G=G)

def groupnorm_grad(dY, memo):
    N, C, H, W = dY.shape
    Xh, sd = memo["Xh"], memo["sd"]
    dgamma = (dY * Xh.reshape(dY.shape)).sum((0, 2, 3), keepdims=True)
    dbeta = dY.sum((0, 2, 3), keepdims=True)
    dXh = (dY * memo["gamma"]).reshape(N, memo["G"], -1)
    dX = (dXh - dXh.mean(-1, keepdims=True) - Xh * (dXh * Xh).mean(-1, keepdims=True)) / sd
    return [dX.reshape(dY.shape), dgamma, dbeta]

# %%
X = 4 * rs.randn(2, 6, 3, 2) + 10
G = 3
gamma = 1 + rs.rand(1, 6, 1, 1)
beta = rs.randn(1, 6, 1, 1)
dY = rs.randn(*X.shape)
Y, memo = groupnorm(X, G, gamma, beta)
dX, dgamma, dbeta = groupnorm_grad(dY, memo)
print(dX.shape, dgamma.ravel().round(3))
