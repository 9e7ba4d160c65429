"""The functions of a namespace that could be part of a check, and what the code of each tells without running it."""

from __future__ import annotations

import ast
import functools
import inspect
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..engine import GradcheckError
from . import source, words
from .binding import Parameter, signature_of
from .bytecode import is_own
from .inventory import visible
from .keras_layers import differentiated_by_hand, own_layers
from .places import is_keras, is_object
from .reach import is_own_class, is_own_module
from .source import Function

# Functions looked at; methods of objects included.
_MOST = 400
# Calls of these wait for somebody, show something, or leave the process: no trial makes them.
_DANGEROUS = frozenset(
    (
        *("os", "shutil", "subprocess", "socket", "urllib", "requests", "threading", "multiprocessing", "sqlite3"),
        *("webbrowser", "ctypes", "signal", "http", "ftplib", "smtplib"),
    )
)
_WRITING = frozenset(
    (
        *(
            "write_text",
            "write_bytes",
            "tofile",
            "savetxt",
            "savez",
            "savez_compressed",
            "save",
            "unlink",
            "rmtree",
            "touch",
        ),
        *(
            "execute",
            "executemany",
            "executescript",
            "open",
            "exec",
            "globals",
            "get_ipython",
            "set_printoptions",
            "seterr",
        ),
        *("plot", "scatter", "suptitle", "set_title", "imshow", "contour", "contourf", "errorbar"),
    )
)
_OUTWARD = frozenset(
    [
        "input",
        "raw_input",
        "exit",
        "quit",
        "breakpoint",
        "sleep",
        "savefig",
        "system",
        "popen",
        "urlopen",
        "urlretrieve",
    ]
)


@dataclass(frozen=True)
class Known:
    """One function.

    Attributes:
        name: as the person would call it: ``forward``, ``net.loss``, ``Net.forward``.
        owner: the object that it is a method of, None for a plain function.
        arguments: by name, without ``self``.
        code: what its source tells.
        order: when it was defined, as far as the order of the namespace tells.
    """

    name: str
    function: Function
    owner: Any
    arguments: Mapping[str, Parameter]
    code: Code
    order: int

    @property
    def last(self) -> str:
        return self.name.rsplit(".", 1)[-1]

    @property
    def prefix(self) -> str:
        return self.name.rsplit(".", 1)[0] if "." in self.name else ""

    @property
    def required(self) -> list[str]:
        return [name for name, p in self.arguments.items() if p.required]


# What a returned value is called: a name, nothing, or the names of its parts.
Name = str | None | tuple[Any, ...]


@dataclass(frozen=True)
class Code:
    """What a function's syntax tree tells.

    Attributes:
        returned: for the return statement with most in it, the names of its values; None for one without a name.
        keys: string keys that it stores or builds dicts with, and attributes of ``self`` that it stores.
        stored: of these, the attributes.
        calls: last names of what it calls.
        loops: whether it has a loop at all.
        loops_forever: ``while True`` without a way out.
        outward: calls that reach out of the process.
        trains: whether it takes something away from what it was handed, or from itself, in a loop.
        text: whether there is a source at all.
        mentions: every name and string in it.
        makes: what its last return statement calls.
    """

    returned: tuple[Name, ...] = ()
    single: str | None = None
    keys: frozenset[str] = frozenset()
    stored: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    loops_forever: bool = False
    loops: bool = False
    outward: bool = False
    trains: bool = False
    text: bool = False
    mentions: frozenset[str] = frozenset()
    makes: str = ""

    @property
    def names(self) -> list[str]:
        """All names of what is returned."""
        return [name for name in _flat((*self.returned, self.single)) if name is not None]


def _flat(names: tuple[Name, ...]) -> Iterator[str | None]:
    for name in names:
        if isinstance(name, tuple):
            yield from _flat(name)
        else:
            yield name


def functions_of(namespace: Mapping[str, Any]) -> dict[str, Known]:
    """The person's own functions, methods of their objects, static methods and functions of their modules, by name."""
    found: dict[str, Known] = {}
    for order, (name, value) in enumerate(visible(namespace)):
        try:
            for dotted, function, owner in _callables(name, value):
                known = _known(dotted, function, owner, order)
                if known is not None:
                    found[dotted] = known
        except Exception:
            # Any object may be in a namespace, and do as it likes when it is looked at.
            continue
        if len(found) >= _MOST:
            break
    return found


def _callables(name: str, value: Any) -> Iterator[tuple[str, Function, Any]]:
    if isinstance(value, type):
        if is_own_class(value):
            for member, kind in _members(value):
                if isinstance(kind, (staticmethod, classmethod)):
                    yield f"{name}.{member}", getattr(value, member), None
    elif isinstance(value, types.ModuleType):
        if is_own_module(value) or (not getattr(value, "__file__", None) and _made_here(value)):
            for member, item in list(vars(value).items()):
                if not member.startswith("_") and isinstance(item, types.FunctionType) and is_own_function(item):
                    yield f"{name}.{member}", item, None
    elif is_own_function(value):
        owner = value.__self__ if isinstance(value, types.MethodType) else None
        yield name, value, owner
    elif is_object(value):
        for member, kind in _members(type(value)):
            if is_keras(value) and member in _KERAS:
                continue
            if isinstance(kind, types.FunctionType):
                yield f"{name}.{member}", types.MethodType(kind, value), value
            elif isinstance(kind, (staticmethod, classmethod)):
                yield f"{name}.{member}", getattr(type(value), member), value
        call = next((vars(base)["__call__"] for base in type(value).__mro__ if "__call__" in vars(base)), None)
        if is_keras(value) or (isinstance(call, types.FunctionType) and is_own(call.__code__.co_filename)):
            yield name, value, value
    elif differentiated_by_hand(value):
        yield name, value, value


# What Keras calls by itself.
_KERAS = frozenset(("call", "build", "get_config", "from_config", "compute_output_shape"))


def _made_here(module: types.ModuleType) -> bool:
    own = [v for v in vars(module).values() if isinstance(v, types.FunctionType)]
    return module.__spec__ is None and any(is_own(v.__code__.co_filename) for v in own)


def _members(kind: type) -> Iterator[tuple[str, Any]]:
    seen = set()
    for base in kind.__mro__:
        if is_own_class(base):
            for member, item in list(vars(base).items()):
                hidden = member.startswith("__") or (member.startswith("_") and issubclass(kind, tuple))
                if not hidden and member not in seen:
                    seen.add(member)
                    yield member, item


def is_own_function(value: Any) -> bool:
    """Whether ``value`` is Python code of the person's, behind whatever decorators, partials and methods."""
    if not isinstance(value, (types.FunctionType, types.MethodType, functools.partial)):
        inner = source.innermost(value)
        return inner is not value and isinstance(inner, types.FunctionType) and is_own(inner.__code__.co_filename)
    inner = source.innermost(value)
    return isinstance(inner, types.FunctionType) and is_own(inner.__code__.co_filename)


def _known(name: str, function: Function, owner: Any, order: int) -> Known | None:
    if is_keras(function) and not is_own_class(type(owner)):
        # A model of Keras's own classes, of which the layers are the person's.
        codes = [code_of(layer.call) for layer in own_layers(owner)]
        arguments = {"inputs": Parameter(True, inspect.Parameter.empty, False)}
        return Known(name, function, owner, arguments, _together(codes), order)
    if is_keras(function):
        # Keras's own __call__ takes anything; what it hands to ``call`` is the person's.
        called = type(owner).call
        return Known(name, function, owner, signature_of(name, owner.call), code_of(called), order)
    try:
        arguments = signature_of(name, function)
    except GradcheckError:
        return None
    told = function
    if owner is function and not arguments:
        # An object that calls a function it holds, whatever it is given: a stand-in for a compiled one.
        held = [f for f in vars(owner).values() if isinstance(f, types.FunctionType) and is_own_function(f)]
        if len(held) == 1:
            told, arguments, owner = held[0], signature_of(name, held[0]), None
    return Known(name, function, owner, arguments, code_of(told), order)


def _together(codes: list[Code]) -> Code:
    """What is told of functions that are called one after the other."""
    return Code(
        calls=frozenset().union(*(code.calls for code in codes)),
        mentions=frozenset().union(*(code.mentions for code in codes)),
        loops_forever=any(code.loops_forever for code in codes),
        outward=any(code.outward for code in codes),
        text=all(code.text for code in codes),
    )


def code_of(function: Function) -> Code:
    """What the source of ``function`` tells; little where there is none."""
    code = source.code(function)
    if code is None:
        return Code()
    found = _read(code)
    # A named tuple that is returned names its values.
    made = getattr(source.innermost(function), "__globals__", {}).get(found.makes)
    fields = getattr(made, "_fields", None)
    return replace(found, returned=fields) if isinstance(fields, tuple) and not found.returned else found


@functools.lru_cache(maxsize=1024)
def _read(code: types.CodeType) -> Code:
    tree = source.tree(code)
    names = frozenset(code.co_names) | frozenset(code.co_varnames)
    if tree is None:
        return Code(calls=frozenset(code.co_names), mentions=names, outward=bool(names & (_OUTWARD | _WRITING)))
    keys: set[str] = set()
    stored: set[str] = set()
    calls: set[str] = set()
    mentions: set[str] = set()
    forever = loops = False
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = _last_name(node.func)
            if called:
                calls.add(called)
            if called == "dict":
                keys |= {word.arg for word in node.keywords if word.arg}
        elif isinstance(node, ast.Dict):
            keys |= {k.value for k in node.keys if isinstance(k, ast.Constant) and isinstance(k.value, str)}
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            keys |= {part.value for part in ast.walk(node.slice) if isinstance(part, ast.Constant) and isinstance(part.value, str)}  # fmt: skip
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            stored.add(node.attr)
        elif isinstance(node, (ast.For, ast.comprehension)):
            loops = loops or isinstance(node, ast.For)
        elif isinstance(node, ast.While):
            loops = True
            endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
            leaves = any(isinstance(n, (ast.Break, ast.Return, ast.Raise)) for n in ast.walk(node))
            forever = forever or (endless and not leaves)
        elif isinstance(node, ast.Name):
            mentions.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 80:
            mentions.add(node.value)
        if isinstance(node, ast.Attribute):
            mentions.add(node.attr)
    values = function_returns(tree)
    returned, single = _returned(values)
    made = _last_name(values[-1].func) if values and isinstance(values[-1], ast.Call) else ""
    return Code(
        returned, single, frozenset(keys | stored), frozenset(stored), frozenset(calls), forever, loops,
        bool(calls & (_OUTWARD | _WRITING)) or ("plt" in mentions and "show" in calls), _steps(tree), True,
        frozenset(mentions), made,
    )  # fmt: skip


def _steps(tree: ast.AST) -> bool:
    """Whether a loop takes something away from an argument or an attribute of ``self``: ``w -= lr * g``, ``w = w - lr * g``."""
    arguments = {a.arg for a in tree.args.args} if isinstance(tree, (ast.FunctionDef, ast.AsyncFunctionDef)) else set()
    target: ast.expr
    for loop in (node for node in ast.walk(tree) if isinstance(node, (ast.For, ast.While))):
        for node in ast.walk(loop):
            if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Sub):
                target = node.target
            elif (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.BinOp)
                and isinstance(node.value.op, ast.Sub)
                and ast.unparse(node.value.left) == ast.unparse(node.targets[0])
            ):
                target = node.targets[0]
            else:
                continue
            base: ast.expr = target
            while isinstance(base, (ast.Subscript, ast.Attribute)):
                base = base.value
            if isinstance(base, ast.Name) and (base.id in arguments or base.id == "self") and _is_rated(node):
                return True
    return False


def _is_rated(node: ast.AST) -> bool:
    """Whether what is taken away is a product, as a rate and a gradient make it."""
    value = (
        node.value.right
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp)
        else getattr(node, "value", None)
    )
    return isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult)


def function_returns(tree: ast.AST) -> list[ast.expr]:
    """What the return statements of a function return, in order, without those of functions inside it."""
    if isinstance(tree, ast.Lambda):
        return [tree.body]
    return [node.value for node in source.own_nodes(tree) if isinstance(node, ast.Return) and node.value is not None]


def _names_of(node: ast.expr) -> Name:
    return tuple(_names_of(e) for e in node.elts) if isinstance(node, (ast.Tuple, ast.List)) else name_of(node)


def _returned(values: list[ast.expr]) -> tuple[tuple[Name, ...], str | None]:
    tuples = [value for value in values if isinstance(value, (ast.Tuple, ast.List))]
    if tuples:
        longest = max(tuples, key=lambda value: len(value.elts))
        return tuple(_names_of(element) for element in longest.elts), None
    return (), name_of(values[-1]) if values else None


def name_of(node: ast.expr) -> str | None:
    """The name that an expression goes by: ``dW``, ``self.dW``, ``grads["dW"]``, ``float(cost)``, ``dW / m``."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return name_of(node.value) if node.attr in ("T", "numpy", "value") else node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return node.slice.value
    if isinstance(node, ast.Call):
        module = (
            isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in _MODULES
        )
        if isinstance(node.func, ast.Attribute) and node.func.attr in _SHAPING and not module:
            found = name_of(node.func.value)
        else:
            found = name_of(node.args[0]) if len(node.args) >= 1 and _last_name(node.func) in _CASTING else None
        # A sum of losses is a loss; that of a residual is no residual, nor what that would be the gradient of.
        return None if _last_name(node.func) in _SUMMING and not _sums_to_a_loss(found or "") else found
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return name_of(node.left)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        # A constant times something is called after that.
        if isinstance(node.left, ast.Constant):
            return name_of(node.right)
        return name_of(node.left) if isinstance(node.right, ast.Constant) else None
    return None


def _sums_to_a_loss(name: str) -> bool:
    return words.is_loss(name) and not set(words.tokens(name)) & {"error", "errors", "err", "residual", "residuals"}


_SUMMING = frozenset(["sum", "mean"])
_MODULES = frozenset(["np", "numpy", "tf", "tensorflow", "jnp", "math"])
_SHAPING = frozenset(
    ["reshape", "ravel", "flatten", "copy", "numpy", "item", "sum", "mean", "squeeze", "astype", "tolist"]
)
_CASTING = frozenset(
    [
        "float",
        "squeeze",
        "array",
        "asarray",
        "ravel",
        "reshape",
        "copy",
        "float32",
        "float64",
        "sum",
        "mean",
        "atleast_1d",
    ]
)


def _last_name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def harmful(known: Known) -> bool:
    """Whether a function looks as if a trial call of it would train, wait, show or never end."""
    said = set(words.tokens(known.last))
    never = words.NEVER_CALLED
    if said & (words.FORWARD | words.BACKWARD | words.LOSS):
        # forward_train is the forward of training, and no training.
        never = never - {"train", "training", *(("fit",) if said & (words.BACKWARD | words.LOSS) else ())}
    if said & words.BACKWARD:
        # The gradient with respect to the input asks nobody for one.
        never = never - {"input"}
    if not known.code.loops:
        # What has no loop learns nothing: it says how.
        never = never - {"learn"}
    return known.code.loops_forever or known.code.trains or reaches_out(known.function) or bool(said & never)


def reaches_out(function: Any, seen: frozenset[Any] = frozenset()) -> bool:
    """Whether a function, or one of the person's that it calls, writes files, starts processes, draws, asks or ends."""
    if is_keras(function):
        return any(reaches_out(layer.call, seen) for layer in own_layers(function))
    code = source.code(function)
    if code is None or code in seen or len(seen) > 6:
        return False
    told = code_of(function)
    if told.outward:
        return True
    names = getattr(source.innermost(function), "__globals__", {})
    for name in code.co_names:
        value = names.get(name)
        if isinstance(value, types.ModuleType):
            if value.__name__.split(".")[0] in _DANGEROUS or value.__name__.startswith("matplotlib"):
                return True
        elif (
            isinstance(value, types.FunctionType)
            and is_own(value.__code__.co_filename)
            and reaches_out(value, seen | {code})
        ):
            return True
    kind = type(getattr(function, "__self__", None))
    methods = [vars(base).get(name) for base in kind.__mro__ for name in told.calls] if is_own_class(kind) else []
    return any(isinstance(m, types.FunctionType) and reaches_out(m, seen | {code}) for m in methods)


def documentation(known: Known) -> str:
    """The function's own docstring, or nothing."""
    return inspect.getdoc(source.innermost(known.function)) or ""
