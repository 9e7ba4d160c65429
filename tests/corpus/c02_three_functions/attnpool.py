# %%
import numpy as np
rs = np.random.RandomState(40)
bags = rs.randn(6, 4, 3)           # 6 bags of 4 instances
lab = np.array([1, 0, 1, 1, 0, 0])
# %%
par = {"Va": rs.randn(3, 5) * 0.6, "ua": rs.randn(5), "wc": rs.randn(3), "bc": 0.1}
# %%
def attention_forward(bags, par):
    T = np.tanh(bags @ par["Va"])
    s = T @ par["ua"]
    s = s - s.max(axis=1, keepdims=True)
    alpha = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    z = np.einsum("bi,bid->bd", alpha, bags)
    logit = z @ par["wc"] + par["bc"]
    return logit, (T, alpha, z)
# %%
def bce_with_logits(logit, lab):
    return np.mean(np.maximum(logit, 0) - logit * lab + np.log1p(np.exp(-np.abs(logit))))
# %%
def attention_backward(bags, par, logit, lab, cache):
    T, alpha, z = cache
    dl = (1 / (1 + np.exp(-logit)) - lab) / len(lab)
    dwc = z.T @ dl
    dbc = dl.sum()
    dz = np.outer(dl, par["wc"])
    dalpha = np.einsum("bd,bid->bi", dz, bags)
    ds = alpha * (dalpha - np.sum(alpha * dalpha, axis=1, keepdims=True))
    dua = np.einsum("bi,bih->h", ds, T)
    dT = ds[:, :, None] * par["ua"] * (1 - T ** 2)
    dVa = np.einsum("bid,bih->dh", bags, dT)
    return {"Va": dVa, "ua": dua, "wc": dwc, "bc": dbc}
# %%
logit, cache = attention_forward(bags, par)
out = attention_backward(bags, par, logit, lab, cache)
print(bce_with_logits(logit, lab), {k: np.shape(v) for k, v in out.items()})
