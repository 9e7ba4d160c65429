# %%
import numpy as np
from numpy.random import RandomState

alea = RandomState(2)

# %%
class Reseau:
    """petit réseau à une couche cachée, écrit pour le TP 3"""
    def __init__(self, n_entree, n_cachee):
        self.poids = alea.randn(n_entree, n_cachee) * .6
        self.biais = alea.randn(n_cachee) * .1
        self.sortie = alea.randn(n_cachee) * .6

    def cachee(self, X):
        return 1 / (1 + np.exp(-(X @ self.poids + self.biais)))

    def __call__(self, X):
        return self.cachee(X) @ self.sortie

    def perte(self, X, y, *, ridge=1e-1):
        ecart = self(X) - y
        return ecart @ ecart / (2 * y.size) + ridge / 2 * np.sum(self.poids ** 2)

    def gradiente(self, X, y, *, ridge=1e-1):
        c = self.cachee(X)
        ecart = (self(X) - y) / y.size
        d_cachee = np.outer(ecart, self.sortie) * c * (1 - c)
        return {'poids': X.T @ d_cachee + ridge * self.poids, 'biais': d_cachee.sum(0), 'sortie': c.T @ ecart}

# %%
X = alea.randn(25, 3)
y = np.sin(X[:, 0]) + .5 * X[:, 1]
reseau = Reseau(3, 6)
perte, gradiente = reseau.perte, reseau.gradiente

pas = .3
for _ in range(8):
    g = gradiente(X, y)
    for nom, dg in g.items():
        setattr(reseau, nom, getattr(reseau, nom) - pas * dg)
print(perte(X, y))
