"""Documents: makes postmortems for tests, and reads their pages."""

from __future__ import annotations

import html.parser
import subprocess
import sys
from pathlib import Path

from loganalyzer.pipeline import Settings, analyze
from loganalyzer.postmortem import Postmortem, build
from loganalyzer.redaction import Redactor

__all__ = ["COMMAND", "INCIDENTS", "ROOT", "Reader", "make", "read_page", "run"]

ROOT = Path(__file__).resolve().parent.parent
INCIDENTS = ROOT / "tests" / "incidents"
COMMAND = [sys.executable, "-m", "loganalyzer", "report"]
VOID = {"meta", "link", "br", "rect", "img", "input", "line", "path", "use"}


def make(*paths: Path, redact: bool = True) -> Postmortem:
    """Make the postmortem of logs."""
    settings = Settings(tuple(str(path) for path in paths))
    return build(settings, analyze(settings), redactor=Redactor() if redact else None)


def run(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], input=stdin, capture_output=True, cwd=ROOT, timeout=120, check=False
    )


class Reader(html.parser.HTMLParser):
    """Reads a page: its elements in order, and whether they are nested as they should be."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if tag in VOID and (not self.open or self.open[-1] != tag):
            return
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text.append(data)


def read_page(page: str) -> Reader:
    """Read a page and check that it is whole and asks nobody for anything."""
    reader = Reader()
    reader.feed(page)
    assert not reader.open
    assert len(page.encode()) <= 1_500_000
    ids = [attributes["id"] for _, attributes in reader.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))
    assert [tag for tag, _ in reader.elements].count("script") == 1
    assert [tag for tag, _ in reader.elements].count("style") == 1
    for tag, attributes in reader.elements:
        assert tag not in ("img", "iframe", "object", "embed", "base", "form") or attributes.get("class") == "filter"
        assert not [
            name
            for name in attributes
            if name.startswith("on") or name in ("style", "src", "srcset", "action", "xlink:href")
        ]
        target = attributes.get("href") or ""
        assert not target or target == "data:," or target.startswith(("#", "https://"))
        if target.startswith("#"):
            assert target[1:] in ids, target
    return reader
