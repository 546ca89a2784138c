"""Scanning: each hint is found in each line that has it, in any case, and lines are numbered right."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loganalyzer.library import Library, Matcher
from loganalyzer.scanning import Candidate, Scanner

ALPHABET = "abAB. 1\tß🎉"
hints = st.lists(
    st.text(ALPHABET, min_size=1, max_size=4), min_size=1, max_size=6, unique_by=lambda hint: hint.encode().lower()
)
texts = st.lists(st.text(ALPHABET, max_size=12), max_size=12)


def search(words: list[str], data: bytes) -> list[Candidate]:
    """Find the candidates line by line and word by word; letters beyond ASCII have no case."""
    found: list[Candidate] = []
    start = 0
    for number, line in enumerate(data.split(b"\n")):
        inside = frozenset(place for place, word in enumerate(words) if word.encode().lower() in line.lower())
        if inside:
            found.append(Candidate(start, start + len(line), number, inside))
        start += len(line) + 1
    return found


@settings(deadline=None)
@given(words=hints, lines=texts, is_ended=st.booleans())
def test_same_as_a_naive_search(words: list[str], lines: list[str], is_ended: bool) -> None:
    """The scanner gives the lines, offsets, numbers and hints that a naive search gives."""
    data = "\n".join(lines).encode() + (b"\n" if is_ended else b"")
    assert Scanner(words).scan(data) == search(words, data)


@settings(deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_can_be_scanned(data: bytes) -> None:
    """Bytes that are no text are searched like others."""
    words = ["a", "[", "é"]
    assert Scanner(words).scan(data) == search(words, data)


@pytest.mark.parametrize("change", [str.lower, str.upper, str.title], ids=lambda change: change.__name__)
def test_every_hint_of_the_library_is_found_in_any_case(library: Library, change: object) -> None:
    """Each hint of the shipped patterns is found in its line, however its ASCII letters are written."""
    assert callable(change)
    words = Matcher(library).hints
    lines = [
        f"[{number}] " + "".join(change(letter) if letter.isascii() else letter for letter in word)
        for number, word in enumerate(words)
    ]
    candidates = Scanner(words).scan("\n".join(lines).encode())
    missing = {words[number] for number in range(len(words))} - {
        words[one.line] for one in candidates if one.line in one.hints
    }
    assert not missing


def test_a_line_with_several_hits_is_one_candidate() -> None:
    """A line comes once, with each hint once, however often they occur."""
    assert Scanner(["port", "listen", "nothing"]).scan(b"x\nlisten port PORT Listen\ny\n") == [
        Candidate(2, 25, 1, frozenset({0, 1}))
    ]


def test_a_hint_does_not_reach_over_a_line_end() -> None:
    """Half a hint at a line's end and half at the next one's start are no hit."""
    assert Scanner(["listening"]).scan(b"listen\ning\n") == []


def test_nothing_to_scan() -> None:
    """An empty block has no candidates."""
    assert Scanner(["port"]).scan(b"") == []
