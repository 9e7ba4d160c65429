"""Names in requests are looked up and never evaluated: a thousand hostile ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyterlab_gradcheck import contract
from jupyterlab_gradcheck.engine import GradcheckError
from jupyterlab_gradcheck.kernel.names import lookup

PIECES = [
    *[
        "a",
        "W1",
        "прямой",
        "ℌ",
        "x²",
        "_",
        "__class__",
        "__import__",
        "os",
        "system",
        "lambda",
        "exec",
        "0",
        "-1",
        "01",
        "1e3",
    ],
    *[
        ".",
        "..",
        "[",
        "]",
        "[0]",
        "[-1]",
        "[00]",
        "[1:2]",
        "['k']",
        '["k"]',
        "['k\"]",
        "[a]",
        "[()]",
        "(",
        ")",
        "()",
        "{}",
    ],
    *[
        "'",
        '"',
        "\\",
        "\\'",
        "\n",
        "\r",
        "\u2028",
        "\x00",
        "\x1b[31m",
        "\ud800",
        "\u202e",
        "\u200b",
        " ",
        "\t",
        ";",
        "#",
    ],
    *[
        "%",
        "%run x",
        "!ls",
        "?",
        "`id`",
        "$(id)",
        "{x}",
        "<script>",
        "</script>",
        "&amp;",
        "'; drop",
        "or 1=1",
        "=",
        ":=",
        ",",
    ],
    *["\N{COMBINING ACUTE ACCENT}", "a" * 190, "🙂", "\uff11", "\uff0e", "\u00a0"],
]


class Everything(Mapping[Any, Any]):
    """Has whatever is asked for, and must not be called or shown."""

    def __contains__(self, key: object) -> bool:
        return True

    def __getitem__(self, key: Any) -> Any:
        return self

    def __getattr__(self, name: str) -> Any:
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError("called")

    def __repr__(self) -> str:
        raise AssertionError("shown")


def accepted(name: str) -> bool:
    try:
        contract.validate("request", {"forward": name})
    except contract.ContractError:
        return False
    return True


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join) | st.text(max_size=30))
def test_hostile_names(name: str) -> None:
    """What the contract lets through the kernel can look up, and the kernel refuses whatever the contract does."""
    if accepted(name):
        lookup(Everything(), name)
        with pytest.raises(GradcheckError, match="There is no variable"):
            lookup({}, name)
    elif len(name) <= 200:
        with pytest.raises(GradcheckError):
            lookup(Everything(), name)


@pytest.mark.parametrize("name", ["a", "a.b", "net.layers[-1].W", "p['W 1']", 'p["W 1"]', "прямой", "_a0.b[0]"])
def test_names_that_are_meant(name: str) -> None:
    assert accepted(name)
    assert isinstance(lookup(Everything(), name), Everything)
