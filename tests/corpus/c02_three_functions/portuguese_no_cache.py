# %%
# Trabalho 2: classificação com uma camada escondida
import numpy as np
np.random.seed(15)

def gerar_dados(n, semente):
    g = np.random.RandomState(semente)
    X = g.randn(n, 4)
    rotulos = np.argmax(X[:, :3] + 0.3 * g.randn(n, 3), axis=1)
    return X, np.eye(3)[rotulos]

X_treino, Y_treino = gerar_dados(21, 1)
X_teste, Y_teste = gerar_dados(9, 2)

# %%
parametros = {'pesos1': np.random.randn(4, 6) * 0.6, 'vies1': np.random.randn(1, 6) * 0.1,
              'pesos2': np.random.randn(6, 3) * 0.6, 'vies2': np.random.randn(1, 3) * 0.1}
lambda_l1 = 0.01

# %%
def ativacao(z):
    return np.arctan(z)

def derivada_ativacao(z):
    return 1 / (1 + z ** 2)

def propagar(X, parametros):
    z1 = X @ parametros['pesos1'] + parametros['vies1']
    z2 = ativacao(z1) @ parametros['pesos2'] + parametros['vies2']
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def custo(probabilidades, Y, parametros, lambda_l1):
    entropia = -np.mean(np.sum(Y * np.log(probabilidades), axis=1))
    return entropia + lambda_l1 * (np.abs(parametros['pesos1']).sum() + np.abs(parametros['pesos2']).sum())

def retropropagar(X, Y, probabilidades, parametros, lambda_l1):
    n = X.shape[0]
    z1 = X @ parametros['pesos1'] + parametros['vies1']
    d2 = (probabilidades - Y) / n
    d1 = d2 @ parametros['pesos2'].T * derivada_ativacao(z1)
    grads = {}
    grads['d_pesos2'] = ativacao(z1).T @ d2 + lambda_l1 * np.sign(parametros['pesos2'])
    grads['d_vies2'] = d2.sum(axis=0, keepdims=True)
    grads['d_pesos1'] = X.T @ d1 + lambda_l1 * np.sign(parametros['pesos1'])
    grads['d_vies1'] = d1.sum(axis=0, keepdims=True)
    return grads

# %%
def acuracia(X, Y, parametros):
    return np.mean(propagar(X, parametros).argmax(1) == Y.argmax(1))

prob = propagar(X_treino, parametros)
print(custo(prob, Y_treino, parametros, lambda_l1), acuracia(X_teste, Y_teste, parametros))
