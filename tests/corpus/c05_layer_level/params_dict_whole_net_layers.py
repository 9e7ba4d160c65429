# %%
# 全连接层和 ReLU 层，参数都放在字典里
import numpy as np
np.random.seed(6)

def linear_forward(A, W, b):
    Z = W @ A + b
    return Z, (A, W, b)

def linear_backward(dZ, cache):
    A, W, b = cache
    dA = W.T @ dZ
    dW = dZ @ A.T          # 这里不除以样本数
    db = np.sum(dZ, axis=1, keepdims=True)
    return dA, dW, db

# %%
layer = {
    'A': np.random.randn(4, 5),    # 输入
    'W': np.random.randn(3, 4),
    'b': np.random.randn(3, 1),
}
dZ = np.random.randn(3, 5)
Z, cache = linear_forward(**layer)
dA, dW, db = linear_backward(dZ, cache)
print(dA.shape, dW.shape, db.shape)
