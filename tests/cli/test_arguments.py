"""The command line: what is understood, what is refused with which sentence, and that its options are the magic's."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from jupyterlab_gradcheck import __version__, contract
from jupyterlab_gradcheck.cli import arguments
from jupyterlab_gradcheck.cli.arguments import parse


def test_a_notebook_alone() -> None:
    settings = parse(["a.ipynb"])
    assert (settings.paths, settings.options, settings.format, settings.jobs) == (("a.ipynb",), {}, "text", 1)
    assert settings.timeout is None
    assert not settings.allow_errors


def test_the_options_of_the_check_are_a_request_of_the_contract() -> None:
    line = (
        "a.ipynb --method central --epsilon 1e-7 --threshold 1e-6 --tolerance 1e-3 --strict --max-evaluations 100 "
        "--max-seconds 2.5 --points 0 --no-lift --backend numpy"
    )
    options = parse(line.split()).options
    assert options == {
        "method": "central",
        "backend": "numpy",
        "epsilon": 1e-7,
        "threshold": 1e-6,
        "tolerance": 1e-3,
        "strict": True,
        "max_evaluations": 100,
        "max_seconds": 2.5,
        "points": 0,
        "lift": False,
    }
    contract.validate("request", {"options": options})
    # Nothing that the contract offers is left out.
    assert set(options) == set(contract.schema("request")["$defs"]["Options"]["properties"])


def test_the_magic_takes_the_same_options() -> None:
    from jupyterlab_gradcheck.kernel import command

    line = (
        "--method central --epsilon 1e-7 --threshold 1e-6 --tolerance 1e-3 --strict --max-evaluations 100 "
        "--max_seconds 2.5 --points 0 --no-lift --backend numpy"
    )
    magic = command.parse(line)
    told = {**asdict(magic.options), "backend": magic.backend}
    ours = parse(["a.ipynb", *line.split()]).options
    assert {name: told[name] for name in ours} == ours


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "NOTEBOOK|SCRIPT"),
        ("a.ipynb --epsilon -1", "--epsilon: -1.0 is less than or equal to the minimum of 0"),
        ("a.ipynb --epsilon nan", "--epsilon"),
        ("a.ipynb --points 99", "--points: 99 is greater than the maximum of 20"),
        ("a.ipynb --method magic", "invalid choice: 'magic'"),
        ("a.ipynb --timeout 0", "0 is not a number of seconds above 0"),
        ("a.ipynb --timeout soon", "--timeout"),
        ("a.ipynb -n 0", "at least one notebook"),
        ("a.ipynb -p alpha", "'alpha' has no value: write NAME=VALUE"),
        ("a.ipynb -p 3=4", "'3' is not the name of a variable"),
        ("a.ipynb -p class=4", "'class' is not the name of a variable"),
        ("a.ipynb --format html", "invalid choice: 'html'"),
        ("a.ipynb --select dW1 --update-report", "leave --select out"),
        ("a.ipynb --select ,", "--select: names nothing"),
        ("a.ipynb --nonsense", "--nonsense"),
    ],
)
def test_what_makes_no_sense_is_said_and_ends_with_2(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(line.split())
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert said in told.err
    assert told.out == ""
    assert len(told.err) < 400


def test_selected_names_stand_between_commas_or_in_several_options() -> None:
    assert parse(["a.ipynb", "--select", "dW1, db*", "--select", "f"]).select == ("dW1", "db*", "f")


def test_help_shows_examples_and_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["--help"])
    told = capsys.readouterr().out
    assert ended.value.code == 0
    for word in ("examples:", "exit code:", "130", "--update-report", *map(arguments._flag, arguments._options())):
        assert word in told


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--version"])
    assert __version__ in capsys.readouterr().out
