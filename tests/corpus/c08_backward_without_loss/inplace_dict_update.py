# %%
# Tiny recurrent net for a damped oscillator, MSE over all steps, truncated nowhere
import numpy as np
np.random.seed(50)
tt = np.arange(9) * 0.4
series = np.exp(-0.1 * tt) * np.cos(tt)
inp, out = series[:-1], series[1:]

net = dict(A=np.random.randn(4, 4) * 0.4, B=np.random.randn(4) * 0.8, C=np.random.randn(4) * 0.8, d=np.random.randn(4) * 0.1)

# %%
def rollout(net, inp):
    s = np.zeros(4); states = [s]; pred = []
    for u in inp:
        s = np.tanh(net['A'] @ s + net['B'] * u + net['d'])
        states.append(s)
        pred.append(net['C'] @ s)
    return np.array(pred), states

def bptt_update(net, inp, out, eta):
    pred, states = rollout(net, inp)
    err = 2 * (pred - out) / len(out)
    delta = {k: np.zeros_like(v) for k, v in net.items()}
    back = np.zeros(4)
    for k in range(len(inp) - 1, -1, -1):
        s, s_old = states[k + 1], states[k]
        delta['C'] += err[k] * s
        ds = err[k] * net['C'] + back
        dz = ds * (1 - s ** 2)
        delta['A'] += np.outer(dz, s_old)
        delta['B'] += dz * inp[k]
        delta['d'] += dz
        back = net['A'].T @ dz
    for k in net:
        net[k] -= eta * delta[k]

# %%
mses = []
for it in range(15):
    mses.append(np.mean((rollout(net, inp)[0] - out) ** 2))
    bptt_update(net, inp, out, eta=0.05)
mses[0], mses[-1]
