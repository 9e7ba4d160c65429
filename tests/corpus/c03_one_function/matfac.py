# %%
import numpy as np
st = np.random.RandomState(303)
n_users, n_films, k = 7, 6, 2
ratings = st.randint(1, 6, size=(n_users, n_films)).astype(float)
seen = st.rand(n_users, n_films) < .6

# %%
user_vecs = st.randn(n_users, k) * .5
film_vecs = st.randn(n_films, k) * .5
user_bias = st.randn(n_users) * .1
film_bias = st.randn(n_films) * .1
mu = 3.1

# %%
def mf_loss(ratings, seen, user_vecs, film_vecs, user_bias, film_bias, mu, reg=0.02):
    guess = mu + user_bias[:, None] + film_bias + user_vecs @ film_vecs.T
    E = np.where(seen, guess - ratings, 0.0)
    total = .5 * (E ** 2).sum() + .5 * reg * ((user_vecs ** 2).sum() + (film_vecs ** 2).sum())
    derivs = [E @ film_vecs + reg * user_vecs,
              E.T @ user_vecs + reg * film_vecs,
              E.sum(axis=1),
              E.sum(axis=0),
              E.sum()]
    return total, derivs

# %%
total, derivs = mf_loss(ratings, seen, user_vecs, film_vecs, user_bias, film_bias, mu)
rmse = np.sqrt((((mu + user_vecs @ film_vecs.T) - ratings)[seen] ** 2).mean())
total, rmse

# %%
Uv, Fv, ub, fb, m0 = user_vecs.copy(), film_vecs.copy(), user_bias.copy(), film_bias.copy(), mu
for sweep in range(15):
    c, (gU, gF, gu, gf, gm) = mf_loss(ratings, seen, Uv, Fv, ub, fb, m0)
    Uv -= .02 * gU; Fv -= .02 * gF; ub -= .02 * gu; fb -= .02 * gf; m0 -= .002 * gm
print(c)
