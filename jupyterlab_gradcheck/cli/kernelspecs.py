"""Which kernel a document is run in."""

from __future__ import annotations

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

from .document import Document
from .outcome import CannotCheck, some

DEFAULT = "python3"


def choose(document: Document, wanted: str = "") -> str:
    """The name of the kernel for ``document``: ``wanted``, or the notebook's own, or Python where it names none.

    Raises `CannotCheck` for one that is not installed, with those that are, and for one that does not speak Python.
    """
    if not wanted and not document.kernel and document.language not in ("", "python", "ipython"):
        raise unsupported(document.language)
    name = wanted or document.kernel or DEFAULT
    manager = KernelSpecManager()
    try:
        spec = manager.get_kernel_spec(name)
    except (NoSuchKernel, ValueError, OSError):
        there = sorted(manager.find_kernel_specs())
        known = f"There are: {some(there, 12)}." if there else "There is none."
        remedy = "" if wanted else f" --kernel {DEFAULT if DEFAULT in there else 'NAME'} runs the notebook in another."
        raise CannotCheck("unknown_kernel", f"There is no kernel {name!r} here. {known}{remedy}") from None
    if str(spec.language).lower() not in ("", "python", "ipython"):
        raise unsupported(str(spec.language))
    return name


def unsupported(language: str) -> CannotCheck:
    """The error for a kernel that cannot run the package."""
    return CannotCheck(
        "unsupported_kernel", f"Gradients are checked in Python (IPython) kernels; this one speaks {language}."
    )
