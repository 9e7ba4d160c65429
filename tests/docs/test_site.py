"""The site is built without a warning and without the network; it says all that the package has, and its links lead somewhere."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from jupyterlab_gradcheck import contract
from jupyterlab_gradcheck.server.app import GradcheckApp

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-d", made / "doctrees", DOCS, made / "html"],
        capture_output=True,
        text=True,
        timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return made / "html"


def page(site: Path, name: str) -> str:
    """The text of a page, without its tags."""
    return html.unescape(re.sub(r"<[^>]+>", "", (site / f"{name}.html").read_text(encoding="utf-8")))


def test_every_page_and_notebook_is_there(site: Path) -> None:
    pages = [path.relative_to(DOCS) for path in DOCS.rglob("*.md") if "_build" not in path.parts]
    notebooks = [path.relative_to(ROOT) for path in (ROOT / "examples").glob("*.ipynb")]
    assert len(pages) > 20
    assert len(notebooks) == 6
    assert [path for path in [*pages, *notebooks] if not (site / path.with_suffix(".html")).is_file()] == []


def test_links_within_the_site_lead_somewhere(site: Path) -> None:
    anchors: dict[Path, set[str]] = {}
    broken = []
    for source in site.rglob("*.html"):
        for link in re.findall(r'(?:href|src)="([^"]+)"', source.read_text(encoding="utf-8")):
            parts = urlsplit(html.unescape(link))
            if parts.scheme or parts.netloc:
                continue
            target = (source.parent / unquote(parts.path)).resolve() if parts.path else source
            if not target.is_file():
                broken.append(f"{source.relative_to(site)}: {link}")
            elif parts.fragment and target.suffix == ".html":
                if target not in anchors:
                    anchors[target] = set(re.findall(r'(?:id|name)="([^"]+)"', target.read_text(encoding="utf-8")))
                if unquote(parts.fragment) not in anchors[target]:
                    broken.append(f"{source.relative_to(site)}: {link}")
    assert broken == []


def test_links_of_the_markdown_lead_somewhere_in_the_repository() -> None:
    for source in DOCS.rglob("*.md"):
        if "_build" in source.parts:
            continue
        text = re.sub(r"```.*?```", "", source.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            place = source.parent / target
            # The notebooks are put beside the pages when the site is built; here they are in the examples.
            if place.suffix == ".ipynb":
                place = ROOT / "examples" / place.name
            assert place.exists(), f"{source.relative_to(DOCS)}: {target}"


def test_a_promise_links_to_the_line_of_its_test(site: Path) -> None:
    text = (site / "reliability.html").read_text(encoding="utf-8")
    found = re.search(
        r'href="(source/tests/server/test_queue\.py\.html)#line-(\d+)"[^>]*>.*?test_cells_before_and_behind', text
    )
    assert found is not None
    lines = (ROOT / "tests" / "server" / "test_queue.py").read_text(encoding="utf-8").split("\n")
    assert "def test_cells_before_and_behind" in lines[int(found[2]) - 1]
    assert "def test_cells_before_and_behind" in page(site, found[1].removesuffix(".html"))


def test_http_reference_has_every_call_answer_and_body(site: Path) -> None:
    text = page(site, "reference/http")
    document = yaml.safe_load(contract.openapi())
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                assert f"{method.upper()} {path.removeprefix('/')}" in text
                assert operation["summary"] in text
    for name in document["components"]["schemas"]:
        assert name in text
    assert contract.schema("report")["properties"]["noise"]["description"] in text


def test_settings_reference_has_every_setting(site: Path) -> None:
    plugin = json.loads((ROOT / "labextension" / "schema" / "plugin.json").read_text(encoding="utf-8"))
    text = page(site, "reference/settings")
    for name, setting in plugin["properties"].items():
        assert name in text
        assert setting["description"] in text


def test_server_reference_and_reliability_have_every_traitlet(site: Path) -> None:
    own = list(GradcheckApp.class_own_traits(config=True))
    assert len(own) >= 10
    for where in ("reference/server", "reliability"):
        assert [name for name in own if f"GradcheckApp.{name}" not in page(site, where)] == []


def test_magic_reference_says_what_its_help_says(site: Path) -> None:
    from jupyterlab_gradcheck.kernel.magic import GradcheckMagics

    options = set(re.findall(r"--[a-z][\w-]*", GradcheckMagics.gradcheck.__doc__ or ""))
    assert {"--epsilon", "--no-lift", "--steps"} < options
    text = page(site, "reference/magic")
    assert sorted(option for option in options if option not in text) == []


def test_python_reference_has_every_public_name_and_argument(site: Path) -> None:
    import inspect

    import jupyterlab_gradcheck

    text = page(site, "reference/python")
    for name in jupyterlab_gradcheck.__all__:
        assert name in text or name == "__version__"
    for name in inspect.signature(jupyterlab_gradcheck.gradcheck).parameters:
        assert f"{name} " in text


def test_command_line_reference_has_the_options_of_the_command() -> None:
    pytest.importorskip("jupyterlab_gradcheck.cli")
    command = [sys.executable, "-m", "jupyterlab_gradcheck.cli", "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    options = set(re.findall(r"^  (?:-\w \S+, |-\w, )?(--[\w-]+)", said, re.MULTILINE))
    text = (DOCS / "reference" / "command_line.md").read_text(encoding="utf-8")
    assert len(options) > 15
    assert sorted(option for option in options if option not in text) == []


def test_causes_are_those_of_the_contract() -> None:
    listed = re.findall(
        r"^\| `([\w-]+)` \|", (DOCS / "reference" / "causes.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(listed) == sorted(contract.schema("report")["$defs"]["Cause"]["properties"]["kind"]["enum"])


def test_figures_of_the_comparison_are_those_of_the_benchmarks() -> None:
    published = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    rows = {}
    for line in published.split("\n"):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 7 and " of " in cells[1]:
            rows[cells[0]] = cells
    text = (DOCS / "explanation" / "comparison.md").read_text(encoding="utf-8")
    compared = 0
    for line in text.split("\n"):
        name, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        name = name.replace("`", "")
        if name in rows and len(cells) == 4 and (" of " in cells[0] or cells[0].isdigit()):
            _, *found, evaluations, time = rows[name]
            (few, many), (quick, slow) = evaluations.split(" / "), time.split(" / ")
            assert cells in (found, [few, quick, many, slow]), name
            compared += 1
    assert compared == 14


def test_nothing_is_fetched_when_it_is_built_and_no_index_is_named() -> None:
    conf = (DOCS / "conf.py").read_text(encoding="utf-8")
    assert "intersphinx" not in conf
    assert "://" not in conf
