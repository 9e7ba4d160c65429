"""Runs one notebook or script from top to bottom, and has the package in its kernel check what is defined then."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from .. import contract
from ..contract import envelope
from . import errors, kernelspecs, modules, parameters, reply, saved
from .arguments import Settings
from .document import MAY_RAISE, Cell, Document, read
from .kernel import ANSWER_SECONDS, Died, Kernel, Silent, TimedOut, started
from .outcome import CannotCheck, Check, Outcome, Place, Problem, Row, Stage, Tell, short_name
from .selection import Selection, function_of

CHECK_ID = "command"


async def run(path: str, settings: Settings, tell: Tell) -> Outcome:
    """What becomes of ``path``; ``tell`` hears how far it is. Raises nothing but a cancellation."""
    begun = time.monotonic()
    found = _Found(path)
    try:
        document = read(path)
        if not document.cells:
            raise CannotCheck("nothing_found", f"{path} has no code to run.")
        if settings.parameters:
            names = [name for name, _ in settings.parameters if not document.mentions(name)]
            found.notes += [f"-p {name}: {path} has nothing of that name." for name in dict.fromkeys(names)]
            document = document.with_parameters(parameters.code(settings.parameters))
        found.kernel = kernelspecs.choose(document, settings.kernel)
        await _check(document, settings, tell, found)
    except CannotCheck as error:
        found.problem = error.problem
    except Exception as error:
        # A defect of ours must not cost the results on the other notebooks.
        message = f"The command itself failed with {type(error).__name__}: {error}"[:2000]
        found.problem = Problem("internal_error", message)
    outcome = Outcome(
        path, tuple(found.checks), found.problem, tuple(found.notes), time.monotonic() - begun, found.kernel
    )
    return _kept(document, outcome) if settings.update_report and outcome.checks else outcome


def _kept(document: Document, outcome: Outcome) -> Outcome:
    try:
        return replace(outcome, notes=(*outcome.notes, saved.update(document.file, outcome)))
    except CannotCheck as error:
        # The verdict is what was asked for first, and it stands.
        return replace(outcome, notes=(*outcome.notes, error.problem.message))


@dataclass
class _Found:
    """What is known of a notebook so far."""

    path: str

    def __post_init__(self) -> None:
        self.kernel = ""
        self.checks: list[Check] = []
        self.notes: list[str] = []
        self.problem: Problem | None = None


async def _check(document: Document, settings: Settings, tell: Tell, found: _Found) -> None:
    tell(Stage("starting", 0, len(document.cells)))
    async with started(found.kernel, document.file.resolve().parent) as kernel:
        try:
            await _prepare(kernel, document)
            for at, cell in enumerate(document.cells):
                tell(Stage("cell", at + 1, len(document.cells)))
                await _run_cell(kernel, document, cell, settings, found)
            await _ask(kernel, document, settings, tell, found)
        except Died:
            raise CannotCheck("kernel_died", "The kernel died before the check had ended.") from None


async def _prepare(kernel: Kernel, document: Document) -> None:
    """Have the package note which cell runs what, and stop early where it is missing."""
    content = await _answer(kernel, envelope.silent_content(watch=reply.WATCH))
    told = content.get("user_expressions", {}).get("watch", {})
    # A notebook may install it itself.
    if reply.lacks_package(told) and not any("pip install" in cell.source for cell in document.cells):
        raise reply.package_missing(await _executable(kernel))
    if document.is_script:
        name = str(document.file.resolve())
        await kernel.run(Cell("", None, f"import sys; sys.argv = [{name!r}]; del sys\n__file__ = {name!r}"))


async def _run_cell(kernel: Kernel, document: Document, cell: Cell, settings: Settings, found: _Found) -> None:
    try:
        content = await kernel.run(cell, settings.timeout)
    except Died:
        where = errors.name_of(document, cell)
        raise CannotCheck(
            "kernel_died",
            f"The kernel died while {where[0].lower() + where[1:] if document.is_script else where} ran: "
            "out of memory, perhaps, or a crash in compiled code.",
            errors.place_of(document, cell),
        ) from None
    except TimedOut as late:
        message = f"{errors.name_of(document, cell)} took longer than {settings.timeout:g} s and was interrupted."
        if not (settings.allow_errors and late.heeded):
            raise CannotCheck("timeout", message, errors.place_of(document, cell)) from None
        found.notes.append(message)
        return
    if content.get("status") != "error" or (document.is_script and errors.is_exit(content)):
        return
    error = errors.raised(document, cell, content)
    if not (settings.allow_errors or MAY_RAISE in cell.tags):
        rest = "" if document.is_script else " --allow-errors runs the cells after it, and checks what is defined."
        raise CannotCheck("raised", f"{error}.{rest}", error.problem.place)
    if settings.allow_errors:
        found.notes.append(f"{error}.")


async def _ask(kernel: Kernel, document: Document, settings: Settings, tell: Tell, found: _Found) -> None:
    """Ask the package for everything, or for what is selected; several requests make several checks."""
    selection = Selection(settings.select)
    candidates, requests = None, [{"all": True}]
    if selection.patterns:
        candidates = await _reply(kernel, {"kind": "probe"}, settings, tell, "candidates")
        requests = selection.requests(candidates)
    reports = []
    for request in requests:
        asked = {**request, "options": settings.options}
        try:
            told = {"kind": "check", "check_id": CHECK_ID, "request": asked}
            reports.append(await _reply(kernel, told, settings, tell, "report"))
        except CannotCheck as error:
            # One of several that cannot be checked must not cost the verdict on the others.
            found.problem = found.problem or error.problem
    chosen = [kept for kept in (selection.of(report, candidates) for report in reports) if kept is not None]
    found.checks += [_placed(document, report) for report in chosen]
    if reports and not chosen:
        raise selection.nothing(reports)


def _placed(document: Document, report: dict[str, Any]) -> Check:
    rows: list[Row] = []
    titles = [(function_of(parameter, report), short_name(parameter)) for parameter in report["parameters"]]
    for parameter, (function, name) in zip(report["parameters"], titles, strict=True):
        source = parameter["source"]
        place = None if source is None else _place(document, report, source)
        # The b of one layer is not that of another.
        alone = titles.count((function, name)) == 1
        rows.append(Row(parameter, function, name if alone else parameter["name"].rpartition(": ")[2], place))
    return Check(report, tuple(rows))


def _place(document: Document, report: dict[str, Any], source: dict[str, Any]) -> Place:
    """Where a report's SourcePlace is: in the document, or in a module that it imports."""
    place = document.place(source["cell_id"], source["line"])
    codes, at = report["code"], source.get("code")
    if place.cell is not None or at is None or at >= len(codes):
        return place
    module = modules.module_of(codes[at], document.file)
    return place if module is None else Place(None, source["line"], source["line"], module)


async def _reply(kernel: Kernel, request: dict[str, Any], settings: Settings, tell: Tell, wanted: str) -> Any:
    def hear(data: Any) -> None:
        told = data.get(envelope.PROGRESS_MIME) if isinstance(data, dict) else None
        if isinstance(told, dict):
            try:
                contract.validate("progress", told)
            except contract.ContractError:
                return
            tell(Stage("check", told["done"], told["total"]))

    tell(Stage("check", 0, 0))
    content = envelope.execute_content({"version": 1, **request})
    try:
        answered = await kernel.ask(content, hear, settings.timeout)
    except Silent:
        raise CannotCheck(
            "check_timeout",
            f"The check was silent for longer than {settings.timeout:g} s and was stopped: one call of a function takes longer. "
            "A larger --timeout waits for it.",
        ) from None
    except Died:
        raise CannotCheck("kernel_died", "The kernel died during the check.") from None
    try:
        kind, body = reply.read(answered)
    except CannotCheck as error:
        if error.problem.code == "kernel_package_missing":
            raise reply.package_missing(await _executable(kernel)) from None
        if error.problem.code == "ambiguous" and not settings.select:
            raise CannotCheck("ambiguous", f"{error} {how_to_choose(error.pairs)}") from None
        raise
    if kind != wanted:
        raise CannotCheck("invalid_reply", f"The kernel answered with {kind} where a {wanted} was asked for.")
    return body


def how_to_choose(pairs: Sequence[tuple[str, str]]) -> str:
    """What to write where a person at the notebook would choose among ``pairs``, which may differ in their parameters alone."""
    names = list(dict.fromkeys(backward for _, backward in pairs))
    if not names or len(set(pairs)) < len(pairs) or len(names) < len(pairs):
        return "That line can stand in a cell of the notebook: %gradcheck --raise fails it."
    which = f"--select {names[0]}" if len(names) == 1 else f"--select with one of them, as in --select {names[0]}"
    return f"Here that is {which}."


async def _executable(kernel: Kernel) -> str | None:
    return envelope.read_executable(await _answer(kernel, envelope.executable_content()))


async def _answer(kernel: Kernel, content: dict[str, Any]) -> dict[str, Any]:
    try:
        return await kernel.ask(content, silence=ANSWER_SECONDS)
    except Silent:
        raise CannotCheck("no_answer", f"The kernel has not answered for {ANSWER_SECONDS:g} s.") from None
