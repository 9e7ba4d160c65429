"""The line that installs in the kernel what the server has: made from how the server's package was installed."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyterlab_gradcheck import __version__, contract
from jupyterlab_gradcheck.contract import install
from jupyterlab_gradcheck.server import errors, protocol

FROM_INDEX = "%pip install jupyterlab_gradcheck==1.2.3"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def line(origin: dict[str, Any], there: bool = True) -> str:
    return install.line_for(json.dumps(origin), "1.2.3", lambda path: there)


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ({"url": "file:///srv/check", "dir_info": {"editable": True}}, "/srv/check"),
        ({"url": "file:///srv/my%20check", "dir_info": {}}, "/srv/my check"),
        ({"url": "file:///srv/%C3%BCber", "dir_info": {}}, "/srv/über"),
        ({"url": "file://localhost/srv/check", "dir_info": {}}, "/srv/check"),
        ({"url": "file:///srv/gradcheck-1.2.3-py3-none-any.whl", "archive_info": {}}, "/srv/gradcheck-1.2.3-py3-none-any.whl"),
        ({"url": "file:///srv/all", "subdirectory": "a/b", "dir_info": {}}, "file:///srv/all#subdirectory=a/b"),
        ({"url": "file:///srv/extra%5Blab%5D", "dir_info": {}}, "file:///srv/extra%5Blab%5D"),
        ({"url": "https://host.example/a.whl?x=1&y=2", "archive_info": {}}, "https://host.example/a.whl?x=1&y=2"),
        (
            {"url": "https://host.example/check.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
            f"git+https://host.example/check.git@{COMMIT}",
        ),
        (
            {"url": "ssh://git@host.example/check", "vcs_info": {"vcs": "git", "commit_id": COMMIT}, "subdirectory": "p"},
            f"git+ssh://git@host.example/check@{COMMIT}#subdirectory=p",
        ),
        (
            {"url": "https://me:${SECRET}@host.example/c", "vcs_info": {"vcs": "hg", "commit_id": "1"}},
            "hg+https://host.example/c@1",
        ),
    ],
)  # fmt: skip
def test_the_same_package_is_installed_again(origin: dict[str, Any], expected: str) -> None:
    assert line(origin) == f'%pip install "{expected}"'


@pytest.mark.parametrize(
    "path", ['/a "b"', "/a$HOME", "/a`id`", "/a\\b", "/a{x}", "/a$(id)", "/a!b", "/a;b", "/a\nb", "/ü ; #1"]
)
def test_no_path_means_anything_to_ipython_or_a_shell(path: str) -> None:
    """What a shell hands to pip, after IPython has expanded the line, is the path's own address or the path."""
    shell = InteractiveShell()
    shell.user_ns.update(x="expanded", HOME="expanded")
    made = line({"url": Path(path).as_uri(), "dir_info": {}})
    assert "\n" not in made
    _, word = shlex.split(shell.var_expand(made.removeprefix("%pip ")))
    assert word in (path, Path(path).as_uri())


@pytest.mark.parametrize(
    "origin",
    [None, "", "{", "[]", "null", '{"url": 1}', '{"url": "nonsense"}', '{"url": "https://h/x", "vcs_info": {"vcs": "git"}}'],
)  # fmt: skip
def test_without_an_address_it_is_the_version_of_an_index(origin: str | None) -> None:
    assert install.line_for(origin, "1.2.3") == FROM_INDEX


def test_a_place_that_is_gone_is_not_named() -> None:
    assert line({"url": "file:///build/feedstock/work", "dir_info": {}}, there=False) == FROM_INDEX


def test_a_line_that_the_contract_has_no_room_for_is_not_made() -> None:
    assert line({"url": f"file:///{'a' * 1000}", "dir_info": {}}) == FROM_INDEX


def test_this_installation_has_a_line() -> None:
    made = install.install_line()
    assert made == f"%pip install jupyterlab_gradcheck=={__version__}" or made.startswith('%pip install "')
    body = errors.problem(protocol.package_missing(None))
    contract.validate("error", body)
    assert body["install"] == made
    assert made in body["message"]
