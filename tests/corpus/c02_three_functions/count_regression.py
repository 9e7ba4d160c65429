# %%
import numpy as np
rs = np.random.RandomState(8)
n_trials, n_feat, n_cells = 20, 4, 3
stim = rs.randn(n_trials, n_feat)
spikes = rs.poisson(1.5, size=(n_trials, n_cells))

# %%
def make_params():
    return {"kernel": rs.randn(n_feat, n_cells) * .3, "gain": 1 + .1 * rs.randn(n_cells), "offset": .2 * rs.randn(n_cells)}

P = make_params()

# %%
def predict_rates(params, stimulus):
    drive = stimulus @ params["kernel"]
    log_rate = params["gain"] * drive + params["offset"]
    rates = np.exp(log_rate)
    return rates, {"drive": drive, "stimulus": stimulus, "rates": rates}

def poisson_nll(rates, counts):
    return np.mean(rates - counts * np.log(rates))

def nll_backward(counts, memo, params):
    d_log = (memo["rates"] - counts) / counts.size
    d_drive = d_log * params["gain"]
    return {"kernel": memo["stimulus"].T @ d_drive,
            "gain": (d_log * memo["drive"]).sum(0),
            "offset": d_log.sum(0)}

# %%
losses = []
for i in range(10):
    rates, memo = predict_rates(P, stim)
    losses.append(poisson_nll(rates, spikes))
    upd = nll_backward(spikes, memo, P)
    for key, val in upd.items():
        P[key] -= 0.1 * val
losses

# %%
def deviance(rates, counts):
    safe = np.where(counts > 0, counts, 1)
    return 2 * np.sum(np.where(counts > 0, counts * np.log(safe / rates), 0) - (counts - rates))
deviance(predict_rates(P, stim)[0], spikes)
