# %%
# -*- coding: utf-8 -*-
# ロジスティック回帰（行ベクトル版）
import numpy as np
np.random.seed(20)

特徴数 = 4
N = 18
x = np.vstack([np.ones((1, N)), np.random.randn(特徴数, N)])
t = np.where(np.random.rand(1, N) > 0.5, 1, -1)     # 教師データ ±1
w = np.random.randn(1, 特徴数 + 1) * 0.4
C = 0.1

# %%
def E(x, t, w, C):
    u = t * (w @ x)
    return float(np.sum(np.log1p(np.exp(-u))) + C * np.sum(w[:, 1:] ** 2) / 2)

def gradE(x, t, w, C):
    u = t * (w @ x)
    g = -(t / (1 + np.exp(u))) @ x.T
    g[:, 1:] += C * w[:, 1:]
    return g

# %%
def 学習(w, eta=0.05, 回数=50):
    w = w.copy()
    for _ in range(回数):
        w -= eta * gradE(x, t, w, C)
    return w

print(E(x, t, w, C), E(x, t, 学習(w), C))
