# %%
import numpy as np
np.random.seed(7)
入力 = np.random.randn(10, 3)
正解 = np.random.randint(0, 3, 10)
重み = np.random.randn(3, 3) * 0.5
# %%
def ソフトマックス(a):
    e = np.exp(a - a.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def 損失(重み, 入力, 正解):
    y = ソフトマックス(入力 @ 重み)
    return -np.mean(np.log(y[np.arange(len(正解)), 正解]))

def 勾配(重み, 入力, 正解):
    y = ソフトマックス(入力 @ 重み)
    y[np.arange(len(正解)), 正解] -= 1
    return 入力.T @ y / len(正解)
# %%
学習率 = 0.1
for i in range(3):
    重み -= 学習率 * 勾配(重み, 入力, 正解)
print(損失(重み, 入力, 正解))
