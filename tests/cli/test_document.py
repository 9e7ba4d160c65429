"""Notebooks and scripts as they are read: which cell is which, where a line stands in the file, what is no notebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyterlab_gradcheck.cli.document import Document, read
from jupyterlab_gradcheck.cli.outcome import CannotCheck, Place

from .examples import DATA, RIGHT, WRONG, write


def line_of(path: Path, place: Place) -> str:
    assert place.file_line is not None
    return path.read_text(encoding="utf-8").splitlines()[place.file_line - 1]


def test_cells_are_numbered_as_jupyter_does(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ipynb", DATA, "  \n", "skipped", WRONG, text="# Title", tags={2: ["skip-execution"]})
    document = read(str(path))
    assert [(cell.id, cell.number) for cell in document.cells] == [("c0", 1), ("c3", 2)]
    assert (document.kernel, document.language) == ("python3", "python")


def test_a_line_of_a_cell_is_found_in_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ipynb", DATA, RIGHT, RIGHT, 'print("é\\t")', text="dw")
    document = read(str(path))
    places = [document.place(f"c{at}", 5) for at in (1, 2)]
    assert [place.cell for place in places] == [2, 3]
    for place in places:
        assert line_of(path, place).strip().startswith('"    dw = 2 *')
    assert places[0].file_line != places[1].file_line
    assert "\\t" in line_of(path, document.place("c3", 1))


def test_a_separator_within_a_string_is_no_end_of_a_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ipynb", "x = 1", WRONG, text="one\u2028two")
    place = read(str(path)).place("c1", 5)
    assert place.file_line is not None
    assert path.read_text(encoding="utf-8").split("\n")[place.file_line - 1].strip().startswith('"    dw = 3 *')


def test_an_output_that_repeats_a_cell_is_not_taken_for_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ipynb", "x = 1\ny = 2", "x = 1\ny = 2")
    notebook = nbformat.read(path, 4)
    notebook.cells[0].outputs = [nbformat.v4.new_output("stream", text="x = 1\ny = 2")]
    nbformat.write(notebook, path)
    place = read(str(path)).place("c1", 2)
    lines = path.read_text().splitlines()
    assert place.file_line == max(at for at, line in enumerate(lines, 1) if '"y = 2"' in line)


def test_a_file_without_a_line_for_each_line_has_none(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ipynb", DATA, WRONG)
    path.write_text(json.dumps(json.loads(path.read_text())))
    assert read(str(path)).place("c1", 5) == Place(2, 5, None)
    assert read(str(path)).place(None, 5) == Place(None, 5, None)


def test_a_script_is_one_cell_whose_lines_are_the_files(tmp_path: Path) -> None:
    path = tmp_path / "a b.py"
    path.write_bytes(b"# -*- coding: latin-1 -*-\nx = '\xe9'\n")
    document = read(str(path))
    assert document.cells[0].source.endswith("x = 'é'\n")
    assert document.place("script", 2) == Place(None, 2, 2)


@pytest.mark.parametrize("major", [3, 4])
def test_older_notebooks_and_those_without_ids_are_read(tmp_path: Path, major: int) -> None:
    path = write(tmp_path / "a.ipynb", DATA, WRONG)
    old = nbformat.convert(nbformat.read(path, 4), major)
    if major == 4:
        old.nbformat_minor = 2
        for cell in old.cells:
            del cell["id"]
    path.write_text(json.dumps(old))
    before = path.read_bytes()
    document = read(str(path))
    assert [cell.source for cell in document.cells] == [DATA, WRONG]
    assert len({cell.id for cell in document.cells}) == 2
    assert path.read_bytes() == before


def test_cells_of_the_same_id_are_told_apart(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ipynb", DATA, WRONG)
    path.write_text(path.read_text().replace('"c1"', '"c0"'))
    assert [cell.id for cell in read(str(path)).cells] == ["c0", "cell-2"]


class TestParameters:
    def sources(self, document: Document) -> list[str]:
        return [cell.source for cell in document.with_parameters("k = 3").cells]

    def test_come_after_the_tagged_cell(self, tmp_path: Path) -> None:
        document = read(str(write(tmp_path / "a.ipynb", "a", "k = 1", "b", tags={1: ["parameters"]})))
        assert self.sources(document) == ["a", "k = 1", "k = 3", "b"]
        # Which does not change what Jupyter would show beside the others.
        assert [cell.number for cell in document.with_parameters("k = 3").cells] == [1, 2, None, 3]

    def test_come_first_where_no_cell_is_tagged(self, tmp_path: Path) -> None:
        assert self.sources(read(str(write(tmp_path / "a.ipynb", "a")))) == ["k = 3", "a"]

    def test_replace_an_earlier_injection(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.ipynb", "k = 1", "k = 2", "b", tags={0: ["parameters"], 1: ["injected-parameters"]})
        assert self.sources(read(str(path))) == ["k = 1", "k = 3", "b"]


GOOD = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"\xff\xfe\x00", "is not text"),
        (b"%PDF-1.4", "is not a notebook, or damaged"),
        (b'{"nbformat": 4, "cells": [', "is not a notebook, or damaged: "),
        (b"[" * 100_000, "is not a notebook, or damaged"),
        (b"[1]", "it is JSON, but has no cells"),
        (b'{"nbformat": "4", "cells": []}', "it is JSON, but has no cells"),
        (json.dumps({**GOOD, "nbformat": 7}).encode(), "is a notebook of format 7"),
        (json.dumps({**GOOD, "cells": [{"cell_type": "code"}]}).encode(), "is damaged: KeyError"),
        (json.dumps({**GOOD, "cells": 3}).encode(), "is damaged"),
        (json.dumps({**GOOD, "cells": [None]}).encode(), "is damaged"),
        (b'{"nbformat": 3, "worksheets": 5}', "is damaged"),
    ],
)
def test_what_is_no_notebook(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a b.ipynb"
    path.write_bytes(content)
    with pytest.raises(CannotCheck) as caught:
        read(str(path))
    assert caught.value.problem.code == "not_a_notebook"
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("metadata", [{}, {"kernelspec": None}, {"kernelspec": {"name": 3}}, {"kernelspec": "python3"}])
def test_odd_metadata_name_no_kernel(tmp_path: Path, metadata: Any) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({**GOOD, "metadata": metadata}))
    assert read(str(path)).kernel == ""


def test_a_folder_and_nothing_at_all(tmp_path: Path) -> None:
    with pytest.raises(CannotCheck, match=r"is a folder. Name notebooks in it: '.*/\*\*/\*\.ipynb'"):
        read(str(tmp_path))
    with pytest.raises(CannotCheck, match="There is no file"):
        read(str(tmp_path / "gone.ipynb"))
    with pytest.raises(CannotCheck, match="There is no file"):
        read(str(tmp_path / "gone.py"))


def test_a_script_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x = '\xff'\n")
    with pytest.raises(CannotCheck, match="is not a Python script"):
        read(str(tmp_path / "a.py"))
