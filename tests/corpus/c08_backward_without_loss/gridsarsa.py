# %%
import numpy as np
np.random.seed(27)
# value network trained by regression on Monte Carlo returns
class ValueNet:
    def __init__(self, n_state, n_hidden, alpha=0.05):
        self.alpha = alpha
        self.w = np.random.randn(n_state, n_hidden) * 0.5
        self.v = np.random.randn(n_hidden) * 0.5

    def value(self, states):
        self.hidden = np.tanh(states @ self.w)
        return self.hidden @ self.v

    def learn(self, states, returns):
        err = self.value(states) - returns
        gv = self.hidden.T @ err / len(err)
        gw = states.T @ (np.outer(err, self.v) * (1 - self.hidden ** 2)) / len(err)
        self.v = self.v - self.alpha * gv
        self.w = self.w - self.alpha * gw
# %%
def discounted(rewards, gamma=0.95):
    out = np.zeros(len(rewards))
    acc = 0.0
    for t in range(len(rewards) - 1, -1, -1):
        acc = rewards[t] + gamma * acc
        out[t] = acc
    return out
# %%
states = np.random.randn(15, 4)
returns = discounted(np.random.randn(15))
critic = ValueNet(4, 5)
for ep in range(3):
    critic.learn(states, returns)
print(np.mean((critic.value(states) - returns) ** 2))
