"""`why LOG:LINE`: what the ingester made of a line, which patterns looked at it, and how far each of them got."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import regex

from loganalyzer.commands.inputs import read_lines
from loganalyzer.commands.layout import INDENT, WIDTH, items, paragraph, quote, section
from loganalyzer.commands.regex_reach import Reach, reach
from loganalyzer.ingesters import parse
from loganalyzer.library import Library, Matcher, Pattern, Rule, load
from loganalyzer.library.match import LONGEST_MESSAGE
from loganalyzer.library.plans import TIME_LIMIT_S
from loganalyzer.model import UNDATED_YEAR, Claim, Event, Match
from loganalyzer.text import clean

__all__ = ["Looks", "explain_line", "look_at"]

NEAREST = 5
SHORTEST_REACH = 3
"""A regex that matched fewer characters is not worth showing as long as others came nearer."""

MOST_NAMED = 6
CLAIM_WORDS = {
    Claim.HEADED: "it has the prefix of that platform",
    Claim.BARE: "it has no prefix, but wording of that platform alone",
    Claim.WEAK: "its shape is written by other programs as well",
}


@dataclass
class Looks:
    """What the patterns whose hint stands in a line said about it.

    Attributes:
        matched: the matches.
        yielded: patterns whose regex matches and that yield to one of the matches.
        failed: (pattern, its rule, how far it got), the one that got furthest first.
        other_source: patterns that want another source.
        other_platform: patterns that want another platform.
    """

    matched: list[Match] = field(default_factory=list)
    yielded: list[Pattern] = field(default_factory=list)
    failed: list[tuple[Pattern, Rule, Reach]] = field(default_factory=list)
    other_source: list[Pattern] = field(default_factory=list)
    other_platform: list[Pattern] = field(default_factory=list)


def explain_line(target: str, platform: str | None, patterns: tuple[Path, ...], *, everything: bool = False) -> str:
    """Explain one line of a log.

    Args:
        target: LOG:LINE.
        platform: the platform that the user named; None to find out.
        patterns: folders with the user's own patterns.
        everything: whether every pattern that failed is shown, not the nearest alone.

    Raises:
        UsageError: the target names no line.
        InputError: the log cannot be read.
        LibraryError: the patterns cannot be used.
    """
    name, lines = read_lines(target)
    library = load(patterns)
    parts = []
    for line in lines:
        event = parse(line, platform)
        looks = look_at(event, library)
        text = paragraph(f"{'standard input' if name == '-' else name}, line {line.number}", "")
        text += section("What the line is", _event_lines(event))
        text += section("Patterns that match", _matched_lines(looks, library))
        text += section("Patterns that yield to another one", items(pattern.id for pattern in looks.yielded))
        text += section("Patterns whose hint is there and whose regex fails", _failed_lines(looks, everything))
        text += section("Patterns that were not asked", _other_lines(event, looks))
        parts.append("\n".join(text))
    return "\n\n".join(parts) + "\n"


def look_at(event: Event, library: Library) -> Looks:
    """Ask every pattern whose hint stands in the line."""
    looks = Looks(matched=Matcher(library).match(event))
    ids = {match.pattern for match in looks.matched}
    message = event.message[:LONGEST_MESSAGE]
    lowered = message.lower()
    for pattern in library.patterns:
        rules = [rule for rule in pattern.rules if rule.hint in lowered]
        if not rules or pattern.id in ids:
            continue
        if event.source not in pattern.sources:
            looks.other_source.append(pattern)
        elif pattern.platforms and event.platform not in (*pattern.platforms, "plain"):
            looks.other_platform.append(pattern)
        elif any(_matches(rule, message) for rule in rules):
            looks.yielded.append(pattern)
        else:
            tried = [(rule, reach(rule.regex, message)) for rule in rules]
            looks.failed.append((pattern, *max(tried, key=lambda pair: (len(pair[1].matched), pair[1].share))))
    looks.failed.sort(key=lambda one: (-len(one[2].matched), -one[2].share, one[0].id))
    return looks


def _matches(rule: Rule, message: str) -> bool:
    """Say whether a rule's regex matches; one that takes too long does not, as in the analysis."""
    try:
        return regex.search(rule.regex, message, timeout=TIME_LIMIT_S) is not None
    except TimeoutError:
        return False


def _event_lines(event: Event) -> list[str]:
    """Write what the ingester made of the line."""
    known = CLAIM_WORDS[event.claim] if event.platform != "plain" else "no platform claims the line"
    rows = [
        ("platform", f"{event.platform} ({known})"),
        ("source", event.source),
        ("process", event.process or "not said"),
        ("time", _time(event)),
        ("app", event.app or "not said"),
        ("message", quote(event.message, 4 * WIDTH)),
    ]
    rows += [(f"field {name}", value) for name, value in event.fields.items()]
    width = max(len(clean(name)) for name, _ in rows)
    return [
        line
        for name, value in rows
        for line in paragraph(value, f"{INDENT}{clean(name):<{width}}{INDENT}", " " * (width + 2 * len(INDENT)))
    ]


def _time(event: Event) -> str:
    """Write the time as far as the line gives one."""
    if event.at is None:
        return "none"
    if event.at.year == UNDATED_YEAR:
        return f"{event.at:%H:%M:%S}, without a full date"
    return f"{event.at:%Y-%m-%d %H:%M:%S.%f} UTC"


def _matched_lines(looks: Looks, library: Library) -> list[str]:
    """Write the matches with their values."""
    if not looks.matched:
        return [f"{INDENT}none"]
    lines: list[str] = []
    for match in looks.matched:
        lines += paragraph(f"{match.pattern} states {match.statement}")
        lines += paragraph(library.by_id[match.pattern].title, INDENT * 2)
        if match.values:
            told = ", ".join(f"{name} {value}" for name, value in match.values.items())
            lines += paragraph(f"captured: {told}", INDENT * 2, INDENT * 3)
    return lines


def _failed_lines(looks: Looks, everything: bool) -> list[str]:
    """Write where the regexes failed, the nearest first."""
    near = [one for one in looks.failed if len(one[2].matched) >= SHORTEST_REACH] or looks.failed[:1]
    shown = looks.failed if everything else near[:NEAREST]
    lines: list[str] = []
    for pattern, rule, got in shown:
        lines += paragraph(f"{pattern.id} (would state {pattern.states})")
        for name, value in (
            ("hint", quote(rule.hint, WIDTH - 14)),
            ("matched", quote(got.matched, WIDTH - 14) if got.matched else "nothing"),
            ("wanted", quote(got.wanted, WIDTH - 14)),
            ("found", quote(got.found, WIDTH - 14) if got.found else "the end of the message"),
        ):
            lines.append(f"{INDENT * 2}{name:<8}{value}")
    hidden = len(looks.failed) - len(shown)
    if hidden:
        lines.append(f"{INDENT}{hidden} more with --all")
    return lines


def _other_lines(event: Event, looks: Looks) -> list[str]:
    """Name the patterns that are for other lines."""
    texts = []
    if looks.other_source:
        texts.append(f"for another source than {event.source}: {_names(looks.other_source)}")
    if looks.other_platform:
        texts.append(f"for another platform than {event.platform}: {_names(looks.other_platform)}")
    return items(texts)


def _names(patterns: Iterable[Pattern]) -> str:
    """Give the ids, the first few by name."""
    ids = [pattern.id for pattern in patterns]
    more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
    return ", ".join(ids[:MOST_NAMED]) + more
