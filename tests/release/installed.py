"""Shows that an installed jupyterlab_gradcheck works, with the Python that it is run by: ``python tests/release/installed.py``.

Both lists of extensions name it as OK, a server answers with the front end and over HTTP, and the notebook with two mistakes
is run and its mistakes are found. It needs the package with the extra ``lab``, and no Node.js. Prints a line for each step; the
exit code is 1 where one fails.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).parents[2] / "examples" / "fraud_detection.ipynb"
REPORT = "application/vnd.jupyterlab-gradcheck.report.v1+json"
LABEXTENSION = Path("share/jupyter/labextensions/jupyterlab-gradcheck")


def main() -> None:
    import jupyterlab_gradcheck

    home = Path(jupyterlab_gradcheck.__file__).parent
    step("installed", f"{jupyterlab_gradcheck.__version__}", home.is_relative_to(sysconfig.get_path("purelib")))
    step("typed", "py.typed", (home / "py.typed").is_file())
    step("Node.js", "is not on PATH", shutil.which("node") is None)
    said = listed("jupyter_server.extension.serverextension")
    step(
        "server extension list", line_of(said, "jupyterlab_gradcheck "), "OK" in line_of(said, "jupyterlab_gradcheck ")
    )
    said = listed("jupyterlab.labextensions")
    step("labextension list", line_of(said, "jupyterlab-gradcheck"), "OK" in line_of(said, "jupyterlab-gradcheck"))
    version = jupyterlab_gradcheck.__version__
    with server() as get:
        health = json.loads(get("jupyterlab-gradcheck/health"))
        step("server", f"health {health}", health == {"version": version, "api": 1})
        entry = json.loads((Path(sys.prefix) / LABEXTENSION / "package.json").read_text(encoding="utf-8"))
        load = entry["jupyterlab"]["_build"]["load"]
        step(
            "front end",
            f"{load}, {entry['version']}",
            b"jupyterlab-gradcheck" in get(f"lab/extensions/jupyterlab-gradcheck/{load}"),
        )
    verdicts = run(NOTEBOOK)
    wrong = sorted(name for name, verdict in verdicts.items() if verdict == "fail")
    step("main job", f"{len(verdicts)} gradients checked, wrong: {', '.join(wrong)}", wrong == ["W2", "b1"])


def step(name: str, said: str, good: bool) -> None:
    print(f"{'ok    ' if good else 'FAILED'}  {name}: {said.strip()}", flush=True)
    if not good:
        sys.exit(1)


def listed(module: str) -> str:
    """What ``python -m module list`` prints."""
    done = subprocess.run([sys.executable, "-m", module, "list"], capture_output=True, text=True, timeout=120)
    return done.stdout + done.stderr


def line_of(text: str, name: str) -> str:
    return next(
        (line for line in text.split("\n") if name in line and "OK" in line), f"{name} is not listed as OK in:\n{text}"
    )


@contextmanager
def server() -> Iterator[Any]:
    """A Jupyter server on the loopback interface, and a function that gets an address of it."""
    token = secrets.token_hex(16)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        runtime = Path(folder) / "runtime"
        with log.open("wb") as out:
            running = subprocess.Popen(
                [
                    sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
                    "--ServerApp.port=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}",
                ],
                stdout=out,
                stderr=out,
                env={**os.environ, "JUPYTER_RUNTIME_DIR": str(runtime)},
            )  # fmt: skip
        try:
            until = time.monotonic() + 60
            while not (files := list(runtime.glob("jpserver-*.json"))):
                if running.poll() is not None or time.monotonic() > until:
                    step("server", f"did not start:\n{log.read_text(encoding='utf-8')}", False)
                time.sleep(0.1)
            url = json.loads(files[0].read_text(encoding="utf-8"))["url"]

            def get(path: str) -> bytes:
                request = urllib.request.Request(url + path, headers={"Authorization": f"token {token}"})
                with urllib.request.urlopen(request, timeout=30) as response:
                    return bytes(response.read())

            yield get
        finally:
            running.terminate()
            running.wait(30)


def run(path: Path) -> dict[str, str]:
    """The verdicts, by parameter, that ``%gradcheck`` gives in the notebook."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    (found,) = (
        output.data[REPORT]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if REPORT in output.get("data", {})
    )
    return {parameter["name"]: parameter["verdict"] for parameter in found["parameters"]}


if __name__ == "__main__":
    main()
