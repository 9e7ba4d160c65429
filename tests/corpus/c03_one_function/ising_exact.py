# %%
"""Maximum likelihood for a small Ising model, partition function by enumeration."""
import itertools
import numpy as np

n_spins = 5
states = np.array(list(itertools.product([-1, 1], repeat=n_spins)))
rng = np.random.default_rng(2)
couplings = rng.normal(scale=0.3, size=(n_spins, n_spins))
fields = rng.normal(scale=0.2, size=n_spins)
samples = states[rng.integers(0, len(states), 40)]

# %%
def boltzmann_nll(couplings, fields, samples, inv_temp=1.0):
    def neg_energy(s):
        return inv_temp * (np.einsum("ni,ij,nj->n", s, couplings, s) + s @ fields)
    logits = neg_energy(states)
    top = logits.max()
    log_z = top + np.log(np.exp(logits - top).sum())
    nll = log_z - neg_energy(samples).mean()
    prob = np.exp(logits - log_z)
    model_corr = np.einsum("n,ni,nj->ij", prob, states, states)
    data_corr = samples.T @ samples / len(samples)
    return {
        "nll": nll,
        "log_z": log_z,
        "g_couplings": inv_temp * (model_corr - data_corr),
        "g_fields": inv_temp * (prob @ states - samples.mean(axis=0)),
    }

# %%
out = boltzmann_nll(couplings, fields, samples)
print(out["nll"], np.abs(out["g_fields"]).max())
