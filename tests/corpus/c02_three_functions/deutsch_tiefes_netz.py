# %%
# Übung 5 - tiefes Netz mit Listen von Zwischenspeichern
import numpy as np
zufall = np.random.default_rng(5)

# %%
breiten = [3, 4, 4, 2]
daten_X = zufall.normal(size=(3, 11))
ziel_Y = zufall.normal(size=(2, 11))
alt = {'W1': zufall.normal(size=(6, 3)), 'b1': np.zeros((6, 1))}   # erster Versuch

def gewichte_anlegen(breiten):
    g = {}
    for i in range(1, len(breiten)):
        g[f'W{i}'] = zufall.normal(size=(breiten[i], breiten[i-1])) / np.sqrt(breiten[i-1])
        g[f'b{i}'] = zufall.normal(size=(breiten[i], 1)) * 0.1
    return g

# %%
def vorwaerts(X, gewichte):
    """letzte Schicht linear, sonst tanh"""
    speicher = []
    A = X
    L = len(gewichte) // 2
    for i in range(1, L + 1):
        A_vor = A
        Z = gewichte[f'W{i}'] @ A_vor + gewichte[f'b{i}']
        A = Z if i == L else np.tanh(Z)
        speicher.append((A_vor, A))
    return A, speicher

def kosten(A, Y):
    """mittlerer quadratischer Fehler"""
    return 0.5 * np.sum((A - Y) ** 2) / Y.shape[1]

def rueckwaerts(speicher, gewichte, Y):
    L = len(speicher)
    dZ = (speicher[-1][1] - Y) / Y.shape[1]
    abl = {}
    for i in range(L, 0, -1):
        A_vor = speicher[i-1][0]
        abl[f'dW{i}'] = dZ @ A_vor.T
        abl[f'db{i}'] = dZ.sum(axis=1, keepdims=True)
        dA = gewichte[f'W{i}'].T @ dZ
        abl[f'dA{i-1}'] = dA
        if i > 1:
            dZ = dA * (1 - A_vor ** 2)
    return abl

# %%
gewichte = gewichte_anlegen(breiten)
ausgabe, speicher = vorwaerts(daten_X, gewichte)
print('Kosten:', kosten(ausgabe, ziel_Y))
