"""``--select``: which functions are asked for, and which gradients are kept."""

from __future__ import annotations

from typing import Any

import pytest

from jupyterlab_gradcheck.cli.selection import Selection

from .examples import report

LAYERS: dict[str, Any] = {
    "several": True,
    "certain": False,
    "readings": [
        {"forward": "affine_forward", "backward": "affine_backward", "parameters": ["x", "w", "b"], "data": []},
        {"forward": "tanh_forward", "backward": "tanh_backward", "parameters": ["x"], "data": []},
    ],
}
ALL = [{"all": True}]
AFFINE = [{"forward": "affine_forward", "backward": "affine_backward"}]


@pytest.mark.parametrize(
    ("patterns", "requests"),
    [
        (["affine_*"], AFFINE),
        (["affine_backward"], AFFINE),
        (["dw"], ALL),
        (["affine_*", "x"], ALL),
        (["affine_*", "nothing"], ALL),
        (["*_forward"], ALL),
        (["*"], ALL),
    ],
)
def test_no_more_functions_are_asked_for_than_need_be(patterns: list[str], requests: list[dict[str, Any]]) -> None:
    assert Selection(patterns).requests(LAYERS) == requests


def test_a_name_settles_what_is_ambiguous() -> None:
    unsure = {"readings": LAYERS["readings"][:1], "several": False, "certain": False}
    assert Selection(["affine_forward"]).requests(unsure) == AFFINE


def test_what_has_no_name_cannot_be_asked_for_by_it() -> None:
    reading = {"forward": "mean squared error", "backward": "grads", "parameters": ["w"], "data": []}
    assert Selection(["grads"]).requests({"readings": [reading], "certain": False}) == ALL


def test_a_report_keeps_what_is_selected() -> None:
    found = report("failing")
    kept = Selection(["dW2", "b3"]).of(found)
    assert kept is not None
    assert [one["name"] for one in kept["parameters"]] == ["W2", "b3"]
    assert (kept["verdict"], kept["message"]) == ("fail", "Of 2 selected gradients 1 is wrong: dW2.")


def test_the_verdict_is_that_of_the_selected() -> None:
    found = report("failing")
    right = next(one["gradient"] for one in found["parameters"] if one["verdict"] == "pass")
    kept = Selection([right]).of(found)
    assert kept is not None
    assert (kept["verdict"], kept["message"]) == ("pass", f"The selected gradient is right: {right}.")


def test_a_threshold_that_was_not_kept_stays_so() -> None:
    kept = Selection(["dW1"]).of({**report("passing"), "verdict": "fail"})
    assert kept is not None
    assert kept["verdict"] == "fail"


def test_in_a_report_on_several_the_function_may_be_named_either_way() -> None:
    found = report("passing")
    parameters = [{**found["parameters"][0], "name": f"{title}: x"} for title in ("affine_backward", "tanh_backward")]
    together = {**found, "parameters": parameters}
    for pattern in ("tanh_forward", "tanh_backward", "tanh_backward: x"):
        kept = Selection([pattern]).of(together, LAYERS)
        assert kept is not None
        assert [one["name"] for one in kept["parameters"]] == ["tanh_backward: x"]


def test_names_that_are_nowhere() -> None:
    found = report("failing")
    assert Selection(["nono"]).of(found) is None
    said = str(Selection(["nono"]).nothing([found]))
    assert said.startswith("Nothing here is called nono. There are the gradients dW1, db1, dW2")
    assert found["backward"]["name"] in said


def test_without_names_everything_is_kept() -> None:
    found = report("failing")
    assert Selection().of(found) is found
