# %%
from numpy import *
from numpy.random import seed, rand, randn

seed(17)
N = 15
X = hstack([ones((N, 1)), rand(N, 3)])     # bias column already inside
Y = rand(N, 2)

# %%
V = randn(4, 5)*0.5       # first weights
U = randn(6, 2)*0.5       # second weights, row 0 = bias
eta = 0.3

sigma = lambda q: 1/(1+exp(-q))

# %%
def avanti():
    global H, O
    H = hstack([ones((N, 1)), sigma(X @ V)])
    O = sigma(H @ U)
    return O

def errore():
    avanti()
    return 0.5*((O - Y)**2).sum()

def indietro():
    """mette dU e dV nelle globali"""
    global dU, dV
    avanti()
    dO = (O - Y)*O*(1 - O)
    dU = H.T @ dO
    dH = (dO @ U.T)[:, 1:]
    dV = X.T @ (dH*H[:, 1:]*(1 - H[:, 1:]))

def passo():
    global U, V
    indietro()
    U = U - eta*dU
    V = V - eta*dV

# %%
storia = []
for epoca in range(6):
    passo()
    storia.append(errore())
print(storia)
