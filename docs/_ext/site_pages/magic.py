"""What ``%gradcheck?`` says of the magic."""

from __future__ import annotations

from jupyterlab_gradcheck.kernel.magic import GradcheckMagics


def markdown() -> str:
    said = (GradcheckMagics.gradcheck.__doc__ or "").strip()
    return f"```text\n{said.removeprefix('::').strip()}\n```\n"
