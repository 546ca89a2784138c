"""Proposes samples that tell a mutant from the regex: a line that must match, changed in the place of the mutation.

What is proposed is a draft: whoever takes it over makes sure that the line is one that a program may write.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import regex

from loganalyzer.library.samples import Sample
from loganalyzer.selfcheck import judge_sample
from tests.mutants.examples import example_of
from tests.mutants.judge import Judge, Prepared
from tests.mutants.mutate import SPOT, Mutant
from tests.mutants.run import Survivor

__all__ = ["Proposal", "propose"]

QUOTED = ("the manual says: ", "see also ", "seen before: x ")
MORE = (" and so on", " as the manual says", "; more", ", more", "x", " 3000", "?")
GLUED_BEFORE = ("my_", "un", "x", "1")
GLUED_BEHIND = ("s", "_x", "x", "1", "00000")
GLUED_TO_DIGITS = ("1", "x", "00000", "_x")
INSTEAD = ("none", "NaN", "n/a", "(none)", "...", "<unset>", "$VALUE", "%s", "the rest", "?", "-")
ODD = ("?", "x", " ", "~", '"', "'", ")", "(", ":", "/", "é", "=", ",", ";", "<", ">", "@", "#", "1", "-", "|")
LONGEST = 1500


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of a sample's line.

    Attributes:
        root: the line, as it stands in the file.
        sample: the changed line with what is expected of it.
        old: text of the line that is replaced.
        new: what stands there instead.
    """

    root: Sample
    sample: Sample
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class _Edit:
    """A change of a message: the text from start to end becomes another one."""

    start: int
    end: int
    new: str


def propose(judge: Judge, one: Survivor) -> Proposal | None:
    """Find a sample that holds for the pattern and that notices the mutant; None when none was found."""
    rule = one.pattern.rules[one.number]
    try:
        marked, right, wrong = (regex.compile(text) for text in (one.mutant.marked, rule.regex, one.mutant.source))
    except regex.error:
        return None
    second: Proposal | None = None
    for base in judge.samples(one.pattern.id):
        if not base.sample.matches or len(base.sample.text) > LONGEST:
            continue
        found = marked.search(base.event.message)
        if found is None or found.start(SPOT) < 0:
            continue
        for edit in _edits(one.mutant, base.event.message, found):
            text = _edited(base, edit)
            message = base.event.message[: edit.start] + edit.new + base.event.message[edit.end :]
            if text is None or rule.hint not in text.lower():
                continue
            before, after = right.search(message), wrong.search(message)
            if _said(before) == _said(after) or (before is not None and second is not None):
                continue
            made = _proposal(judge, one, base.sample, text)
            if made is not None and not made.sample.matches:
                return made
            second = second or made
    return second


def _said(found: regex.Match[str] | None) -> dict[str, str | None] | None:
    """Give what a search captured; None when it did not match."""
    return found.groupdict() if found else None


def _proposal(judge: Judge, one: Survivor, base: Sample, text: str) -> Proposal | None:
    """Make the sample of a changed line, if the library as it is agrees with it."""
    root = max(
        (each.sample for each in judge.samples(one.pattern.id) if not each.sample.is_derived),
        key=lambda sample: (sample.line <= base.line, sample.line if sample.line <= base.line else 0),
    )
    prepared = judge.prepare(one.pattern.id, replace(root, text=text, is_derived=True))
    matches = judge.matcher.match(prepared.event, prepared.hints)
    own = [match for match in matches if match.pattern == one.pattern.id]
    values = {name: str(value) for name, value in own[0].values.items() if name not in one.pattern.gives} if own else {}
    sample = replace(prepared.sample, matches=bool(own), values=values, reason="changed")
    old, new = _smallest(root.text, text)
    if not old or root.text.replace(old, new, 1) != text:
        return None
    if judge_sample(sample, one.pattern, prepared.event, matches, set()):
        return None
    return Proposal(root, sample, old, new)


def _edited(base: Prepared, edit: _Edit) -> str | None:
    """Change the raw line where its message is changed; None when the message does not stand in it as it is."""
    place = base.sample.text.rfind(base.event.message)
    if place < 0:
        return None
    text = base.sample.text
    changed = text[: place + edit.start] + edit.new + text[place + edit.end :]
    return changed if changed.rstrip() == changed else None


def _edits(mutant: Mutant, message: str, found: regex.Match[str]) -> Iterator[_Edit]:
    """Give changes of a message that may tell the mutant, the most natural first."""
    start, end = found.span(SPOT)
    if mutant.kind == "anchor":
        yield from (_Edit(start, start, text) for text in (QUOTED if mutant.what in ("^", r"\A") else MORE))
    elif mutant.kind == "boundary":
        last = message[start - 1 : start]
        glue = GLUED_TO_DIGITS if last.isdigit() else GLUED_BEHIND if last.isalpha() or last == "_" else GLUED_BEFORE
        yield from (_Edit(start, start, text) for text in glue)
    elif mutant.kind == "class":
        yield from (_Edit(start, end, text) for text in INSTEAD)
        middle = (start + end) // 2
        yield from (_Edit(middle, middle + 1, text) for text in ODD)
        yield from (_Edit(place, place, text) for place in (middle, end, start, found.end()) for text in ODD)
        yield from (_Edit(found.end(), found.end(), text) for text in MORE)
    elif mutant.kind == "alternative":
        yield _Edit(start, end, example_of((mutant.changed,)))
    elif mutant.kind in ("optional", "word"):
        yield from (_Edit(start, end, text) for text in ("", *INSTEAD))
        yield from (_Edit(start, len(message), text) for text in ("", *INSTEAD))
    elif mutant.kind == "exclusion":
        yield from _exclusion_edits(mutant, message, start)


def _exclusion_edits(mutant: Mutant, message: str, start: int) -> Iterator[_Edit]:
    """Put what is excluded, or take away what is asked for."""
    look = mutant.changed[0]
    assert look.branches is not None  # only groups look ahead or behind
    for branch in look.branches:
        text = example_of((branch,))
        if look.atom == "(?!":
            yield _Edit(start, start, text)
            yield _Edit(start, start + len(text), text)
            yield _Edit(start, start, f"{text} ")
            yield _Edit(start, len(message), text)
        elif look.atom == "(?<!":
            yield _Edit(start, start, text)
            yield _Edit(max(0, start - len(text)), start, text)
        elif look.atom == "(?=" and text:
            yield _Edit(len(message), len(message), f" {text.lstrip()}")
    for text in ("x", " ", "...", ""):
        yield _Edit(start, len(message), text)
        yield _Edit(0, start, text)
        yield _Edit(start, start, text)


def _smallest(before: str, after: str) -> tuple[str, str]:
    """Give the smallest change of whole words that makes one line of another, the first of its kind in the line."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    tail = 0
    while tail < min(len(before), len(after)) - start and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    end = len(before) - tail
    while start > 0 and not before[start - 1].isspace():
        start -= 1
    while tail > 0 and not before[end].isspace():
        end, tail = end + 1, tail - 1
    while before.find(before[start:end]) != start or end == start:
        if tail == 0 and start == 0:
            break
        if tail:
            end, tail = end + 1, tail - 1
        else:
            start -= 1
    return before[start:end], after[start : len(after) - tail]
