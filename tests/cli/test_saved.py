"""``--update-report``: what is kept, and what is said to have changed."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_gradcheck import contract
from jupyterlab_gradcheck.cli import saved
from jupyterlab_gradcheck.cli.outcome import CannotCheck, Outcome

from .examples import check, report


def with_verdicts(**verdicts: str) -> dict[str, Any]:
    """The contract's failing report with some verdicts changed."""
    found = report("failing")
    return {
        **found,
        "parameters": [{**one, "verdict": verdicts.get(one["name"], "pass")} for one in found["parameters"]],
    }


def of(found: dict[str, Any]) -> Outcome:
    return Outcome("n.ipynb", (check(found),))


def test_what_has_changed_is_said_as_the_panel_does(tmp_path: Path) -> None:
    notebook = tmp_path / "n.ipynb"
    assert (
        saved.update(notebook, of(with_verdicts(W2="fail", b1="fail")))
        == "The report is kept in n.ipynb.gradcheck.json."
    )
    said = saved.update(notebook, of(with_verdicts(b1="fail", W3="fail")))
    assert said.endswith(" UTC: dW2 fixed, dW3 newly wrong, db1 still wrong.")
    assert saved.update(notebook, of(with_verdicts())).endswith(": db1, dW3 fixed.")
    assert saved.update(notebook, of(with_verdicts())).endswith(": nothing has changed.")
    assert os.listdir(tmp_path) == ["n.ipynb.gradcheck.json"]


def test_what_is_kept_can_be_read_again(tmp_path: Path) -> None:
    saved.update(tmp_path / "n.ipynb", of(report("failing")))
    told = json.loads((tmp_path / "n.ipynb.gradcheck.json").read_text(encoding="utf-8"))
    contract.validate("kept", told)
    assert told["reports"] == [report("failing")]
    assert told["notebook"] == "n.ipynb"


def test_other_functions_are_not_compared(tmp_path: Path) -> None:
    notebook = tmp_path / "n.ipynb"
    saved.update(notebook, of(report("failing")))
    other = {**report("failing"), "forward": {"name": "other", "cell_id": None, "line": None}}
    assert saved.update(notebook, of(other)).endswith("nothing can be compared.")


def test_of_several_functions_each_gradient_is_compared_with_its_own() -> None:
    def both(verdict: str) -> dict[str, Any]:
        one = report("failing")["parameters"][0]
        named = [{**one, "name": f"{title}: b", "verdict": verdict} for title in ("f", "g")]
        return {**report("failing"), "parameters": named}

    assert saved.change(both("fail"), both("pass")) == (["f: b", "g: b"], [], [])


@pytest.mark.parametrize(
    "text", ["", "{}", "[", '{"reports": [{}], "at": ""}', '{"reports": 3, "at": ""}', "[" * 100_000]
)
def test_a_file_that_is_no_report_is_replaced_and_that_is_said(tmp_path: Path, text: str) -> None:
    file = saved.file_of(tmp_path / "n.ipynb")
    file.write_text(text)
    assert "has been replaced" in saved.update(tmp_path / "n.ipynb", of(report("failing")))
    assert json.loads(file.read_text(encoding="utf-8"))["version"] == 1


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    saved.file_of(tmp_path / "n.ipynb").mkdir()
    with pytest.raises(CannotCheck, match=r"could not be written to n.ipynb.gradcheck.json: Is a directory"):
        saved.update(tmp_path / "n.ipynb", of(report("failing")))


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError("No space left on device")

    file = tmp_path / "r.xml"
    saved.write(file, "one")
    os.chmod(file, 0o640)
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        with pytest.raises(OSError, match="No space left"):
            saved.write(file, "two")
    assert file.read_text() == "one"
    saved.write(file, "three")
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("three", 0o640)
    assert os.listdir(tmp_path) == ["r.xml"]


def test_the_name_of_a_file_that_is_no_text(tmp_path: Path) -> None:
    saved.write(tmp_path / "r.json", json.dumps("\udcff.ipynb", ensure_ascii=False))
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8")) == "\udcff.ipynb"


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    (tmp_path / "target").write_text("one")
    saved.write(tmp_path / "link", "two")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "two"
