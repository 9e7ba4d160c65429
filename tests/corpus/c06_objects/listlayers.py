# %%
import numpy as np
np.random.seed(52)
class SimpleRNN:
    def __init__(self, D, H):
        self.params = [np.random.randn(D, H) * .4, np.random.randn(H, H) * .4, np.zeros(H) + .05, np.random.randn(H, 1) * .5]
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, xs, ts):
        Wx, Wh, b, Wo = self.params
        h = np.zeros((xs.shape[0], Wh.shape[0]))
        self.hs, self.xs = [h], xs
        for t in range(xs.shape[1]):
            h = np.tanh(xs[:, t] @ Wx + h @ Wh + b)
            self.hs.append(h)
        self.err = h @ Wo - ts
        return 0.5 * np.mean(self.err ** 2)

    def backward(self, dout=1.0):
        Wx, Wh, b, Wo = self.params
        for g in self.grads:
            g[...] = 0
        dy = dout * self.err / len(self.err)
        self.grads[3] += self.hs[-1].T @ dy
        dh = dy @ Wo.T
        for t in range(self.xs.shape[1] - 1, -1, -1):
            da = dh * (1 - self.hs[t + 1] ** 2)
            self.grads[0] += self.xs[:, t].T @ da
            self.grads[1] += self.hs[t].T @ da
            self.grads[2] += da.sum(axis=0)
            dh = da @ Wh.T
# %%
class Adam:
    def __init__(self, lr=1e-2): self.lr, self.t, self.m, self.v = lr, 0, None, None
    def update(self, params, grads):
        if self.m is None:
            self.m = [np.zeros_like(p) for p in params]; self.v = [np.zeros_like(p) for p in params]
        self.t += 1
        for i, (p, g) in enumerate(zip(params, grads)):
            self.m[i] = 0.9 * self.m[i] + 0.1 * g
            self.v[i] = 0.999 * self.v[i] + 0.001 * g * g
            p -= self.lr * (self.m[i] / (1 - 0.9 ** self.t)) / (np.sqrt(self.v[i] / (1 - 0.999 ** self.t)) + 1e-8)
# %%
seqs = np.random.randn(6, 5, 2)
answers = seqs.sum(axis=(1, 2)).reshape(-1, 1)
rnn, opt = SimpleRNN(2, 4), Adam()
for _ in range(3):
    l = rnn.forward(seqs, answers)
    rnn.backward()
    opt.update(rnn.params, rnn.grads)
print(l)
