# %%
import numpy as np
rng = np.random.RandomState(6)

# %% ratings, 0 = not rated
n_users, n_movies, k = 6, 8, 3
Y = rng.randint(1, 6, (n_movies, n_users)).astype(float)
R = (rng.rand(n_movies, n_users) < 0.6).astype(int)
Y = Y * R
Ymean = (Y.sum(1) / np.maximum(R.sum(1), 1))[:, None]
Ynorm = (Y - Ymean) * R

X = rng.randn(n_movies, k) * 0.5     # movie features
Theta = rng.randn(n_users, k) * 0.5  # user preferences
lambda_ = 0.8

# %%
def cofi_cost(X, Theta, Y, R, lambda_):
    E = (X @ Theta.T - Y) * R
    J = 0.5 * np.sum(E ** 2) + lambda_ / 2 * (np.sum(X ** 2) + np.sum(Theta ** 2))
    X_grad = E @ Theta + lambda_ * X
    Theta_grad = E.T @ X + lambda_ * Theta
    return J, X_grad, Theta_grad

# %%
def recommend(user, top=3):
    pred = X @ Theta[user] + Ymean.ravel()
    unseen = np.where(R[:, user] == 0)[0]
    return unseen[np.argsort(-pred[unseen])][:top]

J, gX, gT = cofi_cost(X, Theta, Ynorm, R, lambda_)
print(J, recommend(0))
