"""The shorter notebooks: each announces a mistake, finds it, repairs it, and passes."""

from __future__ import annotations

import re

import pytest
import yaml
from running import EXAMPLES, Outputs, lines, printed, read, report, run, source, verdicts

from jupyterlab_gradcheck import contract


@pytest.fixture(scope="module")
def outputs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    """The notebook whose name a class gives, as it is."""
    return run(EXAMPLES / f"{request.param}.ipynb", tmp_path_factory.mktemp("notebook"), {})


def wrong(outputs: Outputs, cell: str = "check") -> set[str]:
    """The parameters that fail in the report of ``cell``; every other one passes."""
    found = report(outputs[cell])
    contract.validate("report", found)
    assert set(verdicts(found).values()) <= {"pass", "fail"}
    return {name for name, verdict in verdicts(found).items() if verdict == "fail"}


def passes(outputs: Outputs, cell: str = "check-again") -> int:
    """How many parameters the report of ``cell`` has, all of which pass."""
    found = report(outputs[cell])
    assert found["verdict"] == "pass"
    return len(verdicts(found))


def line_is_in_the_cell(name: str, cell: str, outputs: Outputs, parameter: str) -> str:
    """The text of the line that the report blames, which must be the one that the notebook shows there."""
    number, text = lines(report(outputs["check"]))[parameter]
    assert source(read(EXAMPLES / f"{name}.ipynb"), cell).split("\n")[number - 1].strip() == text
    return text


@pytest.mark.parametrize("outputs", ["layers"], indirect=True)
class TestLayers:
    def test_of_four_layers_one_gradient_is_wrong(self, outputs: Outputs) -> None:
        assert wrong(outputs) == {"batchnorm_backward: z"}
        assert line_is_in_the_cell("layers", "batchnorm", outputs, "batchnorm_backward: z").startswith("dz = ")

    def test_no_cause_is_named_as_the_text_says(self, outputs: Outputs) -> None:
        assert all(p["cause"] is None for p in report(outputs["check"])["parameters"])

    def test_a_sum_for_a_loss_decides_nothing(self, outputs: Outputs) -> None:
        assert printed(outputs["worst"]).startswith("inconclusive")

    def test_repaired_all_eight_gradients_pass(self, outputs: Outputs) -> None:
        assert passes(outputs) == 8


@pytest.mark.parametrize("outputs", ["custom_gradient"], indirect=True)
class TestCustomGradient:
    def test_the_automatic_gradient_breaks_down(self, outputs: Outputs) -> None:
        assert printed(outputs["nan"]).strip() == "gradient at zero: [nan nan nan]"

    def test_the_first_is_right_in_float64(self, outputs: Outputs) -> None:
        assert passes(outputs, "check-first") == 1
        assert report(outputs["check-first"])["precision"] == "float64"

    def test_of_the_second_dx_is_wrong_everywhere_but_at_zero(self, outputs: Outputs) -> None:
        assert wrong(outputs, "check-second") == {"x"}
        x = report(outputs["check-second"])["parameters"][0]
        assert x["counts"]["pass"] == 1
        assert sorted(entry["index"][0] for entry in x["worst"]) == [0, 1, 3, 4]
        assert any("on purpose" in note["message"] for note in report(outputs["check-second"])["warnings"])

    def test_repaired_it_passes_also_inside_a_model(self, outputs: Outputs) -> None:
        assert passes(outputs) == 2
        assert printed(outputs["function"]).strip() == "pass"


@pytest.mark.parametrize("outputs", ["simulator_adjoint"], indirect=True)
class TestSimulator:
    def test_the_step_that_is_off_by_one_is_found(self, outputs: Outputs) -> None:
        assert wrong(outputs) == {"k"}
        assert "states[t + 1]" in line_is_in_the_cell("simulator_adjoint", "adjoint", outputs, "k")

    def test_it_is_off_by_about_six_per_cent(self, outputs: Outputs) -> None:
        worst = report(outputs["check"])["parameters"][0]["worst"][0]
        assert abs(worst["analytic"] / worst["numerical"] - 1) == pytest.approx(0.06, abs=0.005)

    def test_repaired_it_passes_with_few_evaluations_as_well(self, outputs: Outputs) -> None:
        assert passes(outputs) == 2
        assert passes(outputs, "budget") == 2
        found = report(outputs["budget"])
        assert found["evaluations"] <= 100
        assert found["coverage"]["kind"] == "screened"

    def test_the_plan_is_told_and_nothing_checked(self, outputs: Outputs) -> None:
        assert re.match(r"About \d+ evaluations", printed(outputs["plan"]))


@pytest.mark.parametrize("outputs", ["million_parameters"], indirect=True)
class TestMillionParameters:
    def test_one_wrong_entry_is_named(self, outputs: Outputs) -> None:
        assert printed(outputs["data"]).strip() == "1,085,601 parameters"
        assert wrong(outputs) == {"W2"}
        (w2,) = (p for p in report(outputs["check"])["parameters"] if p["name"] == "W2")
        assert [entry["index"] for entry in w2["worst"]] == [[17, 123]]

    def test_evaluations_are_as_few_as_the_text_says(self, outputs: Outputs) -> None:
        assert report(outputs["check"])["evaluations"] < 300
        assert report(outputs["check-again"])["evaluations"] < 50

    def test_without_the_line_all_pass(self, outputs: Outputs) -> None:
        assert passes(outputs) == 6

    def test_limits_are_those_that_the_text_gives(self, outputs: Outputs) -> None:
        limits = [float(limit) for limit in re.findall(r"an error above (\S+) of", printed(outputs["limit"]))]
        assert len(limits) == 12
        assert all(limit == pytest.approx(1e-4, rel=0.2) for limit in limits[:6])
        assert all(limit < 1e-6 for limit in limits[6:])


def test_the_workflow_is_one_and_checks_with_the_command() -> None:
    text = (EXAMPLES / "ci" / "gradcheck.yml").read_text(encoding="utf-8")
    (job,) = yaml.safe_load(text)["jobs"].values()
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert [re.search(r"--format (\w+)", command)[1] for command in commands if "gradcheck --" in command] == [  # type: ignore[index]
        "github",
        "junit",
    ]
    # Its exit code is what fails the job.
    (deciding,) = (command for command in commands if "--format github" in command)
    assert "||" not in deciding
