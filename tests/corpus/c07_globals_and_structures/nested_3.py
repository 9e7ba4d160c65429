# %%
import numpy as np
G = np.random.default_rng(2024)

# %%
net = {
    "trunk": {"w": G.normal(size=(4, 5)) * .6, "b": G.normal(size=5) * .1},
    "price_head": {"w": G.normal(size=(5, 1)) * .6, "b": G.normal(size=1) * .1},
    "sold_head": {"w": G.normal(size=(5, 1)) * .6, "b": G.normal(size=1) * .1},
}
flats = G.normal(size=(13, 4))
price = G.normal(size=(13, 1))
sold = (G.random((13, 1)) < .5) * 1.0
MIX = 0.4

# %%
def multitask(net, flats):
    h = np.maximum(0.0, flats @ net["trunk"]["w"] + net["trunk"]["b"])
    yhat = h @ net["price_head"]["w"] + net["price_head"]["b"]
    logit = h @ net["sold_head"]["w"] + net["sold_head"]["b"]
    return h, yhat, logit

def multitask_loss(net, flats, price, sold, mix=MIX):
    h, yhat, logit = multitask(net, flats)
    mae_ish = np.mean(np.log(np.cosh(yhat - price)))
    bce = np.mean(np.logaddexp(0, logit) - sold * logit)
    return mix * mae_ish + (1 - mix) * bce

def multitask_grad(net, flats, price, sold, mix=MIX):
    h, yhat, logit = multitask(net, flats)
    n = price.shape[0]
    dy = mix * np.tanh(yhat - price) / n
    dl = (1 - mix) * (1 / (1 + np.exp(-logit)) - sold) / n
    dh = (dy @ net["price_head"]["w"].T + dl @ net["sold_head"]["w"].T) * (h > 0)
    return {"trunk": {"w": flats.T @ dh, "b": dh.sum(0)},
            "price_head": {"w": h.T @ dy, "b": dy.sum(0)},
            "sold_head": {"w": h.T @ dl, "b": dl.sum(0)}}

# %%
multitask_loss(net, flats, price, sold)

# %%
def descend(tree, grad, lr=.1):
    return {k: descend(tree[k], grad[k], lr) if isinstance(tree[k], dict) else tree[k] - lr * grad[k] for k in tree}

net2 = descend(net, multitask_grad(net, flats, price, sold))
multitask_loss(net2, flats, price, sold)
