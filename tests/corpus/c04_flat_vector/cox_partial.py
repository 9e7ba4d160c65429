# %%
import numpy as np
np.random.seed(1972)

# %% synthetic follow-up data, no ties
n = 20
age = np.random.normal(0, 1, n)
treated = np.random.binomial(1, .5, n)
marker = np.random.normal(0, 1, n)
Z = np.column_stack([age, treated, marker])
time = np.random.exponential(1 / np.exp(0.5 * age - 0.8 * treated))
censor = np.random.exponential(2.0, n)
event = (time <= censor).astype(int)
obs = np.minimum(time, censor)

# %%
def partial_loglik(time, event, covariates, beta):
    """Breslow, to be maximised"""
    eta = covariates @ beta
    ll = 0.0
    for i in np.flatnonzero(event):
        at_risk = time >= time[i]
        ll += eta[i] - np.log(np.exp(eta[at_risk]).sum())
    return ll

def score(time, event, covariates, beta):
    w = np.exp(covariates @ beta)
    U = np.zeros(covariates.shape[1])
    for i in np.flatnonzero(event):
        at_risk = time >= time[i]
        xbar = (w[at_risk, None] * covariates[at_risk]).sum(0) / w[at_risk].sum()
        U += covariates[i] - xbar
    return U

# %%
def concordance(time, event, risk):
    num = den = 0
    for i in range(len(time)):
        for j in range(len(time)):
            if event[i] and time[i] < time[j]:
                den += 1; num += risk[i] > risk[j]
    return num / den

beta = np.array([0.3, -0.4, 0.1])
print(partial_loglik(obs, event, Z, beta), score(obs, event, Z, beta), concordance(obs, event, Z @ beta))
