"""Files of the checkout that belong into the documentation: how to contribute, how to write a pattern, what changed."""

from __future__ import annotations

import posixpath
import re

from generator.sources import ROOT, Sources

__all__ = ["make_pages"]

FILES = {
    "CONTRIBUTING.md": "project/contributing.md",
    "CHANGELOG.md": "project/changelog.md",
    "patterns/README.md": "project/patterns.md",
    "sample_logs/README.md": "project/sample-logs.md",
}
"""File of the checkout → page."""

DOCS = "docs/"
LINK = re.compile(r"\[(?P<text>[^\]\n]+)\]\((?P<target>[^)\s]+)\)")


def make_pages(sources: Sources) -> dict[str, str]:
    """Copy the files, with their links turned to where their targets are in the documentation."""
    del sources  # the files alone
    present = {name: page for name, page in FILES.items() if (ROOT / name).is_file()}
    pages = {page: _rehome((ROOT / name).read_text(encoding="utf-8"), name, page) for name, page in present.items()}
    return {**pages, "project/decisions.md": _decisions()}


def _decisions() -> str:
    """List the decisions by their headings."""
    rows = []
    for path in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        title = path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
        rows.append(f"- [{title}](../../decisions/{path.name})")
    return "\n".join(["# Decisions", "", "What was weighed and could be asked again.", "", *rows, ""])


def _rehome(text: str, name: str, page: str) -> str:
    """Turn the links of a file; one that leads out of the documentation becomes its text."""

    def turn(found: re.Match[str]) -> str:
        """Turn one link."""
        target = found["target"]
        if "://" in target or target.startswith("#"):
            return found[0]
        place, _, part = target.partition("#")
        inside = _inside(posixpath.normpath(posixpath.join(posixpath.dirname(name), place)))
        if inside is None:
            return found["text"]
        there = posixpath.relpath(inside, posixpath.dirname(f"generated/{page}"))
        return f"[{found['text']}]({there}{'#' + part if part else ''})"

    return LINK.sub(turn, text)


def _inside(path: str) -> str | None:
    """Give the place in the documentation of a file of the checkout, if it has one."""
    if path in FILES:
        return f"generated/{FILES[path]}"
    if path.startswith(DOCS) and path.endswith(".md"):
        return path.removeprefix(DOCS)
    return None
