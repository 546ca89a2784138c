"""Tests for matching: what is remembered of messages without their digits changes nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import regex

from loganalyzer.ingesters import parse
from loganalyzer.library import Library, Matcher, match
from loganalyzer.library.digits import ALIKE, treats_digits_alike
from loganalyzer.library.literals import may_match, required_literals
from loganalyzer.library.load import find_patterns
from loganalyzer.library.samples import read_samples
from loganalyzer.model import Event, Line, Value


@pytest.mark.parametrize(
    "source",
    [
        "listening",
        r"port (?P<port>\d{1,5})\b",
        r"[^0-9:]+:[0-9]{2,}",
        r"[\w.-]+ [^\s\]]* []a]",
        r"(?i)^\s*(?:a|b)++(?<!x)(?>y)(?i:z)$",
        r"[ -~][+-:]",
        r"(?x)a\ b\.\[",
    ],
)
def test_regex_that_treats_all_digits_alike(source: str) -> None:
    """Digits that stand in repeat counts, and classes of all digits, do no harm."""
    assert treats_digits_alike(source)


@pytest.mark.parametrize(
    "source",
    ["port 80", "[1-5]xx", "[89]", r"\x30", r"(a)\1", "(?P<a>.)(?P=a)", "(?(1)a|b)", "[.-5]", r"[^\d7]x[7]", "(?P>a)"],
)
def test_regex_that_looks_at_single_digits(source: str) -> None:
    """A digit of its own, a part of a class of digits, a text that must come again."""
    assert not treats_digits_alike(source)


def _events() -> Iterator[Event]:
    """Give the samples of all patterns, each also with other digits."""
    shuffled = random.Random(5)
    for path in sorted(find_patterns().glob("*/*.log")):
        for sample in read_samples(path)[0]:
            digits = "".join(shuffled.sample("0123456789", 10))
            for text in (sample.text, sample.text.translate(str.maketrans("0123456789", digits))):
                yield parse(Line(1, text))


def _matched(matcher: Matcher, event: Event) -> list[tuple[str, str, dict[str, Value]]]:
    """Match an event, and give what tells two matches apart."""
    return [(one.pattern, one.statement, dict(one.values)) for one in matcher.match(event)]


def test_what_is_remembered_changes_nothing(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sample with any digits states the same whether or not the like of it was seen before."""
    events = random.Random(7).sample(list(_events()), 6000)
    monkeypatch.setattr(match, "LONGEST_FORM", -1)
    matcher = Matcher(library)
    expected = [_matched(matcher, event) for event in events]
    monkeypatch.setattr(match, "LONGEST_FORM", 100_000)
    monkeypatch.setattr(match, "LEAST_ASKED", 0)
    matcher = Matcher(library)
    for _ in range(2):
        assert [_matched(matcher, event) for event in events] == expected


def test_most_regexes_of_the_library_treat_digits_alike(library: Library) -> None:
    """Else little would be remembered, and logs with many like lines would be read slowly."""
    sources = [rule.regex for pattern in library.patterns for rule in pattern.rules]
    assert sum(map(treats_digits_alike, sources)) > 0.8 * len(sources)


def test_little_is_remembered(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log of ever new messages does not fill the memory."""
    monkeypatch.setattr(match, "MOST_FORMS", 10)
    matcher = Matcher(library)
    for number in range(200):
        matcher.match(parse(Line(1, "Error: listen EADDRINUSE: address already in use " + "x" * number)))
    assert sum(len(plan.known) for plan in matcher._plans.values()) <= 10


def test_forms() -> None:
    """Texts that differ in digits alone have one form."""
    assert b"on 10.0.0.1:80".translate(ALIKE) == b"on 99.9.9.9:13".translate(ALIKE)


@pytest.mark.parametrize(
    ("source", "clauses"),
    [
        ("Port 8080", (("port 8080",),)),
        (r"^(?!.*down)(?=.*\bcode=H10\b)(?=.*?method=(?P<m>\w+)|)", (("code=h10",),)),
        (r"(?x) a\ b  (?: cd* | c+e ) \#", (("a b",),)),
        (r"(?:one|three[45]|five)+ (?:two)?$", (("one", "three", "five"),)),
        (r"tell(?:ing)? me{0,3}", (("tell",), (" m",))),
        ("größe|klein", ()),
        (r"(?x)ab # (", ()),
        (r"(?i:Ab)(?x: c d)", ()),
        ("(?R)", ()),
    ],
)
def test_literals_that_a_regex_requires(source: str, clauses: tuple[tuple[str, ...], ...]) -> None:
    """What may be missing, what is one of several, and what is not known, is no literal to look for."""
    assert required_literals(source) == clauses


def test_literals_are_in_all_that_the_library_matches(library: Library) -> None:
    """No regex of the library matches one of its pattern's samples or near misses that lacks its literals."""
    looked = 0
    for pattern in library.patterns:
        rules = [(regex.compile(rule.regex), required_literals(rule.regex)) for rule in pattern.rules]
        for sample in read_samples(Path(pattern.path).with_suffix(".log"))[0]:
            message = parse(Line(1, sample.text)).message
            for compiled, clauses in rules:
                if not may_match(clauses, message.lower()):
                    looked += 1
                    assert not compiled.search(message), (compiled.pattern, message)
    assert looked > len(library.patterns)
