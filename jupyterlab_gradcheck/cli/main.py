"""The command ``jupyter gradcheck``."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from . import saved
from .arguments import Settings, parse
from .formats import FORMATS, text
from .outcome import EXIT_CODES, INTERRUPTED, CannotCheck, Outcome, Tell, exit_code
from .paths import expanded
from .progress import Progress


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what ``arguments`` (the process's own where None) ask for. The exit code."""
    if sys.stderr is None:
        # Closed by whoever started this: nobody is there to be told of progress.
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal has no letters for must not cost the result.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        settings = parse(arguments)
        paths = expanded(settings.paths)
        if refused := _refused(settings, paths):
            return _complain(refused)
        # Only now, so that --help and a slip of the pen are answered at once.
        from .run import run

        outcomes = asyncio.run(_run_all(paths, settings, run))
        return _told(outcomes, settings)
    except KeyboardInterrupt:
        # Before the first notebook, or after the last: while they run, the signal is taken otherwise.
        return INTERRUPTED


def _told(outcomes: Sequence[Outcome], settings: Settings) -> int:
    """Write the result where it shall be. The exit code: 2 where that cannot be done, and all is well otherwise."""
    if settings.output is None and settings.format != "text":
        printed = _print(FORMATS[settings.format](outcomes))
        return exit_code(outcomes) or printed
    code = 0
    if settings.output is not None:
        try:
            saved.write(Path(settings.output), FORMATS[settings.format](outcomes))
        except OSError as error:
            code = _complain(f"{settings.output} cannot be written: {error.strerror or error}.")
    printed = _print(text.render(outcomes, _coloured(sys.stdout), text.terminal_width()))
    return exit_code(outcomes) or code or printed


def _complain(message: str) -> int:
    print(f"jupyter gradcheck: error: {message}", file=sys.stderr)
    return EXIT_CODES["error"]


async def _run_all(
    paths: Sequence[str | Outcome], settings: Settings, run: Callable[[str, Settings, Tell], Awaitable[Outcome]]
) -> list[Outcome]:
    """What becomes of each path, in their order; those that were not done when the person stopped say so."""
    progress = Progress(sys.stderr, len(paths))
    places = asyncio.Semaphore(settings.jobs)

    async def one(path: str | Outcome) -> Outcome:
        if isinstance(path, Outcome):
            progress.end(path.path, path)
            return path
        async with places:
            outcome = await run(path, settings, progress.teller(path))
        progress.end(path, outcome)
        return outcome

    tasks = [asyncio.ensure_future(one(path)) for path in paths]
    with _stopping(tasks):
        await asyncio.wait(tasks)
    progress.clear()
    return [_stopped(path) if task.cancelled() else task.result() for path, task in zip(paths, tasks, strict=True)]


def _stopped(path: str | Outcome) -> Outcome:
    if isinstance(path, Outcome):
        return path
    return Outcome(path, problem=CannotCheck("interrupted", "Stopped before it was checked.").problem)


@contextlib.contextmanager
def _stopping(tasks: Sequence[asyncio.Task[Outcome]]) -> Iterator[None]:
    """While this lasts, Ctrl-C (or a polite request to end) cancels ``tasks``, whose kernels end with them."""
    loop = asyncio.get_running_loop()

    def stop(*_: object) -> None:
        for task in tasks:
            loop.call_soon_threadsafe(task.cancel)

    kinds = [signal.SIGINT, signal.SIGTERM]
    before = [signal.signal(kind, stop) for kind in kinds]
    try:
        yield
    finally:
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler)


def _refused(settings: Settings, paths: Sequence[str | Outcome]) -> str:
    """Why the result could not be written where it shall be, before anything is run; empty where it can."""
    if settings.output is None:
        return ""
    file = Path(settings.output)
    read = {Path(path).resolve() for path in paths if isinstance(path, str)}
    if file.resolve() in read:
        return f"{settings.output} is one of the notebooks, which are never written to. Name another file with -o."
    if file.is_dir():
        return f"{settings.output} is a folder. Name a file with -o."
    if not file.resolve().parent.is_dir():
        return f"There is no folder {file.parent} for {file.name}."
    if not os.access(file if file.exists() else file.resolve().parent, os.W_OK):
        return f"{settings.output} cannot be written: permission denied."
    return ""


def _coloured(stream: TextIO | None) -> bool:
    return (
        stream is not None and stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def _print(result: str) -> int:
    """Write to the standard output. The exit code: 2 where that cannot be done."""
    if sys.stdout is None:
        return _complain("the standard output is closed; name a file with -o.")
    try:
        sys.stdout.write(result)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has enough.
        _sink()
    except OSError as error:
        _sink()
        return _complain(f"the standard output cannot be written: {error.strerror or error}.")
    return 0


def _sink() -> None:
    """Let what Python would flush at the end go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
