# %%
import numpy as np

rng = np.random.default_rng(0)
height = rng.normal(170, 8, 60)
weight = 0.9 * (height - 100) + rng.normal(0, 6, 60)
table = np.column_stack([height, weight])

# %%
def summary(col):
    return {"mean": col.mean(), "sd": col.std(ddof=1), "min": col.min(), "max": col.max()}

def standardize(t):
    return (t - t.mean(axis=0)) / t.std(axis=0)

def histogram(col, bins=10):
    import matplotlib.pyplot as plt
    plt.hist(col, bins=bins)
    plt.show()

# %%
for j in range(2):
    print(summary(table[:, j]))
np.corrcoef(table.T)
