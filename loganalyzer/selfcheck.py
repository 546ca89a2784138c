"""Runs the library's samples through the real ingesters and the real matcher, and reports like a compiler.

A pattern is proved by its samples: each regex has one that it matches, each pattern has two lines that it must match
and a near miss that it must not, captures are exactly what is written above the line, and no other pattern makes the
same statement about the line. Regexes are also run on hostile lines, where their time must grow about linearly, and no
hint may stand in most lines of a platform.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import regex

from loganalyzer.errors import LibraryError, Problem
from loganalyzer.ingesters import parse
from loganalyzer.library import Library, Matcher, Pattern, Rule, find_patterns
from loganalyzer.library.check_hints import check_hints
from loganalyzer.library.load import read_folders
from loganalyzer.library.samples import Sample, read_samples
from loganalyzer.model import Event, Line, Match
from loganalyzer.text import strip_ansi

__all__ = ["check_folder", "check_library", "check_pattern", "judge_sample", "parse_sample"]

FEWEST_HITS = 2
FEWEST_MISSES = 1
HOSTILE_LENGTH = 4096
SLOWEST_S = 0.25
LONGEST_WAIT_S = 2.0
ATTEMPTS = 3
"""A search is slow when it is slow each time."""


def check_folder(folder: Path | None = None) -> tuple[int, int, list[Problem]]:
    """Check a folder of patterns, the shipped ones when none is given.

    Args:
        folder: the whole library, or one family of it; its patterns are checked beside the shipped library.

    Returns:
        Number of patterns checked, number of samples run, and every problem found.
    """
    shipped = find_patterns()
    folder = (folder or shipped).resolve()
    inside = folder == shipped or shipped in folder.parents
    try:
        library = read_folders([shipped] if inside else [shipped, folder])
    except LibraryError as error:
        return 0, 0, error.problems
    chosen = [pattern for pattern in library.patterns if folder in Path(pattern.path).resolve().parents]
    return check_library(library, chosen)


def check_library(library: Library, chosen: Iterable[Pattern]) -> tuple[int, int, list[Problem]]:
    """Check some patterns of a library against their samples."""
    matcher = Matcher(library)
    problems: list[Problem] = []
    patterns = samples = 0
    for pattern in chosen:
        patterns += 1
        count, faults = check_pattern(pattern, matcher)
        samples += count
        problems += faults
    return patterns, samples, problems


def check_pattern(pattern: Pattern, matcher: Matcher) -> tuple[int, list[Problem]]:
    """Check one pattern; give the number of its samples and its problems."""
    path = Path(pattern.path).with_suffix(".log")
    if not path.is_file():
        return 0, [Problem(pattern.path, None, "the pattern has no samples", help=f"write {path.name} beside it")]
    samples, problems = read_samples(path)
    written = [sample for sample in samples if not sample.is_derived]
    hits = [sample for sample in written if sample.matches]
    if len(hits) < FEWEST_HITS:
        problems.append(Problem(str(path), None, f'{len(hits)} lines under "#=", at least {FEWEST_HITS} are needed'))
    if len(written) - len(hits) < FEWEST_MISSES:
        problems.append(Problem(str(path), None, 'no near miss under "#!"', help="add a line that it must not match"))
    problems += check_hints(pattern)
    used: set[int] = set()
    for sample in samples:
        problems += _check_sample(sample, pattern, matcher, used)
    for number, rule in enumerate(pattern.rules):
        if number not in used:
            problems.append(
                Problem(
                    pattern.path,
                    rule.line,
                    f"regex {number + 1} has no sample",
                    reason=f'no "#=" sample in {path.name} needs it',
                    help="add a line that it must match, or delete it",
                )
            )
        problems += _check_hostile(pattern, number, [rule.hint, *_messages(hits, rule)])
    return len(samples), problems


def _messages(hits: Sequence[Sample], rule: Rule) -> list[str]:
    """Give the message of the first sample that a rule matches, to lead a hostile line behind its anchors."""
    messages = (parse_sample(sample).message for sample in hits)
    return list(itertools.islice((text for text in messages if regex.search(rule.regex, text)), 1))


def _check_sample(sample: Sample, pattern: Pattern, matcher: Matcher, used: set[int]) -> list[Problem]:
    """Run one sample and compare."""
    event = parse_sample(sample)
    return judge_sample(sample, pattern, event, matcher.match(event), used)


def parse_sample(sample: Sample) -> Event:
    """Turn a sample into the event that the analysis makes of such a line."""
    return parse(Line(sample.line, strip_ansi(sample.text)))


def judge_sample(
    sample: Sample, pattern: Pattern, event: Event, matches: Sequence[Match], used: set[int]
) -> list[Problem]:
    """Compare what matched with what is written above a sample.

    Args:
        sample: the sample.
        pattern: its pattern.
        event: the event of the sample.
        matches: what the library makes of the event.
        used: the numbers of the pattern's rules that some sample needs; this sample's rule is added.
    """
    own = [match for match in matches if match.pattern == pattern.id]
    if not sample.matches:
        if own:
            return [
                Problem(sample.path, sample.line, f"{pattern.id} matches a line that it must not", reason=sample.reason)
            ]
        return []
    if not own:
        return [
            Problem(
                sample.path,
                sample.line,
                f"{pattern.id} does not match",
                reason=_why_not(event.source, event.platform, event.message, pattern),
            )
        ]
    used.add(_rule_used(pattern, event.message))
    given = {name: str(value) for name, value in own[0].values.items() if name not in pattern.gives}
    problems = []
    if given != sample.values:
        problems.append(
            Problem(
                sample.path,
                sample.line,
                "captures differ from the expectation",
                reason=f"captured {_show(given)}",
                nearest=f"expected {_show(sample.values)}",
            )
        )
    problems += [
        _rival(sample, match) for match in matches if match.pattern != pattern.id and match.statement == pattern.states
    ]
    return problems


def _rival(sample: Sample, match: Match) -> Problem:
    """Report a second pattern that makes the same statement."""
    return Problem(
        sample.path,
        sample.line,
        f"{match.pattern} makes the same statement ({match.statement}) about this line",
        help='narrow one of them, or let one yield with "unless"',
    )


def _rule_used(pattern: Pattern, message: str) -> int:
    """Give the number of the first rule that matches."""
    for number, rule in enumerate(pattern.rules):
        if rule.hint in message.lower() and regex.search(rule.regex, message):
            return number
    return -1


def _why_not(source: str, platform: str, message: str, pattern: Pattern) -> str:
    """Say how far the line got."""
    if source not in pattern.sources:
        return f"the line's source is {source} ({platform}), the pattern wants {', '.join(pattern.sources)}"
    if pattern.platforms and platform not in pattern.platforms:
        return f"the line's platform is {platform}"
    hinted = [rule for rule in pattern.rules if rule.hint in message.lower()]
    if not hinted:
        return f"no hint occurs in the message: {message[:120]!r}"
    return f"hint {hinted[0].hint!r} occurs, but its regex does not match the message {message[:160]!r}"


def _check_hostile(pattern: Pattern, number: int, beginnings: Sequence[str]) -> list[Problem]:
    """Run one regex on lines made to be slow; report when a line of some kilobytes takes too long."""
    rule = pattern.rules[number]
    compiled = regex.compile(rule.regex)
    fillers = (rule.hint + " ", "a", " ", "1.", "/a:", '"', "(" + rule.hint, "=x ")
    for beginning, filler in itertools.product(beginnings, fillers):
        line = (beginning + filler * HOSTILE_LENGTH)[:HOSTILE_LENGTH] + "\x00"
        if all(_seconds_for(compiled, line) > SLOWEST_S for _ in range(ATTEMPTS)):
            return [
                Problem(
                    pattern.path,
                    rule.line,
                    f"regex {number + 1} is slow on a hostile line",
                    reason=f"{HOSTILE_LENGTH} characters of {filler!r}",
                    help="bound the repeats, narrow the classes",
                )
            ]
    return []


def _seconds_for(compiled: regex.Pattern[str], line: str) -> float:
    """Measure the processor's time for a search, which other programs lengthen little."""
    start = time.process_time()
    with contextlib.suppress(TimeoutError):
        compiled.search(line, timeout=LONGEST_WAIT_S)
    return time.process_time() - start


def _show(values: dict[str, str]) -> str:
    """Write values as an expectation does."""
    return (
        " ".join(f'{name}="{value}"' if " " in value else f"{name}={value}" for name, value in sorted(values.items()))
        or "nothing"
    )
