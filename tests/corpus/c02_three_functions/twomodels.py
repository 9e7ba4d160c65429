# %%
import numpy as np
rng = np.random.default_rng(303)
hours = rng.uniform(0, 5, (18, 2))
grade = hours @ [1.2, 0.4] + rng.normal(size=18) * 0.3
passed = (grade > np.median(grade)).astype(float)
# %%
# --- part 1: linear regression
def lin_predict(hours, lin):
    return hours @ lin["w"] + lin["b"], hours
def lin_cost(pred, grade):
    return np.mean((pred - grade) ** 2) / 2
def lin_backward(pred, grade, cache):
    e = (pred - grade) / len(grade)
    return {"w": cache.T @ e, "b": e.sum()}
lin = {"w": np.array([0.5, 0.5]), "b": np.array(0.1)}
# %%
# --- part 2: logistic regression
def log_predict(hours, logi):
    z = hours @ logi["w"] + logi["b"]
    return 1 / (1 + np.exp(-z)), hours
def log_cost(prob, passed):
    return -np.mean(passed * np.log(prob) + (1 - passed) * np.log(1 - prob))
def log_backward(prob, passed, cache):
    e = (prob - passed) / len(passed)
    return {"w": cache.T @ e, "b": e.sum()}
logi = {"w": np.array([0.3, -0.2]), "b": np.array(-0.4)}
# %%
pred, c1 = lin_predict(hours, lin)
prob, c2 = log_predict(hours, logi)
print(lin_cost(pred, grade), log_cost(prob, passed))
