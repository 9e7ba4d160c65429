# %%
# rete RBF: centri, larghezze e pesi tutti addestrabili
import numpy as np
gen = np.random.RandomState(90)

# %%
campioni = gen.uniform(-2, 2, (22, 2))
obiettivi = np.exp(-np.sum(campioni ** 2, axis=1)) + 0.02 * gen.randn(22)
modello = {
    'centri': gen.uniform(-2, 2, (5, 2)),
    'log_larghezza': gen.uniform(-0.5, 0.5, 5),
    'pesi': gen.randn(5),
    'soglia': np.array(0.1),
}
penale = 1e-2

# %%
def attivazioni(modello, campioni):
    diff = campioni[:, None, :] - modello['centri'][None]
    q = np.sum(diff ** 2, axis=2)
    s = np.exp(modello['log_larghezza'])
    return np.exp(-q / (2 * s ** 2)), diff, q, s

def errore(modello, campioni, obiettivi, penale=0.0):
    phi = attivazioni(modello, campioni)[0]
    r = phi @ modello['pesi'] + modello['soglia'] - obiettivi
    return 0.5 * np.sum(r ** 2) + 0.5 * penale * np.sum(modello['pesi'] ** 2)

def gradiente(modello, campioni, obiettivi, penale=0.0):
    phi, diff, q, s = attivazioni(modello, campioni)
    r = phi @ modello['pesi'] + modello['soglia'] - obiettivi
    T = r[:, None] * phi * modello['pesi']
    return {
        'centri': np.einsum('nk,nkd->kd', T, diff) / (s ** 2)[:, None],
        'log_larghezza': np.sum(T * q, axis=0) / s ** 2,
        'pesi': phi.T @ r + penale * modello['pesi'],
        'soglia': np.sum(r),
    }

# %%
print(errore(modello, campioni, obiettivi, penale))
