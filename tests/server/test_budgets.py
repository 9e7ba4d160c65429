"""What whoever runs the server may limit: kept by the package, enforced by the server, explained."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from server_api import INSTALL_FAKE, Api
from test_queue import FUNCTIONS

from jupyterlab_gradcheck import contract
from jupyterlab_gradcheck.server.app import GradcheckApp
from jupyterlab_gradcheck.server.budgets import Budgets

DOCUMENT = Path(__file__).parents[2] / "docs/reliability.md"


@pytest.mark.parametrize(
    ("budgets", "asked", "options"),
    [
        (Budgets(seconds=0), {}, None),
        (Budgets(), {}, {"max_seconds": 3600.0}),
        (Budgets(), {"options": {"max_seconds": None, "points": 0}}, {"max_seconds": 3600.0, "points": 0}),
        (Budgets(seconds=10), {"options": {"max_seconds": 5}}, {"max_seconds": 5}),
        (Budgets(seconds=10), {"options": {"max_seconds": 50}}, {"max_seconds": 10}),
        (Budgets(seconds=0, evaluations=9), {"options": {"max_evaluations": 50}}, {"max_evaluations": 9}),
        (Budgets(seconds=0, evaluations=9), {"forward": "f"}, {"max_evaluations": 9}),
    ],
)
def test_a_request_gets_no_more_than_there_is(budgets: Budgets, asked: dict[str, Any], options: Any) -> None:
    before = repr(asked)
    given = budgets.within(asked)
    contract.validate("request", given)
    assert given == ({**asked, "options": options} if options else asked)
    assert repr(asked) == before


def test_every_setting_is_explained_and_documented() -> None:
    settings = dict(GradcheckApp.class_own_traits(config=True))
    assert {"check_seconds", "check_evaluations", "concurrent_checks", "history_limit", "history_bytes"} < set(settings)
    documented = set(
        re.findall(r"^\| `GradcheckApp\.(\w+)` \| ([^|]+) \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    )
    told = {name: default.strip() for name, default in documented}
    assert told == {name: f"{trait.default_value:,}".replace(".0", "") for name, trait in settings.items()}
    for name, trait in settings.items():
        assert trait.help.endswith("."), name


def test_every_promise_is_linked_to_tests_that_are_there() -> None:
    links = re.findall(r"\]\((\.\./tests/[^)#]+)\)", DOCUMENT.read_text(encoding="utf-8"))
    assert len(links) > 10
    for link in links:
        assert (DOCUMENT.parent / link).resolve().exists(), link
    tests = re.findall(r"`(test_\w+)`", DOCUMENT.read_text(encoding="utf-8"))
    sources = "".join(path.read_text(encoding="utf-8") for path in (DOCUMENT.parents[1] / "tests").rglob("test_*.py"))
    assert tests
    for test in tests:
        assert f"def {test}(" in sources, test


@pytest.mark.parametrize("extra_config", [{"GradcheckApp": {"check_seconds": 0.6}}])
async def test_the_package_keeps_to_the_time_and_says_so(api: Api, start_kernel: Any, extra_config: Any) -> None:
    slow = FUNCTIONS.replace("HOOK", "time.sleep(0.005)").replace("np.ones((3, 2))", "np.ones((30, 30))")
    kernel = await start_kernel(slow)
    told = await api.check(kernel.id, options={"method": "central"})
    assert told["status"] == "done", told
    assert told["report"]["evaluations"] < 500
    assert told["report"]["verdict"] != "fail"
    assert told["report"]["elapsed_seconds"] < 5


@pytest.mark.parametrize("extra_config", [{"GradcheckApp": {"check_evaluations": 60}}])
async def test_the_package_keeps_to_the_evaluations(api: Api, start_kernel: Any, extra_config: Any) -> None:
    kernel = await start_kernel(FUNCTIONS.replace("HOOK", "pass").replace("np.ones((3, 2))", "np.ones((30, 30))"))
    for options in ({}, {"max_evaluations": 5000}):
        told = await api.check(kernel.id, options=options)
        assert told["report"]["evaluations"] <= 60


@pytest.mark.parametrize("forward", ["deaf", "slow"])
@pytest.mark.parametrize("extra_config", [{"GradcheckApp": {"check_seconds": 0.3, "cancel_grace_seconds": 0.3}}])
async def test_one_that_does_not_keep_to_it_is_stopped(
    api: Api, start_kernel: Any, forward: str, extra_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyterlab_gradcheck.server.checks.OVERTIME_SECONDS", 0.2)
    kernel = await start_kernel(INSTALL_FAKE)
    told = await api.check(kernel.id, forward=forward)
    assert (told["status"], told["error"]["code"]) == ("error", "check_overdue")
    assert "0.3 s" in told["error"]["message"]
    # Waiting for its turn is not work.
    cell = kernel.send("import time; time.sleep(1.5)")
    assert (await api.check(kernel.id))["status"] == "done"
    assert (await kernel.reply(cell))["status"] == "ok"
