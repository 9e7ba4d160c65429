"""``-p NAME=VALUE``."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyterlab_gradcheck.cli import parameters


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-2.5e-3", -2.5e-3),
        ("True", True),
        ("None", None),
        ("adam", "adam"),
        ("'3'", "3"),
        ("[5, 3, 1]", [5, 3, 1]),
        ("{'a': (1, 2)}", {"a": (1, 2)}),
        ("", ""),
        ("a=b", "a=b"),
        ("__import__('os')", "__import__('os')"),
        ("data/x y.csv", "data/x y.csv"),
        ("1 + 1", "1 + 1"),
        ("-inf", -math.inf),
        ("(" * 500, "(" * 500),
    ],
)
def test_a_literal_is_a_value_and_everything_else_a_string(text: str, value: Any) -> None:
    assert parameters.parse(f"alpha={text}") == ("alpha", value)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(), st.floats(), st.integers(), st.lists(st.floats(allow_nan=False, allow_infinity=False))))
def test_the_code_gives_the_value_back(value: Any) -> None:
    namespace: dict[str, Any] = {}
    exec(parameters.code([("other", 1), ("alpha", 0), ("alpha", value)]), namespace)
    assert namespace["other"] == 1
    assert namespace["alpha"] == value or (namespace["alpha"] != namespace["alpha"] and value != value)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text())
def test_whatever_is_typed_is_a_pair_or_a_sentence(text: str) -> None:
    try:
        name, _ = parameters.parse(text)
    except ValueError as error:
        said = str(error)
    else:
        said = "NAME=VALUE" if name.isidentifier() else name
    assert "NAME=VALUE" in said
