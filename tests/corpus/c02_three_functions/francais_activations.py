# %%
import numpy as np
np.random.seed(0)

# %%
# jeu de données : deux lunes (faites maison)
m = 30
angle = np.pi * np.random.rand(m)
etiq = np.arange(m) % 2
X = np.vstack([np.cos(angle) + etiq, np.sin(angle) * (1 - 2 * etiq)]) + 0.1 * np.random.randn(2, m)
y = etiq.reshape(1, m)
print('dimensions de X:', X.shape, ' de y:', y.shape)

# %%
def initialisation(dimensions):
    parametres = {}
    C = len(dimensions)
    np.random.seed(1)
    for c in range(1, C):
        parametres['W' + str(c)] = np.random.randn(dimensions[c], dimensions[c - 1]) * 0.8
        parametres['b' + str(c)] = np.random.randn(dimensions[c], 1) * 0.3
    return parametres

def propagation_avant(X, parametres):
    activations = {'A0': X}
    C = len(parametres) // 2
    for c in range(1, C + 1):
        Z = parametres['W' + str(c)].dot(activations['A' + str(c - 1)]) + parametres['b' + str(c)]
        activations['A' + str(c)] = 1 / (1 + np.exp(-Z))
    return activations

def log_perte(A, y):
    return 1 / y.size * np.sum(-y * np.log(A) - (1 - y) * np.log(1 - A))

def retropropagation(y, parametres, activations):
    m = y.shape[1]
    C = len(parametres) // 2
    dZ = activations['A' + str(C)] - y
    gradients = {}
    for c in reversed(range(1, C + 1)):
        gradients['dW' + str(c)] = 1 / m * np.dot(dZ, activations['A' + str(c - 1)].T)
        gradients['db' + str(c)] = 1 / m * np.sum(dZ, axis=1, keepdims=True)
        if c > 1:
            dZ = np.dot(parametres['W' + str(c)].T, dZ) * activations['A' + str(c - 1)] * (1 - activations['A' + str(c - 1)])
    return gradients

def mise_a_jour(gradients, parametres, pas):
    for cle in parametres:
        parametres[cle] = parametres[cle] - pas * gradients['d' + cle]
    return parametres

# %%
parametres = initialisation([2, 6, 4, 1])
activations = propagation_avant(X, parametres)
print(log_perte(activations['A3'], y))
