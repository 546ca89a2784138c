"""The documentation: made from the data as it is, complete, with links that lead somewhere, and readable offline."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from loganalyzer.knowledge import all_entries
from loganalyzer.library import Library

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
MADE = "generated/"
FENCE = re.compile(r"^(?P<fence>`{3,}).*?^(?P=fence)$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)")
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
NAMED = re.compile(r"\{ #(?P<name>[^\s}]+) \}|<a id=\"(?P<inline>[^\"]+)\"")
HEADING = re.compile(r"^#+ (?P<text>.+?)(?: \{ #\S+ \})?$", re.MULTILINE)
FETCHED = re.compile(
    r"<(?:script|img|iframe|source)[^>]*\ssrc=\"https?:|<link[^>]*\shref=\"https?:|url\(['\"]?https?:|@import"
)
SECTIONS = ("How it is told from its neighbours", "What a log must show", "Example", "How it is mended")


@pytest.fixture(scope="module")
def generate() -> Any:
    """Give the script that writes the pages."""
    sys.path.insert(0, str(DOCS))
    return importlib.import_module("generate")


@pytest.fixture(scope="module")
def pages(generate: Any, library: Library) -> dict[str, str]:
    """Give the made pages, fresh from the data."""
    made: dict[str, str] = generate.make_pages(generate.load_sources(library))
    return made


@pytest.fixture(scope="module")
def site(pages: dict[str, str]) -> dict[str, str]:
    """Give every page of the site by its path below the documentation's folder."""
    written = {path.relative_to(DOCS).as_posix(): path for path in DOCS.rglob("*.md")}
    own = {name: path.read_text(encoding="utf-8") for name, path in written.items() if not name.startswith(MADE)}
    return {**own, **pages}


def without_code(text: str) -> str:
    """Take blocks and pieces of code out of a page."""
    return CODE.sub("", FENCE.sub("", text))


def anchors_of(text: str) -> set[str]:
    """Give what can be linked to on a page: the names that are given, and those that headings get by themselves."""
    text = FENCE.sub("", text)
    given = {found["name"] or found["inline"] for found in NAMED.finditer(text)}
    return given | {
        re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", found["text"]).strip().lower())
        for found in HEADING.finditer(text)
    }


def links_of(text: str) -> Iterator[str]:
    """Give the targets of a page's links within the site."""
    for found in LINK.finditer(without_code(text)):
        if "://" not in found["target"] and not found["target"].startswith("mailto:"):
            yield found["target"]


def test_pages_are_the_same_each_time(generate: Any, library: Library, pages: dict[str, str]) -> None:
    """The same data gives the same pages, to the letter, and none of them speaks of the machine that made it."""
    assert generate.make_pages(generate.load_sources(library)) == pages
    assert [name for name, text in pages.items() if str(ROOT) in text] == []


@pytest.mark.parametrize(
    "entry", [entry for entry in all_entries() if entry.is_judged], ids=lambda entry: str(entry.word)
)
def test_every_cause_has_its_page(entry: Any, pages: dict[str, str]) -> None:
    """A cause's page says what it is, how it is told apart, and shows a log with this verdict; a real cause says how it is mended."""
    text = pages[f"{MADE}causes/{entry.word}.md"]
    assert text.startswith(f"# {entry.word}\n")
    headings = {found["text"] for found in HEADING.finditer(FENCE.sub("", text))}
    assert set(SECTIONS if entry.kind == "cause" else SECTIONS[:3]) <= headings
    report = FENCE.findall(text)
    assert report
    verdict = text.partition("says about it:")[2]
    word = {"healthy": "HEALTHY", "unknown": "UNKNOWN"}.get(entry.word, entry.word)
    assert word in verdict.partition("\n## ")[0].partition("EVIDENCE")[0]


def test_every_word_has_its_anchor(pages: dict[str, str]) -> None:
    """Each code, line and status that can be explained has a section on the page of its platform."""
    missing = [
        entry.word
        for entry in all_entries()
        if not entry.is_judged
        and re.sub(r"[^a-z0-9]+", "-", entry.word.lower()).strip("-")
        not in anchors_of(pages[f"{MADE}platforms/{entry.platform}.md"])
    ]
    assert missing == []


def test_every_pattern_has_its_section(library: Library, pages: dict[str, str]) -> None:
    """Each pattern has a section with its source and its limits, each statement a row."""
    anchors = {name: anchors_of(text) for name, text in pages.items()}
    assert [one.id for one in library.patterns if one.id not in anchors[f"{MADE}patterns/{one.family}.md"]] == []
    assert set(library.words.statements) <= anchors[f"{MADE}patterns/statements.md"]


def test_links_lead_somewhere(site: dict[str, str]) -> None:
    """A link within the site leads to a page that is there, and to an anchor that is on it."""
    anchors = {name: anchors_of(text) for name, text in site.items()}
    dead = []
    for name, text in site.items():
        for target in links_of(text):
            place, _, part = target.partition("#")
            page = posixpath.normpath(posixpath.join(posixpath.dirname(name), place)) if place else name
            if page not in site or (part and part not in anchors[page]):
                dead.append(f"{name}: {target}")
    assert dead == []


def test_navigation_leads_somewhere(site: dict[str, str]) -> None:
    """Every entry of the navigation is a page, and every page is reached from one, directly or by links."""
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    reached = list(targets(settings["nav"]))
    assert [name for name in reached if name not in site] == []
    for name in reached:
        for target in links_of(site[name]):
            page = posixpath.normpath(posixpath.join(posixpath.dirname(name), target.partition("#")[0]))
            if page in site and page not in reached:
                reached.append(page)
    assert set(site) - set(reached) == set()


def targets(nav: Any) -> Iterator[str]:
    """Give the pages of a navigation."""
    for item in nav:
        for value in item.values():
            yield from targets(value) if isinstance(value, list) else [value]


def test_writing_examples(generate: Any) -> None:
    """The examples in the generator's docstrings hold."""
    module = importlib.import_module("generator.writing")
    assert generate.FOLDER
    assert doctest.testmod(module) == (0, 3)


def test_site_builds_and_fetches_nothing(generate: Any, pages: dict[str, str], tmp_path: Path) -> None:
    """The site builds without a warning, and no page of it loads anything from elsewhere."""
    if importlib.util.find_spec("mkdocs") is None:
        pytest.skip("mkdocs is not installed")
    shutil.copytree(DOCS, tmp_path / "docs", ignore=shutil.ignore_patterns("generated", "__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    generate.write(pages, tmp_path / "docs")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    built = list((tmp_path / "site").rglob("*"))
    assert (tmp_path / "site" / "index.html") in built
    fetching = [
        path.name
        for path in built
        if path.suffix in (".html", ".css") and FETCHED.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert fetching == []


def test_decisions_are_numbered() -> None:
    """The numbers of the decisions follow one another, in the names and in the headings."""
    paths = sorted((DOCS / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in paths] == list(range(1, len(paths) + 1))
    for number, path in enumerate(paths, start=1):
        assert path.read_text(encoding="utf-8").startswith(f"# {number}. ")


@pytest.mark.parametrize(
    ("page", "command", "log"),
    [
        ("README.md", "heroku logs -n 1500 -a my-app | loganalyzer", "heroku-port-hardcoded.log"),
        ("docs/how-to/read-a-report.md", "loganalyzer sample_logs/render-boot-slow.log", "render-boot-slow.log"),
    ],
)
def test_shown_reports_are_printed_today(page: str, command: str, log: str) -> None:
    """Each line of a report in the documents stands in what the program prints, in the same order."""
    text = (ROOT / page).read_text(encoding="utf-8").partition(f"$ {command}\n")[2].partition("```")[0]
    path = f"sample_logs/{log}"
    with (ROOT / path).open("rb") as file:
        arguments = [] if "|" in command else [path]
        done = subprocess.run(
            [sys.executable, "-m", "loganalyzer", *arguments], stdin=file, capture_output=True, cwd=ROOT, check=False
        )
    printed = iter(done.stdout.decode().splitlines())
    for line in text.splitlines():
        assert line.strip() == "..." or line in printed, line


def test_every_module_has_its_row(pages: dict[str, str]) -> None:
    """The map names each module with what it is for."""
    text = pages[f"{MADE}project/modules.md"]
    for path in (ROOT / "loganalyzer").rglob("*.py"):
        if path.name != "__init__.py":
            assert re.search(rf"^\| `(?:[\w/]+/)?{re.escape(path.name)}` \| \S", text, re.MULTILINE), path
