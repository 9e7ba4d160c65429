# %%
import numpy as np
np.random.seed(22)

# dados: consumo de energia
horas = np.linspace(0, 1, 16)
entradas = np.stack([np.sin(2 * np.pi * horas), np.cos(2 * np.pi * horas), horas])
saida = (1.5 + np.sin(2 * np.pi * horas + .4) + .1 * np.random.randn(16)).reshape(1, -1)

# %%
def inicializa(n_ent, n_oculta):
    paramertos = {}
    paramertos['pesos1'] = np.random.randn(n_oculta, n_ent) * .7
    paramertos['vies1'] = np.random.randn(n_oculta, 1) * .1
    paramertos['pesos2'] = np.random.randn(1, n_oculta) * .7
    paramertos['vies2'] = np.random.randn(1, 1) * .1
    return paramertos

def propaga_foward(entradas, saida, paramertos):
    z1 = paramertos['pesos1'].dot(entradas) + paramertos['vies1']
    a1 = np.tanh(z1)
    previsto = np.exp(paramertos['pesos2'].dot(a1) + paramertos['vies2'])
    custo = np.mean((np.log(previsto) - np.log(saida)) ** 2) + np.mean((previsto - saida) ** 2)
    return custo, (a1, previsto)

def propaga_bakward(memoria, entradas, saida, paramertos):
    a1, previsto = memoria
    m = saida.shape[1]
    dz2 = (2 * (np.log(previsto) - np.log(saida)) + 2 * (previsto - saida) * previsto) / m
    dz1 = paramertos['pesos2'].T.dot(dz2) * (1 - a1 ** 2)
    gradietnes = {'d_pesos1': dz1.dot(entradas.T), 'd_vies1': dz1.sum(axis=1, keepdims=True),
                  'd_pesos2': dz2.dot(a1.T), 'd_vies2': dz2.sum(axis=1, keepdims=True)}
    return gradietnes

# %%
paramertos = inicializa(3, 4)
taxa = .02
custos = []
for epoca in range(10):
    custo, memoria = propaga_foward(entradas, saida, paramertos)
    grads = propaga_bakward(memoria, entradas, saida, paramertos)
    for nome in paramertos:
        paramertos[nome] = paramertos[nome] - taxa * grads['d_' + nome]
    custos.append(custo)
print(custos[0], custos[-1])
