# %%
import numpy as np
np.random.seed(92)
class Modelo:
    """funciones agrupadas; no guarda nada"""
    @staticmethod
    def sigmoide(z):
        return 1 / (1 + np.exp(-z))
    @staticmethod
    def adelante(entradas, pesos, sesgo):
        return Modelo.sigmoide(entradas @ pesos + sesgo)
    @staticmethod
    def costo(entradas, etiquetas, pesos, sesgo):
        p = Modelo.adelante(entradas, pesos, sesgo)
        return -np.mean(etiquetas * np.log(p) + (1 - etiquetas) * np.log(1 - p))
    @staticmethod
    def gradiente(entradas, etiquetas, pesos, sesgo):
        dif = Modelo.adelante(entradas, pesos, sesgo) - etiquetas
        return entradas.T @ dif / len(etiquetas), np.mean(dif)
# %%
entradas = np.random.randn(22, 3)
etiquetas = (entradas[:, 0] > entradas[:, 1]).astype(int)
pesos = np.random.randn(3) * 0.4
sesgo = 0.05
# %%
tasa = 0.2
for epoca in range(4):
    gp, gs = Modelo.gradiente(entradas, etiquetas, pesos, sesgo)
    pesos, sesgo = pesos - tasa * gp, sesgo - tasa * gs
print("costo final", Modelo.costo(entradas, etiquetas, pesos, sesgo))
