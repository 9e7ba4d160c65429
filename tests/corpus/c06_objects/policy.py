# %%
import numpy as np
# REINFORCE for a tiny gridworld with a linear-softmax policy
class Agent:
    def __init__(self, n_features, n_actions, seed=1):
        self.rng = np.random.default_rng(seed)
        self.theta = self.rng.normal(size=(n_features, n_actions)) * 0.2
        self.gamma = 0.9
        self.entropy_bonus = 0.05

    def probs(self, S):
        z = S @ self.theta
        z = z - z.max(axis=-1, keepdims=True)
        e = np.exp(z)
        return e / e.sum(axis=-1, keepdims=True)

    def act(self, s):
        return self.rng.choice(self.theta.shape[1], p=self.probs(s))

    def returns(self, rewards):
        G, out = 0.0, []
        for r in rewards[::-1]:
            G = r + self.gamma * G
            out.append(G)
        return np.array(out[::-1])

    def surrogate_loss(self, S, A, rewards):
        G = self.returns(rewards)
        p = self.probs(S)
        ent = -np.sum(p * np.log(p), axis=1)
        return -np.sum(np.log(p[np.arange(len(A)), A]) * G) - self.entropy_bonus * ent.sum()

    def surrogate_grad(self, S, A, rewards):
        G = self.returns(rewards)
        p = self.probs(S)
        d = (p - np.eye(p.shape[1])[A]) * G[:, None]
        ent = -np.sum(p * np.log(p), axis=1, keepdims=True)
        d += self.entropy_bonus * p * (np.log(p) + ent)
        return S.T @ d
# %%
agent = Agent(4, 3)
env_rng = np.random.default_rng(8)
states = env_rng.normal(size=(9, 4))
actions = np.array([agent.act(s) for s in states])
rewards = list(env_rng.normal(size=9))
print(agent.surrogate_loss(states, actions, rewards))
agent.theta -= 0.01 * agent.surrogate_grad(states, actions, rewards)
