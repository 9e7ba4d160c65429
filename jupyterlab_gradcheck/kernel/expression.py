"""The way that always works: a loss, its gradients and the parameters as expressions of the notebook, or as callables.

The parameters are changed where they lie, the loss is computed, and they are put back. Nothing is guessed but which
gradient belongs to which parameter.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..engine import GradcheckError, said
from .conventions.candidate import labels_of, parameters_of
from .copies import copied
from .matching import Leaf, Match, Output, by_names, by_order, outputs_of, same_size
from .places import places_in
from .quiet import quiet
from .reach import Reach
from .route import Call, Route, Term
from .trials import floating
from .unclaimed import is_set, with_what_stands_there
from .world import World, generators_within

Function = Callable[..., Any]

# How far a parameter is moved to see whether the loss reads it from there.
_ASIDE = 0.125


def route_of_expressions(loss: str, gradients: str, parameters: str, namespace: dict[str, Any]) -> Route:
    """The route for three expressions, which are evaluated in ``namespace`` whenever their value is needed.

    ``parameters`` may list several, with commas between. Raises `GradcheckError` where an expression is none, or raises.
    """
    leaves = []
    for node in _elements(parameters):
        leaves += _leaves(node, namespace)
    return route_of_callables(
        _function(loss, "loss", namespace),
        _function(gradients, "gradients", namespace),
        leaves,
        loss,
        gradients,
        parameters,
    )


def route_of_callables(
    loss: Function, gradients: Function, leaves: list[Leaf], loss_name: str, gradients_name: str, parameters_name: str
) -> Route:
    """The route for two functions without arguments that read the parameters from where they lie."""
    leaves = [leaf for leaf in leaves if floating(leaf.value)]
    if not leaves:
        raise GradcheckError(
            f"{parameters_name} holds no arrays or floating point numbers that could be changed in place. Name the variables "
            "that the loss reads, such as --parameters W1,b1 or --parameters model.params.",
            code="no_parameters",
        )
    reach = Reach([loss, gradients], None)
    world, generators = World(reach), generators_within(reach)
    try:
        with quiet(None):
            _value(loss, loss_name)
            # A copy: what lies in an object is put back in a moment.
            claimed = copied(_value(gradients, gradients_name))
    finally:
        world.changed()
        world.restore()
        generators.restore()
    whole = outputs_of(claimed, None, 1, odd=True)
    outputs = [output for output in whole if not output.odd]
    # A list in which something stands that is no gradient still has the order of its parameters.
    in_order = len(whole) == len(leaves) > len(outputs) > 0 and all(
        isinstance(o.path[-1], int) for o in whole if o.path
    )
    match = by_order(leaves, whole) if in_order else _matched(leaves, outputs) if outputs else None
    if match is None:
        raise GradcheckError(
            f"{gradients_name} gives no gradients that belong to {', '.join(str(x.paths[0][-1]) for x in leaves[:6])}: neither "
            f"by name (dW1 for W1), nor by order and shape. It gives {len(outputs)}, for {len(leaves)} parameter"
            f"{'' if len(leaves) == 1 else 's'}: name as many, in the same order.",
            code="gradients_not_recognised",
        )
    _require_read(loss, match, world)
    generators.restore()
    left = unclaimed(leaves, match, [output for output in whole if output.odd])
    labels = labels_of([leaf for leaf, _ in (*match.pairs, *left)])
    made = {
        id(leaf): replace(p, label=label)
        for (leaf, _), p, label in zip(
            (*match.pairs, *left), (*parameters_of(match), *parameters_of(Match(tuple(left), "names"))), labels, strict=True
        )
    }  # fmt: skip
    listed = [leaf for leaf in leaves if id(leaf) in made]
    behind = {id(leaf) for leaf, _ in left}
    route = Route(
        convention="expression",
        forward_name=loss_name[:200],
        backward_name=gradients_name[:200],
        parameters_name=parameters_name[:200],
        calls=(Call(loss_name, loss, ()), Call(gradients_name, gradients, ())),
        loss_calls=1,
        loss=(Term(0, ()),),
        parameters_of=tuple(made[id(leaf)] for leaf in listed if id(leaf) not in behind),
        data={},
        unclaimed=tuple((i, made[id(leaf)]) for i, leaf in enumerate(listed) if id(leaf) in behind),
    )
    return route.settled()


def unclaimed(leaves: list[Leaf], match: Match, odd: list[Output]) -> list[tuple[Leaf, Output]]:
    """Those of ``leaves`` without a gradient that are no settings by their names, each with what stands in its place."""
    told = {id(leaf) for leaf, _ in match.pairs}
    left = [leaf for leaf in leaves if id(leaf) not in told and not is_set(leaf, match, lambda name: False)]
    return with_what_stands_there(left, match, odd)


def _require_read(loss: Function, match: Match, world: World) -> None:
    """Raises `GradcheckError` for a parameter that has a gradient and that the loss does not read from where it was named:
    a number in a dict that was made for the occasion, a copy."""
    for leaf, output in match.pairs:
        assert leaf.place is not None
        now = leaf.value.copy() if isinstance(leaf.value, np.ndarray) else leaf.value
        if hasattr(now, "assign") or output.odd or not np.any(np.asarray(output.value)):
            continue
        # Each entry by a length of its own: a softmax takes no notice of a shift that all its scores share.
        step: Any = _ASIDE
        if isinstance(now, np.ndarray):
            kind = now.dtype if now.dtype.kind == "f" else np.float64
            step = np.asarray(_ASIDE * np.random.default_rng(7).uniform(0.5, 1.5, now.shape), kind)
        losses = []
        for moved in (now, now + step):
            try:
                leaf.place.write(moved)
                with quiet(None):
                    losses.append(np.asarray(loss()).tobytes())
            except (Exception, SystemExit):
                # Stepping out of the domain of the loss says that it is read.
                losses.append(b"")
            finally:
                leaf.place.write(now)
                world.changed()
                world.restore()
        if losses[0] == losses[1]:
            name = str(leaf.paths[0][-1])
            raise GradcheckError(
                f"The loss does not change with {name} as it was named, though there is a gradient for it: it is read from "
                f"somewhere else. Name the place that the loss reads, such as --parameters model.{name}, and no copy or number.",
                code="parameter_not_read",
            )


def leaves_in(value: Any, name: str) -> list[Leaf]:
    """The leaves of ``value``, which is called ``name``, each with the place it lies in."""
    return [
        Leaf(((name, *(s[1:] if isinstance(s, str) and s.startswith(".") else s for s in p.steps)),), p.value, place=p)
        for p in places_in(value)
    ]


def _matched(leaves: list[Leaf], outputs: list[Any]) -> Match | None:
    named = by_names(leaves, outputs)
    if len(named.pairs) == len(leaves):
        return named
    return by_order(leaves, outputs) or _by_shape(leaves, outputs) or (named if named.pairs else None)


def _by_shape(leaves: list[Leaf], outputs: list[Any]) -> Match | None:
    """Of more gradients than parameters, those of which each fits just one parameter, and it just this."""
    fitting = [[output for output in outputs if same_size(leaf.value, output.value)] for leaf in leaves]
    if any(len(some) != 1 for some in fitting) or len({id(some[0]) for some in fitting}) < len(leaves):
        return None
    return Match(tuple((leaf, some[0]) for leaf, some in zip(leaves, fitting, strict=True)), "shapes")


def _elements(text: str) -> list[ast.expr]:
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise _malformed("parameters", text, error) from None
    return list(node.elts) if isinstance(node, (ast.Tuple, ast.List)) else [node]


def _function(text: str, role: str, namespace: dict[str, Any]) -> Function:
    try:
        # A function of the notebook's own, so that what it reads is known and put back as for any other.
        made: Function = eval(compile(f"lambda: ({text.strip()})", f"<{role}>", "eval"), namespace)
    except SyntaxError as error:
        raise _malformed(role, text, error) from None
    return made


def _malformed(role: str, text: str, error: SyntaxError) -> GradcheckError:
    return GradcheckError(
        f"--{role} {text!r} is no expression: {error.msg}. Write it as in a cell, in quotes where it has spaces.",
        code="invalid_name",
    )


def _value(function: Function, name: str) -> Any:
    try:
        return function()
    except (Exception, SystemExit) as error:
        raise GradcheckError(f"{name} raised {said(error)}"[:2000], code="function_raised") from error


def _leaves(node: ast.expr, namespace: dict[str, Any]) -> list[Leaf]:
    name = ast.unparse(node)
    value = _value(eval(compile(f"lambda: ({name})", "<parameters>", "eval"), namespace), name)
    path = _path(node)
    leaves = [replace(leaf, paths=((*path, *leaf.paths[0][1:]),)) for leaf in leaves_in(value, name)]
    if leaves or not floating(value):
        return leaves
    # One number, or a tensor: its name is made to stand for another.
    write = _writer(node, namespace)
    return [] if write is None else [
        Leaf((path,), p.value, place=p) for p in places_in(value, write=write)
    ]  # fmt: skip


def _path(node: ast.expr) -> tuple[Any, ...]:
    """The names and indices that an expression consists of: ``model.params["W1"]`` has three."""
    if isinstance(node, ast.Attribute):
        return (*_path(node.value), node.attr)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return (*_path(node.value), node.slice.value)
    return (ast.unparse(node),)


def _writer(node: ast.expr, namespace: dict[str, Any]) -> Callable[[Any], None] | None:
    if isinstance(node, ast.Name):
        return lambda value: namespace.__setitem__(node.id, value)
    if isinstance(node, (ast.Attribute, ast.Subscript)):
        owner = _value(
            eval(compile(f"lambda: ({ast.unparse(node.value)})", "<parameters>", "eval"), namespace), "parameters"
        )
        if isinstance(node, ast.Attribute):
            return lambda value: setattr(owner, node.attr, value)
        key = _value(
            eval(compile(f"lambda: ({ast.unparse(node.slice)})", "<parameters>", "eval"), namespace), "parameters"
        )
        return lambda value: owner.__setitem__(key, value)
    return None
