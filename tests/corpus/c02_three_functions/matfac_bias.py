# %% [markdown]
# Movie ratings with biases. R has nan where unrated.

# %%
import numpy as np
np.random.seed(33)
n_users, n_movies, rank = 7, 6, 2
R = np.round(np.random.uniform(1, 5, (n_users, n_movies)))
R[np.random.rand(n_users, n_movies) < 0.35] = np.nan
known = ~np.isnan(R)
R0 = np.where(known, R, 0)
mu = np.nanmean(R)

# %%
model = {
    "U": 0.5 * np.random.randn(n_users, rank),
    "M": 0.5 * np.random.randn(n_movies, rank),
    "bu": 0.1 * np.random.randn(n_users),
    "bm": 0.1 * np.random.randn(n_movies),
}
reg = 0.2

# %%
def predict_ratings(model, mu):
    dots = model["U"] @ model["M"].T
    return mu + model["bu"][:, None] + model["bm"][None, :] + dots, dots

def rating_cost(pred, R0, known, model, reg):
    err = (pred - R0) * known
    weights = sum((model[k] ** 2).sum() for k in ("U", "M"))
    return 0.5 * (err ** 2).sum() + 0.5 * reg * weights

def rating_backprop(model, known, pred, R0, reg):
    err = (pred - R0) * known
    return {"U": err @ model["M"] + reg * model["U"],
            "M": err.T @ model["U"] + reg * model["M"],
            "bu": err.sum(axis=1),
            "bm": err.sum(axis=0)}

# %%
def rmse(model):
    pred, _ = predict_ratings(model, mu)
    return np.sqrt((((pred - R0) * known) ** 2).sum() / known.sum())

history = [rmse(model)]
pred, dots = predict_ratings(model, mu)
step = rating_backprop(model, known, pred, R0, reg)
trial = {k: model[k] - 0.02 * step[k] for k in model}
history.append(rmse(trial))
print(history)
