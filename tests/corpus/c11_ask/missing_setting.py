# %%
import numpy as np
gen = np.random.default_rng(90)
field = gen.normal(size=(6, 6))
recorded = gen.normal(size=(6, 6))

# %%
def propagate_cost(field, recorded, medium, source_operator):
    """one step of the wave solver; medium and operator come from the simulation class"""
    moved = source_operator.apply(field * medium.speed ** 2)
    r = (moved - recorded)[medium.receivers]
    return .5 * np.sum(r ** 2), (moved, r)

def propagate_adjoint(field, medium, source_operator, kept):
    moved, r = kept
    seed = np.zeros_like(moved)
    seed[medium.receivers] = r
    return {"field": source_operator.apply_transposed(seed) * medium.speed ** 2}

# %%
print(field.std(), recorded.std())
