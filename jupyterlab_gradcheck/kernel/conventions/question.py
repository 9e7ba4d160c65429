"""What to ask where nothing could be chosen: what is missing, and where; what raised, and why."""

from __future__ import annotations

from ..places import is_object
from ..reach import is_own_class
from ..search import Search
from ..survey import Known
from .candidate import gradient_evidence


def question(search: Search) -> str:
    """A sentence on what stands in the way of a check, or nothing where there is nothing to say."""
    if search.flat:
        return (
            f"{search.flat[0]} has a gradient of its own, but is flat: what it returns does not change with small steps. A "
            "straight-through estimator is no derivative, so there is nothing to hold its gradient against."
        )
    if search.penalised:
        return (
            f"{search.penalised[0]} computes gradients, but nothing here computes their loss. It is no standard one: a multiple of "
            "the weights, as a penalty has it, is in the gradient. Define a function that returns the loss as one number, penalty "
            "included, run its cell, and check again."
        )
    scored = [(gradient_evidence(search, known), known) for known in search.functions.values()]
    gradients = [known for score, known in sorted(scored, key=lambda pair: -pair[0]) if score >= 2]
    if not gradients:
        return _class_alone(search)
    first = gradients[0]
    # Of what was tried together with it, what it hangs on.
    related = sorted(search.missing, key=lambda name: -_nearness(search, name, first))
    raised = [(name, said) for name, said in search.failures if name in search.functions]
    for name in related:
        known = search.functions.get(name)
        if known is not None and (known is first or search.kinship(known, first) >= 0.5):
            return _needs(known, search.missing[name], search)
    for name, said in raised:
        return (
            f"{name} raised {said}. That was with what the notebook has for its arguments; call it in a cell, and check again "
            "when it works."
        )
    if related and related[0] in search.functions:
        return _needs(search.functions[related[0]], search.missing[related[0]], search)
    return (
        f"{first.name} looks as if it computed gradients, but no loss was found that they could be the gradients of. Define a "
        "function that returns the loss as one number, run its cell, and check again; or name all: %gradcheck --loss "
        "EXPRESSION --gradients EXPRESSION --parameters VARIABLES."
    )


def _nearness(search: Search, name: str, first: Known) -> float:
    known = search.functions.get(name)
    return -9.0 if known is None else 9.0 if known is first else search.kinship(known, first)


def _needs(known: Known, missing: list[str], search: Search) -> str:
    listed = " and ".join(missing)
    alike = [
        name
        for argument in missing
        for names in search.alike(argument)
        for name in names
        if search.looks_like_parameters(known, argument)
    ]
    keyed = search.fitting_structures(known, missing)
    choices = list(dict.fromkeys([*keyed, *alike]))[:6]
    hint = f" It could be {' or '.join(choices)}: name the one to use." if len(choices) > 1 else ""
    return (
        f"{known.name} needs {listed}, and there is no variable of that name. Run the cell that defines it, or name the "
        f"variable to use.{hint}"
    )


def _class_alone(search: Search) -> str:
    """For a class with a backward of which there is no object yet."""
    for name, value in search.namespace.items():
        if isinstance(value, type) and not name.startswith("_") and is_own_class(value):
            methods = {member for member in vars(value) if "grad" in member.lower() or "backward" in member.lower() or "backprop" in member.lower()}  # fmt: skip
            alone = not any(_is_one(other, value) for other in search.namespace.values())
            if methods and alone:
                return (
                    f"There is a class {name} with {', '.join(sorted(methods)[:3])}, but no object of it. Make one, such as "
                    f"model = {name}(...), run its cell, and check again."
                )
    return ""


def _is_one(value: object, kind: type) -> bool:
    try:
        return is_object(value) and isinstance(value, kind)
    except Exception:
        # Any object may be in a namespace, and do as it likes when it is looked at.
        return False
