"""Pattern: a mapping from a YAML file becomes a record, or problems with file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loganalyzer.errors import Problem
from loganalyzer.late import late_regex
from loganalyzer.model import PLATFORMS, SOURCES, Value

__all__ = ["Pattern", "Rule", "Vocabulary", "check_mapping", "pattern_from_mapping"]

MANDATORY = ("id", "title", "states", "sources", "match", "written_by", "limits")
OPTIONAL = ("platforms", "gives", "unless", "fallback")
ID = late_regex(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SHORTEST_HINT = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """One regex of a pattern.

    Attributes:
        hint: literal that every match contains, lower case.
        regex: source of the regular expression.
        line: 1-based line in the pattern file.
    """

    hint: str
    regex: str
    line: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """One entry of the library.

    Attributes:
        id: kebab-case, equal to the file name.
        title: one sentence for people.
        states: the statement made.
        sources: which kinds of event may match.
        platforms: which platforms' events may match; empty for all.
        gives: values that hold whenever the pattern matches.
        unless: patterns that it yields to on the same line.
        fallback: whether it yields to every pattern that makes the same statement about the line and is no
            fallback itself.
        rules: the regexes, tried in order; the first that matches counts.
        written_by: the programs that write such a line.
        limits: what else could match.
        family: the folder.
        path: the file.
    """

    id: str
    title: str
    states: str
    sources: tuple[str, ...]
    platforms: tuple[str, ...]
    gives: Mapping[str, Value]
    unless: tuple[str, ...]
    rules: tuple[Rule, ...]
    written_by: tuple[str, ...]
    limits: str
    family: str
    path: str
    fallback: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Declared words: statements with their meaning, values with type and meaning."""

    statements: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)


def check_mapping(
    raw: dict[str, Any], path: Path, lines: Mapping[str, int], words: Vocabulary, *, is_trusted: bool = False
) -> list[Problem]:
    """Find everything that is wrong with one pattern file.

    Args:
        raw: the file's mapping.
        path: the file.
        lines: 1-based line of each top-level key, and of each regex under `regex N`.
        words: the declared vocabulary.
        is_trusted: whether the regexes are known to be right.

    Returns:
        Problems in the order of the file; empty when the pattern can be used.
    """
    problems: list[Problem] = []

    def report(key: str, what: str, help: str = "", reason: str = "") -> None:  # noqa: A002 (the record's word)
        problems.append(Problem(str(path), lines.get(key), what, reason=reason, help=help))

    for key in MANDATORY:
        if not raw.get(key):
            report(key, f'key "{key}" is missing or empty', f'add "{key}", see patterns/README.md')
    for key in raw:
        if key not in MANDATORY + OPTIONAL:
            report(key, f'unknown key "{key}"', f"known are: {', '.join(MANDATORY + OPTIONAL)}")
    if problems:
        return problems
    if raw["id"] != path.stem:
        report("id", f'id "{raw["id"]}" differs from the file name "{path.stem}"', "rename one of them")
    if not ID.fullmatch(str(raw["id"])):
        report("id", f'id "{raw["id"]}" is not kebab-case')
    if raw["states"] not in words.statements:
        report("states", f'statement "{raw["states"]}" is not declared', "declare it in patterns/vocabulary.yaml")
    for key, known in (("sources", SOURCES), ("platforms", PLATFORMS)):
        for name in _as_list(raw.get(key)):
            if name not in known:
                report(key, f'"{name}" is none of {key}: {", ".join(known)}')
    for name, value in (raw.get("gives") or {}).items():
        problem = _value_problem(name, value, words)
        if problem:
            report("gives", problem)
    if not is_trusted:
        problems += _check_rules(raw, path, lines, words)
    return problems


def _check_rules(raw: dict[str, Any], path: Path, lines: Mapping[str, int], words: Vocabulary) -> list[Problem]:
    """Check hints and regexes of one pattern."""
    import regex  # noqa: PLC0415 (start-up time)

    problems: list[Problem] = []
    for number, entry in enumerate(_as_list(raw["match"]), start=1):
        line = lines.get(f"regex {number}", lines.get("match"))
        if not isinstance(entry, dict) or set(entry) != {"hint", "regex"}:
            problems.append(Problem(str(path), line, f"entry {number} of match needs exactly hint and regex"))
            continue
        hint, source = str(entry["hint"]), str(entry["regex"])
        if len(hint.strip()) < SHORTEST_HINT:
            problems.append(
                Problem(
                    str(path),
                    line,
                    f'hint "{hint}" is shorter than {SHORTEST_HINT} characters',
                    reason="short hints make every line a candidate",
                    help="take a longer literal of the regex",
                )
            )
        try:
            compiled = regex.compile(source)
        except regex.error as error:
            problems.append(Problem(str(path), line, f"regex {number} does not compile: {error}"))
            continue
        if compiled.groups != len(compiled.groupindex):
            problems.append(
                Problem(str(path), line, f"regex {number} has a group without a name", help="write (?:…) or name it")
            )
        problems += [
            Problem(str(path), line, f'value name "{name}" is not declared', help="declare it in vocabulary.yaml")
            for name in compiled.groupindex
            if name not in words.types
        ]
        word = re.search(r"(?<!\\)\[([A-Za-z]{3,})\]", source)
        if word:
            problems.append(
                Problem(
                    str(path),
                    line,
                    f"regex {number} has the unescaped word [{word[1]}]",
                    reason="in brackets it is a set of letters",
                    help=rf"write \[{word[1]}\]",
                )
            )
        if re.search(r"(?<!\\)\.[*+](?!\?)(?:\\.|[^(){}\\])*\(\?P<", source) and not source.lstrip("(?i)").startswith(
            "^"
        ):
            problems.append(
                Problem(
                    str(path),
                    line,
                    f"regex {number} has a greedy catch-all before a capture",
                    reason="it takes the last place that fits and can cost quadratic time",
                    help="use a narrow class, a bounded or lazy repeat, or anchor with ^",
                )
            )
    return problems


def pattern_from_mapping(raw: dict[str, Any], path: Path, lines: Mapping[str, int]) -> Pattern:
    """Make the record of a mapping that `check_mapping` found nothing wrong with."""
    return Pattern(
        id=raw["id"],
        title=raw["title"],
        states=raw["states"],
        sources=tuple(_as_list(raw["sources"])),
        platforms=tuple(_as_list(raw.get("platforms"))),
        gives=dict(raw.get("gives") or {}),
        unless=tuple(_as_list(raw.get("unless"))),
        rules=tuple(
            Rule(str(entry["hint"]).lower(), str(entry["regex"]), lines.get(f"regex {number}", 0))
            for number, entry in enumerate(_as_list(raw["match"]), start=1)
        ),
        written_by=tuple(str(item) for item in _as_list(raw["written_by"])),
        limits=str(raw["limits"]),
        family=path.parent.name,
        path=str(path),
        fallback=bool(raw.get("fallback", False)),
    )


def _as_list(value: object) -> list[Any]:
    """Give a list for a list, a single thing or nothing."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _value_problem(name: str, value: object, words: Vocabulary) -> str:
    """Say what is wrong with a constant value; empty when nothing is."""
    if name not in words.types:
        return f'value name "{name}" is not declared'
    if words.types[name] == "integer" and not isinstance(value, int):
        return f'value "{name}" must be an integer, not {value!r}'
    return ""
