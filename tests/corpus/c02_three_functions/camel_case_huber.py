# %%
import numpy as np

# %%
class Config:
    nIn = 4
    nHidden = 6
    nOut = 2
    delta = 0.5

rnd = np.random.RandomState(99)
trainInputs = rnd.uniform(-2, 2, (16, Config.nIn))
trainTargets = np.stack([np.sin(trainInputs[:, 0]), trainInputs[:, 1] * trainInputs[:, 2]], axis=1)

# %%
def initNet(cfg):
    return {
        "hiddenWeights": rnd.randn(cfg.nIn, cfg.nHidden) * 0.5,
        "hiddenBias": rnd.randn(cfg.nHidden) * 0.1,
        "outWeights": rnd.randn(cfg.nHidden, cfg.nOut) * 0.5,
        "outBias": rnd.randn(cfg.nOut) * 0.1,
    }

def elu(v, alpha=1.0):
    return np.where(v > 0, v, alpha * (np.exp(np.minimum(v, 0)) - 1))

def eluPrime(v, alpha=1.0):
    return np.where(v > 0, 1.0, alpha * np.exp(np.minimum(v, 0)))

# %%
def runForward(net, inputs):
    pre = inputs @ net["hiddenWeights"] + net["hiddenBias"]
    act = elu(pre)
    outputs = act @ net["outWeights"] + net["outBias"]
    return outputs, (inputs, pre, act)

def huberLoss(targets, outputs, delta=Config.delta):
    r = np.abs(outputs - targets)
    quad = np.minimum(r, delta)
    return np.mean(np.sum(0.5 * quad ** 2 + delta * (r - quad), axis=1))

def huberLossGrad(targets, outputs, delta=Config.delta):
    return np.clip(outputs - targets, -delta, delta) / len(targets)

def runBackward(net, tape, targets, outputs):
    inputs, pre, act = tape
    dOutputs = huberLossGrad(targets, outputs)
    grads = {
        "outWeights": act.T @ dOutputs,
        "outBias": dOutputs.sum(axis=0),
    }
    dPre = (dOutputs @ net["outWeights"].T) * eluPrime(pre)
    grads["hiddenWeights"] = inputs.T @ dPre
    grads["hiddenBias"] = dPre.sum(axis=0)
    return grads

# %%
net = initNet(Config)
outputs, tape = runForward(net, trainInputs)
print(huberLoss(trainTargets, outputs))
