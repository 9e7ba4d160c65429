# %%
import numpy as np
rng = np.random.default_rng(8)

# %%
X_train = rng.normal(size=(20, 5))
y_train = rng.integers(0, 3, size=20)
X_val = rng.normal(size=(7, 5))
y_val = rng.integers(0, 3, size=7)
eps = 1e-5

params = {
    'W1': rng.normal(size=(5, 6)) * 0.6,
    'gamma': 1 + 0.2 * rng.normal(size=6),
    'beta': 0.2 * rng.normal(size=6),
    'W2': rng.normal(size=(6, 3)) * 0.6,
    'b2': 0.1 * rng.normal(size=3),
}
running = {'mean': np.zeros(6), 'var': np.ones(6)}

# %%
def forward(params, X, mode='train'):
    z = X @ params['W1']
    if mode == 'train':
        mu, var = z.mean(0), z.var(0)
        running['mean'] = 0.9 * running['mean'] + 0.1 * mu
        running['var'] = 0.9 * running['var'] + 0.1 * var
    else:
        mu, var = running['mean'], running['var']
    istd = 1 / np.sqrt(var + eps)
    zhat = (z - mu) * istd
    a = np.maximum(0, params['gamma'] * zhat + params['beta'])
    logits = a @ params['W2'] + params['b2']
    return logits, (X, istd, zhat, a)

def cross_entropy(logits, y, params, weight_decay=1e-2):
    s = logits - logits.max(axis=1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    wd = 0.5 * weight_decay * (np.sum(params['W1'] ** 2) + np.sum(params['W2'] ** 2))
    return -logp[range(len(y)), y].mean() + wd

def backward(params, logits, y, cache, weight_decay=1e-2):
    X, istd, zhat, a = cache
    N = X.shape[0]
    d = np.exp(logits - logits.max(axis=1, keepdims=True))
    d /= d.sum(axis=1, keepdims=True)
    d[range(N), y] -= 1
    d /= N
    g = dict()
    g['dW2'] = a.T @ d + weight_decay * params['W2']
    g['db2'] = d.sum(axis=0)
    da = d @ params['W2'].T
    da[a <= 0] = 0
    g['dgamma'] = (da * zhat).sum(0)
    g['dbeta'] = da.sum(0)
    dzhat = da * params['gamma']
    dz = istd / N * (N * dzhat - dzhat.sum(0) - zhat * (dzhat * zhat).sum(0))
    g['dW1'] = X.T @ dz + weight_decay * params['W1']
    return g

# %%
def evaluate(params, X, y):
    logits, _ = forward(params, X, mode='test')
    return (logits.argmax(1) == y).mean()

logits, cache = forward(params, X_train)
loss = cross_entropy(logits, y_train, params)
grads = backward(params, logits, y_train, cache)
print(loss, evaluate(params, X_val, y_val))
