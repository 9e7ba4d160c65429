"""The line that gives a kernel the very package that runs here."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import url2pathname

from .. import __version__

PACKAGE = "jupyterlab_gradcheck"
LONGEST = 1000

# Between double quotes these mean themselves to a shell, to IPython (which expands {names} and $names) and to pip
# (which reads brackets at the end of a path as extras).
PLAIN_PATH = re.compile(r"[\w /:.,@~+=()\\-]+" if os.name == "nt" else r"[\w /:.,@~+=()-]+")
PLAIN_IN_URL = "%/:@+=~,.?&#()-_"
SECRET = re.compile(r"(?<=//)[^/@]*:[^/@]*@")


@lru_cache(maxsize=1)
def install_line() -> str:
    """The ``%pip install`` line for a kernel on this machine, made from how this package itself was installed."""
    try:
        origin = distribution(PACKAGE).read_text("direct_url.json")
    except (PackageNotFoundError, OSError, UnicodeDecodeError):
        origin = None
    return line_for(origin, __version__)


def line_for(origin: str | None, version: str, exists: Callable[[str], bool] = os.path.exists) -> str:
    """The line for a package with this ``direct_url.json`` (PEP 610), or of this version from an index where that is
    missing, unreadable, or names a file that is gone.
    """
    what = _argument(origin, exists) if origin else None
    line = f'%pip install "{what}"'
    return line if what is not None and len(line) <= LONGEST else f"%pip install {PACKAGE}=={version}"


def _argument(origin: str, exists: Callable[[str], bool]) -> str | None:
    try:
        told: Any = json.loads(origin)
        url, folder, vcs = told["url"], told.get("subdirectory"), told.get("vcs_info")
        scheme, host, path = urlsplit(url)[:3]
        if vcs:
            url = f"{vcs['vcs']}+{url}@{vcs['commit_id']}"
        elif scheme == "file" and host in ("", "localhost"):
            local = url2pathname(path)
            if not exists(local):
                return None
            if not folder and PLAIN_PATH.fullmatch(local):
                return local
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if not scheme:
        return None
    if folder:
        url = f"{url}#subdirectory={folder}"
    return quote(SECRET.sub("", url), safe=PLAIN_IN_URL)
