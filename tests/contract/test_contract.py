"""The schemas, held to the example files beside this test; the front end's tests read the same files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from jupyterlab_gradcheck import contract

HERE = Path(__file__).parent
GOOD = sorted((HERE / "good").glob("*.json"))
BAD = sorted((HERE / "bad").glob("*.json"))


def example(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_example_is_accepted(path: Path) -> None:
    told = example(path)
    contract.validate(told["schema"], told["data"])
    assert contract.parse(told["schema"], json.dumps(told["data"]).encode()) == told["data"]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_example_is_refused_with_the_place(path: Path) -> None:
    told = example(path)
    with pytest.raises(contract.ContractError) as caught:
        contract.validate(told["schema"], told["data"])
    assert told["expect"] in str(caught.value)


@pytest.mark.parametrize("name", contract.SCHEMA_NAMES)
def test_every_schema_is_valid_and_has_examples(name: str) -> None:
    Draft202012Validator.check_schema(contract.schema(name))
    # A probe has one good form only: the empty object.
    assert sum(path.name.startswith(f"{name}.") for path in GOOD) >= (1 if name == "probe" else 2)
    assert sum(path.name.startswith(f"{name}.") for path in BAD) >= 3


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b'{"options": {"epsilon": NaN}}', "NaN is not a JSON number"),
        (b'{"options": {"epsilon": -Infinity}}', "-Infinity is not a JSON number"),
        (b'{"options": {"epsilon": 1e999}}', "CheckRequest.options.epsilon"),
        (b"[" * 100_000, "not valid JSON"),
        (b"null", "CheckRequest: None is not of type 'object'"),
    ],
)
def test_what_is_not_json_is_refused(raw: bytes, expected: str) -> None:
    with pytest.raises(contract.ContractError) as caught:
        contract.parse("request", raw)
    assert expected in str(caught.value)


def test_a_long_value_is_not_repeated_at_length() -> None:
    with pytest.raises(contract.ContractError) as caught:
        contract.validate("request", {"forward": "a" * 100_000})
    assert len(str(caught.value)) < 500
