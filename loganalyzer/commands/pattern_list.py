"""`patterns list` and `patterns show`: what the library holds."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Sequence
from pathlib import Path

from loganalyzer.commands.layout import INDENT, WIDTH, items, paragraph, section, table
from loganalyzer.errors import UsageError
from loganalyzer.library import Library, Pattern, load
from loganalyzer.library.samples import Sample, read_samples
from loganalyzer.report.layout import shorten
from loganalyzer.text import clean

__all__ = ["check_known", "list_patterns", "show_pattern"]

ALIKE = 0.5
SUGGESTED = 3


def list_patterns(family: str | None, states: str | None, patterns: tuple[Path, ...]) -> str:
    """List patterns, family by family.

    Raises:
        UsageError: there is no such family or statement, or no pattern of both.
        LibraryError: the patterns cannot be used.
    """
    library = load(patterns)
    families = sorted({pattern.family for pattern in library.patterns})
    check_known("family", family, families)
    check_known("statement", states, sorted(library.words.statements))
    chosen = [one for one in library.patterns if family in (None, one.family) and states in (None, one.states)]
    if not chosen:
        raise UsageError("no pattern has this family and this statement")
    lines: list[str] = []
    ordered = sorted(chosen, key=lambda pattern: (pattern.family, pattern.id))
    for name, group in itertools.groupby(ordered, key=lambda pattern: pattern.family):
        rows = [[pattern.id, f"{pattern.states}: {pattern.title}"] for pattern in group]
        lines += [f"{name} ({len(rows)})", *table(["pattern", "states"], rows, 1), ""]
    total = f"{len(chosen)} pattern{'s' if len(chosen) != 1 else ''}"
    return (
        "\n".join([*lines, f"{total} of {len(library.patterns)}" if len(chosen) < len(library.patterns) else total])
        + "\n"
    )


def show_pattern(name: str, patterns: tuple[Path, ...]) -> str:
    """Show everything about a pattern. Raises UsageError for an unknown id, LibraryError for a broken library."""
    library = load(patterns)
    check_known("pattern", name, list(library.by_id))
    pattern = library.by_id[name]
    path = Path(pattern.path).with_suffix(".log")
    samples, _ = read_samples(path) if path.is_file() else ([], [])
    lines = [*paragraph(f"{pattern.id}: {pattern.title}", "")]
    lines += section("What it states", _statement_lines(pattern, library))
    lines += section("Which lines it looks at", _scope_lines(pattern))
    lines += section("Regexes", _rule_lines(pattern))
    written = [one for one in samples if not one.is_derived]
    lines += section("Samples that it matches", _sample_lines([one for one in written if one.matches]))
    lines += section("Near misses", _sample_lines([one for one in written if not one.matches]))
    changed = len(samples) - len(written)
    if changed:
        lines += section("Changed samples", paragraph(f"{changed}, the #~ lines of {path}"))
    lines += section("Written by", items(pattern.written_by))
    lines += section("Limits", paragraph(pattern.limits))
    return "\n".join(lines) + "\n"


def check_known(kind: str, name: str | None, names: Sequence[str]) -> None:
    """Refuse a name that is none of the known ones, and suggest those that look like it."""
    if name is None or name in names:
        return
    inside = [one for one in names if name.lower() in one]
    near = list(dict.fromkeys([*difflib.get_close_matches(name.lower(), names, SUGGESTED, ALIKE), *inside]))[:SUGGESTED]
    help_text = f"; did you mean {' or '.join(near)}?" if near else ""
    raise UsageError(f'there is no {kind} "{shorten(name, WIDTH)}"{help_text}')


def _statement_lines(pattern: Pattern, library: Library) -> list[str]:
    """Write the statement with its meaning, and the values that always hold."""
    lines = paragraph(f"{pattern.states}: {library.words.statements.get(pattern.states, '')}")
    if pattern.gives:
        given = ", ".join(f"{name} = {value}" for name, value in pattern.gives.items())
        lines += paragraph(f"always gives {given}")
    return lines


def _scope_lines(pattern: Pattern) -> list[str]:
    """Write of which source and platform a line must be."""
    lines = paragraph(f"sources: {', '.join(pattern.sources)}")
    lines += paragraph(f"platforms: {', '.join(pattern.platforms) or 'all'}")
    lines += paragraph(f"family: {pattern.family}")
    if pattern.unless:
        lines += paragraph(f"yields to: {', '.join(pattern.unless)}")
    return lines


def _rule_lines(pattern: Pattern) -> list[str]:
    """Write hints and regexes; a regex is broken at any place, and never changed."""
    lines: list[str] = []
    for number, rule in enumerate(pattern.rules, start=1):
        lines += paragraph(f'{number}. hint "{rule.hint}"', INDENT, INDENT * 2)
        lines += [part for line in rule.regex.splitlines() for part in _broken(line, INDENT * 3)]
    return lines


def _sample_lines(samples: Sequence[Sample]) -> list[str]:
    """Write samples below what is expected of them."""
    lines: list[str] = []
    for one in samples:
        values = " ".join(f"{name}={value}" for name, value in one.values.items())
        lines += paragraph(one.reason if not one.matches else values or "captures nothing", INDENT, INDENT * 2)
        lines += _broken(clean(one.text), INDENT * 3)
    return lines


def _broken(text: str, indent: str) -> list[str]:
    """Cut a text at the width, spaces kept."""
    room = WIDTH - len(indent)
    return [indent + text[start : start + room] for start in range(0, len(text), room)] or [indent]
