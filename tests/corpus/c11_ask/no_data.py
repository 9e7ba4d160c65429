# %%
import numpy as np

# %%
def gcn_forward(nodes, adj_norm, edge_index, targets, params, mask):
    msg = adj_norm @ nodes @ params["theta"]
    hid = np.tanh(msg)
    pooled = hid[edge_index[:, 0]] * hid[edge_index[:, 1]]
    score = pooled @ params["readout"]
    loss = np.sum(mask * (score - targets) ** 2) / mask.sum()
    return loss, dict(hid=hid, score=score, pooled=pooled)

# %%
def gcn_backward(nodes, adj_norm, edge_index, targets, params, mask, mem):
    ds = 2 * mask * (mem["score"] - targets) / mask.sum()
    g = {"readout": mem["pooled"].T @ ds}
    dp = np.outer(ds, params["readout"])
    dh = np.zeros_like(mem["hid"])
    np.add.at(dh, edge_index[:, 0], dp * mem["hid"][edge_index[:, 1]])
    np.add.at(dh, edge_index[:, 1], dp * mem["hid"][edge_index[:, 0]])
    g["theta"] = (adj_norm @ nodes).T @ (dh * (1 - mem["hid"] ** 2))
    return g

# %%
def normalise(adj):
    d = adj.sum(1)
    return adj / np.sqrt(np.outer(d, d))
