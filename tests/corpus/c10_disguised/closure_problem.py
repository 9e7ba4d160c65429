# %%
import numpy as np

# %%
def make_problem(X, y, C=1.0):
    """smooth SVM (squared hinge), returns objective and its derivative"""
    n = len(y)
    Xy = X * y[:, None]

    def loss(theta):
        margin = 1 - (Xy @ theta[:-1] + y * theta[-1])
        return 0.5 * theta[:-1] @ theta[:-1] + C * np.sum(np.maximum(margin, 0) ** 2) / n

    def grad(theta):
        margin = np.maximum(1 - (Xy @ theta[:-1] + y * theta[-1]), 0)
        out = np.empty_like(theta)
        out[:-1] = theta[:-1] - 2 * C * (margin @ Xy) / n
        out[-1] = -2 * C * (margin @ y) / n
        return out

    return loss, grad

def gradient_descent(grad, theta, step=0.02, n_steps=10):
    for _ in range(n_steps):
        theta = theta - step * grad(theta)
    return theta

# %%
rng = np.random.default_rng(8)
X = rng.normal(size=(30, 4))
y = np.sign(X @ np.array([1., -2, 0.5, 0]) + 0.3 * rng.normal(size=30))

svm_loss, svm_grad = make_problem(X, y, C=5.0)
theta0 = 0.1 * rng.normal(size=5)
theta = gradient_descent(svm_grad, theta0)
print(svm_loss(theta0), svm_loss(theta))
