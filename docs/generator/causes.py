"""A page for each cause: what it is, how it is told from its neighbours, an example, how it is mended."""

from __future__ import annotations

from typing import Any

from generator.sources import ROOT, Example, Sources
from generator.writing import anchor, block, bullets, code, link, prose, table
from loganalyzer.diagnosis.causes import CAUSES_BY_ID
from loganalyzer.knowledge import Entry, needs_of
from loganalyzer.model import PLATFORM_NAMES
from loganalyzer.outcome import Analysis
from loganalyzer.report import render

__all__ = ["make_pages"]

MOST_LINES = 36
"""A longer log is shown by its telling lines and their surroundings."""

AROUND = 1

INTRODUCTION = """
Every root cause that a verdict can name, in order of precedence: of causes that hold equally the earlier one counts.
The last two verdicts are no causes. The ids are public interface.
""".strip()


def make_pages(sources: Sources) -> dict[str, str]:
    """Make the page of each cause, and the list of them."""
    judged = [entry for entry in sources.entries if entry.is_judged]
    pages = {f"causes/{entry.word}.md": _page(entry, sources) for entry in judged}
    pages["causes/index.md"] = _index(judged)
    return pages


def _index(judged: list[Entry]) -> str:
    """List the causes in their order of precedence."""
    rows = [(link(code(entry.word), f"{entry.word}.md"), prose(entry.title)) for entry in judged]
    return (
        "\n\n".join(
            [
                "# Causes",
                INTRODUCTION,
                table(("id", "what it says"), rows),
            ]
        )
        + "\n"
    )


def _page(entry: Entry, sources: Sources) -> str:
    """Write the page of one cause."""
    parts = [f"# {entry.word}", f"**{prose(entry.title)}.**", prose(entry.meaning)]
    if entry.told_apart:
        neighbours = ", ".join(link(code(name), f"{name}.md") for name in entry.neighbours)
        parts += ["## How it is told from its neighbours", prose(entry.told_apart)]
        parts += [f"Neighbours: {neighbours}."] if neighbours else []
    needs = needs_of(entry.word)
    if needs:
        parts += ["## What a log must show", prose(needs[0].upper() + needs[1:]) + "."]
    words = [one for one in sources.entries if one.word in entry.seen_as and not one.is_judged]
    if words:
        parts += ["## Where it shows", _words(words)]
    for example in sources.examples.get(entry.word, ()):
        analysis = sources.analyze(example)
        if analysis.worst.verdict.cause == entry.word:  # a log may bear another cause as well
            parts += ["## Example", *_example(example, analysis)]
            break
    parts += _mending(entry, sources)
    if entry.sources:
        parts += ["## Read more", bullets(f"<{page}>" for page in entry.sources)]
    return "\n\n".join(parts) + "\n"


def _words(words: list[Entry]) -> str:
    """Link the words of the platforms that point to a cause."""
    pages = {"any": "Exit statuses", **PLATFORM_NAMES}
    found = []
    for platform, name in pages.items():
        own = [one for one in words if one.platform == platform]
        if own:
            links = ", ".join(link(code(one.word), f"../platforms/{platform}.md#{anchor(one.word)}") for one in own)
            found.append(f"{name}: {links}")
    return bullets(found)


def _example(example: Example, analysis: Analysis) -> list[str]:
    """Show an example log and what the program says about it."""
    lines = example.path.read_text(encoding="utf-8").splitlines()
    path = example.path.relative_to(ROOT).as_posix()
    shown = _excerpt(lines, analysis)
    length = "the whole log" if len(shown) == len(lines) else f"its telling lines; the log has {len(lines)}"
    return [
        f"{code(path)}, {PLATFORM_NAMES[example.platform]}, {length}:",
        block(shown),
        f"What {code(f'loganalyzer {path}')} says about it:",
        block(render(analysis, "text").rstrip("\n").split("\n")),
    ]


def _excerpt(lines: list[str], analysis: Analysis) -> list[str]:
    """Choose the lines that are shown: all of a short log, else the evidence with its surroundings."""
    if len(lines) <= MOST_LINES:
        return lines
    telling = {
        one.line
        for report in analysis.reports
        for finding in (report.verdict, *report.incidents)
        for one in finding.evidence
    }
    if not telling:
        return [*lines[:MOST_LINES], "…"]
    near = sorted(
        {number for line in telling for number in range(line - AROUND, line + AROUND + 1) if 1 <= number <= len(lines)}
    )
    shown: list[str] = [] if near[0] == 1 else ["…"]
    for number, following in zip(near, [*near[1:], 0], strict=True):
        shown.append(lines[number - 1])
        if following not in (number + 1, 0):
            shown.append("…")
    return shown if near[-1] == len(lines) else [*shown, "…"]


def _mending(entry: Entry, sources: Sources) -> list[str]:
    """List the changes that mend a cause: those for everyone, then those by framework."""
    fixes = [fix for fix in sources.fixes if entry.word in fix["causes"]]
    if not fixes and entry.word not in CAUSES_BY_ID:
        return []
    general = [fix for fix in fixes if "frameworks" not in fix]
    special = [fix for fix in fixes if "frameworks" in fix]
    parts = ["## How it is mended"]
    parts += [_fix(fix, _where(fix)) for fix in general]
    if special:
        parts += ["### By framework"]
        parts += [
            _fix(fix, ", ".join(code(name) for name in fix["frameworks"]) + _where(fix, " on ")) for fix in special
        ]
    return parts


def _where(fix: dict[str, Any], before: str = "") -> str:
    """Name the platforms of a change; nothing when it holds everywhere."""
    names = [PLATFORM_NAMES.get(name, name) for name in fix.get("platforms", ())]
    return before + ", ".join(names) if names else ""


def _fix(fix: dict[str, Any], label: str) -> str:
    """Write one change."""
    title = f"**{prose(fix['title'])}**" + (f" ({label})" if label else "")
    parts = [title]
    if fix.get("snippet"):
        parts.append(block(fix["snippet"].strip("\n").split("\n")))
    if fix.get("url"):
        parts.append(f"<{fix['url']}>")
    return "\n\n".join(parts)
