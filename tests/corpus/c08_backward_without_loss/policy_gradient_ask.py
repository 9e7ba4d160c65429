# %%
import numpy as np

rng = np.random.default_rng(13)
D, H = 6, 5
gamma = 0.9
model = {'W1': rng.standard_normal((H, D)) / np.sqrt(D), 'W2': rng.standard_normal(H) / np.sqrt(H)}
grad_buffer = {k: np.zeros_like(v) for k, v in model.items()}

# %%
def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))

def discount_rewards(r):
    out = np.zeros_like(r)
    running = 0.0
    for t in reversed(range(len(r))):
        running = running * gamma + r[t]
        out[t] = running
    return out

def policy_forward(x):
    h = np.maximum(model['W1'] @ x, 0)
    p = sigmoid(model['W2'] @ h)
    return p, h

def policy_backward(eph, epx, epdlogp):
    dW2 = eph.T @ epdlogp
    dh = np.outer(epdlogp, model['W2'])
    dh[eph <= 0] = 0
    dW1 = dh.T @ epx
    return {'W1': dW1, 'W2': dW2}

# %%
xs, hs, dlogps, drs = [], [], [], []
obs = rng.standard_normal(D)
for t in range(8):
    aprob, h = policy_forward(obs)
    action = 2 if rng.random() < aprob else 3
    fake = 1 if action == 2 else 0
    xs.append(obs); hs.append(h); dlogps.append(fake - aprob)
    drs.append(float(rng.random() < 0.3))
    obs = 0.8 * obs + 0.2 * rng.standard_normal(D)

discounted = discount_rewards(np.array(drs))
discounted = (discounted - discounted.mean()) / (discounted.std() + 1e-8)
epdlogp = np.array(dlogps) * discounted
for k, g in policy_backward(np.vstack(hs), np.vstack(xs), epdlogp).items():
    grad_buffer[k] += g
print({k: v.shape for k, v in grad_buffer.items()})
