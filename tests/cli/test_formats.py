"""The result as text, JSON, JUnit XML and GitHub annotations, of reports that the contract's tests hold to be good."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from jupyterlab_gradcheck import contract
from jupyterlab_gradcheck.cli.formats import FORMATS, text
from jupyterlab_gradcheck.cli.outcome import CannotCheck, Outcome, Place

from .examples import check, outcome, report

PLACE = Place(5, 14, 120)
BROKEN = Outcome("dir/b, c:100%.ipynb", problem=CannotCheck("raised", "In[2], line 1 raised Bad: a\nb", Place(2, 1, 33)).problem)  # fmt: skip
ALL = [
    outcome("passing"),
    outcome("failing", "dir/a b.ipynb", PLACE, notes=("Since then: dW1 fixed.",)),
    outcome("inconclusive", "c.py"),
    BROKEN,
]
HOSTILE = "d\x1b[31mW\u202e\x00\ud800<&\"'>]]>\n::error::"


def hostile() -> Outcome:
    """A notebook whose names and messages hold what must not reach a terminal, XML or GitHub as it is."""
    found = report("failing")
    parameters = [{**one, "name": HOSTILE, "gradient": HOSTILE, "message": HOSTILE} for one in found["parameters"]]
    return Outcome(f"{HOSTILE}.ipynb", (check({**found, "message": HOSTILE, "parameters": parameters}, PLACE),))


NOTE = {"code": "zero-gradient", "message": "All 3 entries of dW1 have nothing to test here."}


def noted() -> Outcome:
    """A notebook that passes, with something to say beside."""
    return Outcome("a.ipynb", (check({**report("passing"), "warnings": [NOTE]}),), notes=("Since then: dW1 fixed.",))


class TestText:
    def test_says_what_is_wrong_why_and_where(self) -> None:
        told = FORMATS["text"](ALL)
        wrong = next(one for one in report("failing")["parameters"] if one["verdict"] == "fail")
        assert "dir/a b.ipynb: FAIL" in told
        assert f"In[5], line 14: {wrong['source']['text']}" in told
        assert " ".join(wrong["message"].split()) in " ".join(told.split())
        assert "c.py: inconclusive" in told
        assert "In[2], line 1 raised Bad: a b" in told
        assert "Note: Since then: dW1 fixed." in told
        assert told.endswith("\n4 files: 1 FAIL, 1 cannot check, 1 inconclusive, 1 pass.\n")

    @pytest.mark.parametrize("width", [60, 80, 120])
    def test_keeps_to_the_width(self, width: int) -> None:
        assert max(map(len, text.render(ALL, width=width).splitlines())) <= max(width, 80)

    def test_many_that_pass_are_counted(self) -> None:
        found = report("failing")
        wrong = next(one for one in found["parameters"] if one["verdict"] == "fail")
        right = {**report("passing")["parameters"][0], "name": "w", "gradient": "dw"}
        told = FORMATS["text"]([Outcome("a.ipynb", (check({**found, "parameters": [*[right] * 200, wrong]}, PLACE),))])
        assert told.count("  dw  ") == 30
        assert "170 more pass; --format json has them." in told
        assert f"  {wrong['gradient']}  " in told

    def test_colours_only_on_demand(self) -> None:
        assert "\x1b" not in text.render(ALL)
        coloured = text.render(ALL, colour=True)
        assert "\x1b[1;31mFAIL\x1b[0m" in coloured
        assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == text.render(ALL)

    def test_functions_side_by_side_are_told_apart(self) -> None:
        found = report("failing")
        parameters = [
            {**one, "name": f"{title}: {one['name']}"} for title in ("f_back", "g_back") for one in found["parameters"]
        ]
        told = FORMATS["text"]([Outcome("a.ipynb", (check({**found, "parameters": parameters}),))])
        lines = told.splitlines()
        assert lines.index("  f_back:") < lines.index("  g_back:")
        assert "f_back: W" not in told.split("what it means")[1]

    def test_what_does_not_print_is_made_visible(self) -> None:
        told = FORMATS["text"]([hostile()])
        assert all(one.isprintable() or one == "\n" for one in told)
        assert "U+001B" in told


class TestJson:
    def test_carries_the_reports_as_the_contract_has_them(self) -> None:
        told = json.loads(FORMATS["json"](ALL))
        contract.validate("results", told)
        assert told["exit_code"] == 1
        assert [one["status"] for one in told["notebooks"]] == ["pass", "fail", "inconclusive", "error"]
        place = {"cell": 5, "line": 14, "file_line": 120, "file": None}
        assert place in [one["place"] for one in told["notebooks"][1]["checks"][0]["gradients"]]
        assert told["notebooks"][3]["error"]["place"] == {"cell": 2, "line": 1, "file_line": 33, "file": None}


# The attributes and elements that the XML Schemas in use for JUnit's format have in common, in their order.
SUITE = {"id", "name", "package", "timestamp", "hostname", "tests", "failures", "errors", "skipped", "time"}
CASE = {"classname", "name", "time"}


def suites(told: str) -> list[Element]:
    root = ElementTree.fromstring(told.encode("utf-8"))
    assert root.tag == "testsuites"
    return list(root)


class TestJUnit:
    def test_keeps_to_the_common_shape(self) -> None:
        for suite in suites(FORMATS["junit"]([*ALL, hostile()])):
            assert set(suite.attrib) == SUITE
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
            assert [one.tag for one in suite if one.tag != "testcase"] == ["properties", "system-out", "system-err"]
            assert suite[0].tag == "properties"
            cases = suite.findall("testcase")
            assert len(cases) == int(suite.attrib["tests"]) > 0
            for case in cases:
                assert set(case.attrib) == CASE
                assert len(case) <= 1
            for kind, attribute in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
                assert len(suite.findall(f"testcase/{kind}")) == int(suite.attrib[attribute])

    def test_notes_stand_below_the_cases(self) -> None:
        (suite,) = suites(FORMATS["junit"]([noted()]))
        assert suite.findtext("system-out") == f"Since then: dW1 fixed.\n{NOTE['message']}"

    def test_a_case_is_a_gradient(self) -> None:
        passing, failing, open_, broken = suites(FORMATS["junit"](ALL))
        found = report("failing")
        assert [case.attrib["name"] for case in failing.findall("testcase")] == [
            one["gradient"] for one in found["parameters"]
        ]
        assert not passing.findall("testcase/*")
        assert open_.findall("testcase/skipped")
        assert broken.find("testcase/error").attrib["type"] == "raised"  # type: ignore[union-attr]

    def test_a_failure_reads_well(self) -> None:
        failing = suites(FORMATS["junit"](ALL))[1]
        wrong = next(one for one in report("failing")["parameters"] if one["verdict"] == "fail")
        failure = failing.find("testcase/failure")
        assert failure is not None
        assert failure.attrib == {"type": wrong["cause"]["kind"], "message": wrong["message"]}
        lines = (failure.text or "").splitlines()
        assert lines[:2] == [wrong["message"], f"dir/a b.ipynb, In[5], line 14: {wrong['source']['text']}"]
        assert re.search(
            r"^db1\[2, 0\]: claimed \S+, numerical \S+, error bound \S+$", failure.text or "", re.MULTILINE
        )

    def test_a_threshold_that_is_not_kept_fails_a_case(self) -> None:
        found = {**report("passing"), "verdict": "fail", "message": "The relative difference is above the threshold."}
        (suite,) = suites(FORMATS["junit"]([Outcome("a.ipynb", (check(found),))]))
        assert suite.attrib["failures"] == "1"
        assert suite.find("testcase/failure").attrib["message"] == found["message"]  # type: ignore[union-attr]


class TestGithub:
    def test_annotations_point_at_the_notebook(self) -> None:
        told = FORMATS["github"](ALL).splitlines()
        wrong = [line for line in told if line.startswith("::error file=dir/a b.ipynb,line=120,title=")]
        assert len(wrong) == sum(one["verdict"] == "fail" for one in report("failing")["parameters"])
        assert "is wrong (In[5]%2C line 14)::" in wrong[0]
        assert "%0AIn[5], line 14: " in wrong[0]
        assert any(line.startswith("::warning file=c.py,line=1,title=") for line in told)
        assert told[-2] == (
            "::error file=dir/b%2C c%3A100%25.ipynb,line=33,title=gradients cannot be checked (In[2]%2C line 1)::"
            "In[2], line 1 raised Bad: a%0Ab"
        )
        assert not told[-1].startswith("::")
        assert not any("a.ipynb" in line for line in told)

    def test_notes_are_a_notice(self) -> None:
        told = FORMATS["github"]([noted()]).splitlines()
        assert told[:-1] == [f"::notice file=a.ipynb,line=1,title=notes of the gradient check::{NOTE['message']}"]

    def test_a_name_cannot_forge_a_command(self) -> None:
        told = FORMATS["github"]([hostile()]).splitlines()
        assert all(line.startswith("::error file=") for line in told[:-1])
        assert len(told) - 1 == sum(one["verdict"] == "fail" for one in report("failing")["parameters"])
