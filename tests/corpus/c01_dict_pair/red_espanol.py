# %%
# Práctica 3: red de una capa oculta, hecha a mano
import numpy as np
np.random.seed(7)

# %%
# datos de juguete: cada fila es una muestra
N = 20
entradas = np.random.uniform(-1, 1, (N, 3))
salidas = np.sin(entradas.sum(axis=1, keepdims=True)) + 0.05 * np.random.randn(N, 1)

# %%
# hiperparámetros
lam = 0.03
tasa = 0.1
n_ocultas = 5

def inicializar(n_in, n_oc, n_sal):
    return {
        'W1': np.random.randn(n_in, n_oc) * 0.5,
        'b1': np.random.randn(1, n_oc) * 0.1,
        'W2': np.random.randn(n_oc, n_sal) * 0.5,
        'b2': np.random.randn(1, n_sal) * 0.1,
    }

def sigmoide(z):
    return 1 / (1 + np.exp(-z))

def sigmoide_prima(z):
    s = sigmoide(z)
    return s * (1 - s)

# %%
def hacia_adelante(parametros, entradas, salidas, lam):
    # devuelve el coste y la memoria para el paso atrás
    z1 = entradas.dot(parametros['W1']) + parametros['b1']
    a1 = sigmoide(z1)
    prediccion = a1.dot(parametros['W2']) + parametros['b2']
    error = prediccion - salidas
    coste = np.sum(error ** 2) / (2 * len(entradas))
    coste += lam / 2 * (np.sum(parametros['W1'] ** 2) + np.sum(parametros['W2'] ** 2))
    memoria = {'z1': z1, 'a1': a1, 'error': error, 'parametros': parametros}
    return coste, memoria

def hacia_atras(memoria, entradas, lam):
    p = memoria['parametros']
    delta2 = memoria['error'] / len(entradas)
    delta1 = delta2.dot(p['W2'].T) * sigmoide_prima(memoria['z1'])
    return {
        'grad_W2': memoria['a1'].T.dot(delta2) + lam * p['W2'],
        'grad_b2': delta2.sum(axis=0, keepdims=True),
        'grad_W1': entradas.T.dot(delta1) + lam * p['W1'],
        'grad_b1': delta1.sum(axis=0, keepdims=True),
    }

# %%
parametros = inicializar(3, n_ocultas, 1)

def entrenar(parametros, pasos=100):
    historia = []
    for i in range(pasos):
        coste, memoria = hacia_adelante(parametros, entradas, salidas, lam)
        g = hacia_atras(memoria, entradas, lam)
        for k in parametros:
            parametros[k] -= tasa * g['grad_' + k]
        historia.append(coste)
    return historia

def dibujar(historia):
    import matplotlib.pyplot as plt
    plt.plot(historia)
    plt.xlabel('iteración')
    plt.show()

# %%
historia = entrenar({k: v.copy() for k, v in parametros.items()}, 5)
print(historia)
