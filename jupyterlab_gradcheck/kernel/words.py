"""The words people use in names, and what they say about a function or an argument."""

from __future__ import annotations

import difflib
import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BACKWARD = _words(
    "backward backprop backpropagation backpropagate back bprop bwd grad grads gradient gradients deriv derivative "
    "derivatives nabla jac jacobian fprime gradf dfun dfdx adjoint adjoints vjp pullback retropropagation retropropage gradiente "
    "gradientes gradienten ableitung rueckwaerts derivada derivadas derivees"
)
FORWARD = _words("forward fprop fwd feedforward loss losses cost objective energy nll criterion")
# A function with one of these in its name checks, shows or changes things: it is not one of the pair.
OTHER = _words(
    "check checks checking checker test tests numerical numeric approx approximate plot show print display train fit "
    "update updates optimize optimise optimizer descent init initialize initialise predict accuracy dictionary "
    "dict vector save load relu sigmoid tanh softmax tape autodiff"
)
PARAMETERS = _words(
    "parameters params parameter param theta thetas θ weights weight w p pars variables coef coeffs beta"
)
CACHE = _words("cache caches memory ctx context saved activations tape")
# Left out of a stem beside the words of the roles.
_FILLING = _words("propagation prop pass compute")


def tokens(name: str) -> list[str]:
    """The words of an identifier: ``forwardPropagation_n`` gives forward, propagation, n."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+", name.rsplit(".", 1)[-1])
    return [part.lower() for part in parts]


def role(name: str) -> str | None:
    """``forward``, ``backward``, or None for a function that is neither by its name."""
    words = set(tokens(name))
    if words & OTHER - _allowed(words):
        return None
    if words & BACKWARD:
        return "backward"
    if words & FORWARD:
        return "forward"
    return next((found for word in words if (found := _joined(word) or _misspelled(word))), None)


def _allowed(words: set[str]) -> frozenset[str]:
    """Words that say nothing against a role beside one that tells it: forward_train is the forward of training."""
    if words & {"descent", "ascent"}:
        return frozenset()
    if words & BACKWARD:
        return _words("train fit step test")
    return _words("train predict") if words & FORWARD else frozenset()


def is_negative(name: str) -> bool:
    """Whether a function's name says that it is the negative of something: neg_elbo_backward, grad_nll."""
    return bool(set(tokens(name)) & _NEGATIVE)


def prepares(name: str) -> bool:
    """Whether a function's name says that its result is no part of a loss; predict_loss and evaluate_cost are losses."""
    said = set(tokens(name))
    return bool(said & PREPARING) and not (said & LOSS and said & _JUDGING)


def _joined(word: str) -> str | None:
    """The role of a word written together: fgrad, gradf, fobj."""
    if len(word) > 12 or word == "gradcheck":
        return None
    if word.endswith(("grad", "gradient", "backward", "backprop", "jac", "bwd")) or word.startswith(
        ("grad", "backprop")
    ):
        return "backward"
    return "forward" if word.endswith(("loss", "cost", "objective", "fobj")) else None


def _misspelled(word: str) -> str | None:
    """The role of a word that is nearly one that tells it: backwrad, foward, gradiants."""
    if len(word) < 6 or word in _FILLING:
        return None
    for known, told in ((_LONG_BACKWARD, "backward"), (_LONG_FORWARD, "forward")):
        if difflib.get_close_matches(word, known, 1, 0.8):
            return told
    return None


_LONG_BACKWARD = ("backward", "backpropagation", "backprop", "gradient", "gradients", "derivative")
_LONG_FORWARD = ("forward", "feedforward", "forwardpropagation")


def is_loss(name: str) -> bool:
    """Whether a variable's name says that it is the loss."""
    return bool(set(tokens(name)) & _LOSS_NAMES)


_LOSS_NAMES = _words(
    "loss losses cost costs objective obj error energy nll j elbo chi2 sse mse rss risk loglik logl value val fval perte verlust "
    "costo custo perdida kayip negloglik likelihood nlml misfit deviance potential logpost penalized"
)


def stem(name: str) -> tuple[str, ...]:
    """What is left of a name without the words that tell the role; equal stems belong together."""
    prefix = name.rsplit(".", 1)[0] if "." in name else ""
    return (prefix, *(word for word in tokens(name) if word not in BACKWARD | FORWARD | _FILLING))


# Calls of these would train, show or ask; no trial makes them.
NEVER_CALLED = _words(
    "train training fit trainer learn plot show display draw animate visualize visualise demo main save load download "
    "input sgd adam epoch epochs experiment"
)
# A function with one of these in its name makes or changes data or parameters; its result is no part of a loss.
PREPARING = _words(
    "new setup fresh reset init initialize initialise initializer initializers make create build load get read generate gen sample random split "
    "shuffle normalize normalise standardize standardise scale preprocess prepare one hot onehot encode encoder batch batches "
    "minibatch minibatches update sgd adam optimizer optimize check numerical numeric approx accuracy predict evaluate "
    "zeros ones flatten unflatten vector dictionary to pack unpack roll unroll clip"
)
# Of these, what may stand before a loss: that of a prediction.
_JUDGING = _words("predict evaluate")
# The negative of what is named: a loss, where that is made as large as can be.
_NEGATIVE = _words("neg negative negated minus nll")
# Of a likelihood, the score is the gradient.
LIKELIHOOD = _words("loglik logl logp likelihood loglikelihood nll lik ll llh negloglik nlml logpost")
# A gradient that comes from above: what backward of a layer is handed.
UPSTREAM = _words(
    "dout upstream grad_output grad_outputs gradoutput grad_out gradout output_grad output_gradient grad gradient g delta "
    "error err dy dz da dh dl dl_dout up_grad upgrad top_grad top_diff incoming dnext next_grad gout gy g_out"
)
# What is done to a gradient on its way, on purpose: what comes out is no derivative any more.
ALTERING = _words(
    "reverse reversal reversed revgrad grl flip negate straight through ste clip clipped quantize quantise quant binarize "
    "binarise sign round stop surrogate spike scale scaled estimator"
)
# What stands beside the parameters and is set, not learned: coefficients, counts, running statistics, what is frozen.
_SETTINGS = _words(
    "lr rate eta momentum decay eps epsilon tol tolerance reg regularization l1 l2 lambd lambda lam lmbda penalty dropout keep "
    "prob seed step steps stepsize temperature temp running moving ema avg average mean means var variance variances std stds mu "
    "sigma rng iter iters epoch epochs batch size sizes dim dims num count counts n m config cfg hyper hparams settings options "
    "frozen fixed const constant constants mask masks t velocity velocities adam cache history lengthscale clip dt alpha leak "
    "slope_neg negative_slope noise prior"
)


def is_setting(name: str) -> bool:
    """Whether a name says that it stands for a setting, a statistic of the data or for what is kept fixed, and not trained."""
    folded = name.casefold().strip("_")
    return folded in frozenset().union(*SYNONYMS[2:]) or bool(set(tokens(name)) & _SETTINGS)


def is_data(name: str) -> bool:
    """Whether a name says that it stands for inputs or targets."""
    return name.casefold().strip("_") in SYNONYMS[0] | SYNONYMS[1]


# Words for the same thing: inputs, targets, settings.
SYNONYMS = tuple(
    _words(group)
    for group in (
        "x xs input inputs data features feature images image imgs img batch xb x_batch sample samples xtrain x_train xtr obs",
        "y ys t target targets label labels yb y_batch ytrain y_train ytr y_true truth gt outputs true tgt",
        "lambd lambda lam lmbda lambda_ penalty reg regularization l2 weight_decay alpha_reg",
        "m n n_samples num_samples",
        "lr learning_rate eta step_size stepsize alpha",
        "keep_prob keep p_keep dropout",
    )
)
# Of several variables for one thing, which to take.
CHOICE = (
    "train",
    "tr",
    "dev",
    "batch",
    "small",
    "assess",
    "toy",
    "sample",
    "mini",
    "init",
    "initial",
    "start",
    "0",
    "test",
    "val",
    "valid",
)
CHOICE_WORDS = frozenset(CHOICE)
QUALIFYING = _words("train test val dev the of in out new old batch size")
# A function with one of these checks gradients itself.
CHECKING = _words(
    "check checks checking checker checkgrad gradcheck test tests numerical numeric numerically numgrad approx approximate finite "
    "difference differences fd eval verify relerr"
)
LOSS = _words(
    "loss losses cost costs objective energy nll criterion mse bce crossentropy entropy likelihood residual J error risk"
)
# A function with one of these in its name changes parameters.
STEPPING = _words(
    "descent ascent step update updates optimize optimise optimizer minimize minimise sgd adam train fit solve"
)
PREDICTED = _words(
    "pred preds predicted prediction predictions hat prob probs output outputs logit logits score scores al yhat"
)
ACTIVATIONS = _words("sigmoid relu tanh softmax softplus elu gelu swish activation")
# What a function that goes many steps counts.
ITERATING = _words(
    "epoch epochs iteration iterations n_iter n_iters num_iter num_iters niter maxiter max_iter steps n_steps num_epochs"
)
