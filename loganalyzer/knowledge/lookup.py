"""Finds entries by what a user types: a word, a number, or a whole line of a log; suggests words for near misses."""

from __future__ import annotations

import difflib
import re

from loganalyzer.knowledge.entry import Entry, all_entries
from loganalyzer.late import late_regex

__all__ = ["find", "normalize", "suggest"]

STATUS = late_regex(r"(?:process-)?(?:exit(?:ed|s)?-)?(?:with-)?(?:status-|code-)?(?P<status>\d{1,3})")
CODE = late_regex(r"[hrl]\d\d")
CODE_WEIGHT = 10_000
FIRST_SIGNAL, LAST_SIGNAL = 129, 192
SUGGESTED = 4
SHORTEST_PART = 3
ALIKE = 0.6
WILDCARD = "..."


def find(text: str) -> tuple[Entry, ...]:
    """Give the entries that a text means.

    Args:
        text: a word in any case, an exit status, or a line that holds a word.

    Returns:
        All entries of that name, causes first; those with the longest spelling in the text when none has that name;
        nothing when none is known.

    Examples:
        >>> [entry.word for entry in find("h10")]
        ['H10']
        >>> [entry.word for entry in find("Exited with status 130")]
        ['exited-with-status', 'exit-128+n']
        >>> find("nonsense")
        ()
    """
    key = normalize(text)
    exact = [entry for entry in all_entries() if key in _names(entry)]
    if exact:
        return tuple(exact)
    found = _contained(key)
    status = STATUS.fullmatch(key)
    if status:
        found += [entry for entry in _of_status(int(status["status"])) if entry not in found]
    return tuple(found)


def suggest(text: str) -> list[str]:
    """Give words that look like an unknown one, the nearest first."""
    key = normalize(text)
    shown: dict[str, str] = {}
    for entry in all_entries():
        for name in _names(entry):
            shown.setdefault(name, entry.word)
    parts = [name for name in shown if len(key) >= SHORTEST_PART and f"-{key}-" in f"-{name}-"]
    near = difflib.get_close_matches(key, list(shown), n=SUGGESTED, cutoff=ALIKE)
    return list(dict.fromkeys(shown[name] for name in (*near, *parts)))[:SUGGESTED]


def normalize(text: str) -> str:
    """Bring a text to the form in which names are compared.

    Examples:
        >>> normalize("==> No open ports detected on 0.0.0.0")
        'no-open-ports-detected-on-0-0-0-0'
    """
    return re.sub(r"[^a-z0-9+]+", "-", text.lower()).strip("-")


def _names(entry: Entry) -> list[str]:
    """Give the normalized names of an entry."""
    return [normalize(name) for name in (entry.word, *entry.also) if WILDCARD not in name]


def _contained(key: str) -> list[Entry]:
    """Give the words of the platforms whose spelling covers most of a line; a code that stands in it comes first."""
    best = 0
    found: list[Entry] = []
    for entry in all_entries():
        if entry.is_judged:
            continue  # a line can hold the words of a cause without being about it
        length = max((_length_in(key, name) for name in (entry.word, *entry.also)), default=0)
        if length and length >= best:
            found = [*found, entry] if length == best else [entry]
            best = length
    return found


def _length_in(key: str, name: str) -> int:
    """Give how much of a line a spelling covers; 0 when it does not stand there, or is too short to mean anything."""
    parts = [normalize(part) for part in name.split(WILDCARD)]
    if not any("-" in part or CODE.fullmatch(part) for part in parts):
        return 0
    line, place = f"-{key}-", 0
    for part in parts:
        place = line.find(f"-{part}-", place)
        if place < 0:
            return 0
        place += len(part) + 1
    return sum(CODE_WEIGHT if CODE.fullmatch(part) else len(part) for part in parts)


def _of_status(status: int) -> list[Entry]:
    """Give the entry of an exit status; that of signals in general when it has none of its own."""
    own = [entry for entry in all_entries() if entry.word == f"exit-{status}"]
    if not own and FIRST_SIGNAL <= status <= LAST_SIGNAL:
        own = [entry for entry in all_entries() if entry.word == "exit-128+n"]
    return own
