r"""How far a regex gets in a text that it does not match.

A regex is cut into its pieces: `\bport (?P<bound_port>\d+)` into `\b`, `p`, `o`, …, `(?P<bound_port>\d+)`. The longest
beginning of them that still matches shows where it failed; where the next piece is a group, its own pieces are tried.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import regex

__all__ = ["Reach", "reach", "split_pieces"]

TIME_LIMIT_S = 0.05
DEEPEST = 4
SHOWN = 40
LONGEST_PIECE = 120
FLAGS = re.compile(r"\(\?[a-zA-Z01]+\)")
ESCAPE = re.compile(r"\\(?:[pPN]\{[^}]*\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|g<[^>]*>|.)", re.DOTALL)
QUANTIFIER = re.compile(r"(?:[*+?]|\{\d*,?\d*\})[+?]?")
OPENER = re.compile(r"\((?:\?(?:P?<\w+>|[:=>|]|[a-z]+:))?")
CLOSED = re.compile(r"\(\?(?:[!#]|<[=!]|P=|P>|\()|\(\*")
"""Groups that are taken as a whole: what must not follow, what stands before, references, conditions."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a regex failed.

    Attributes:
        matched: the text that its beginning matched; empty when it matched no character.
        wanted: the source of what comes next in it.
        found: the text that stands there instead.
        share: matched pieces of all pieces at the top of the regex, 0 to 1.
    """

    matched: str
    wanted: str
    found: str
    share: float


def reach(source: str, text: str) -> Reach:
    r"""Say how far a regex gets.

    Args:
        source: a regex that does not match.
        text: the text that it was tried on.

    Examples:
        >>> reach(r"listening on port (?P<bound_port>\d+)", "now listening on port http")
        Reach(matched='listening on port ', wanted='(?P<bound_port>\\d+)', found='http', share=0.95)
    """
    flags = FLAGS.match(source)
    head = flags[0] if flags else ""
    best: tuple[int, float, Reach] | None = None
    for pieces in split_pieces(source[len(head) :], verbose="x" in head):
        count, end, start, wanted = _longest(head, "", pieces, "", text, 0)
        share = round(count / len(pieces), 2) if pieces else 0.0
        one = Reach(text[start:end], _shown(wanted), text[end : end + SHOWN], share)
        if best is None or (end - start, share) > best[:2]:
            best = (end - start, share, one)
    assert best is not None  # a regex has at least one alternative
    return best[2]


def split_pieces(source: str, *, verbose: bool = False) -> list[list[str]]:
    r"""Cut a regex, or the inside of a group, into its alternatives and those into their pieces.

    Args:
        source: without global flags at its beginning.
        verbose: whether spaces and comments mean nothing in it.

    Examples:
        >>> split_pieces(r"a+\d{2}(?:x|y)|[\]b]")
        [['a+', '\\d{2}', '(?:x|y)'], ['[\\]b]']]
    """
    alternatives: list[list[str]] = [[]]
    place = 0
    while place < len(source):
        letter = source[place]
        if letter == "|":
            alternatives.append([])
            place += 1
            continue
        if verbose and letter.isspace():
            place += 1
            continue
        if verbose and letter == "#":
            place = _line_end(source, place)
            continue
        end = _atom_end(source, place, verbose=verbose)
        quantifier = QUANTIFIER.match(source, end)
        end = quantifier.end() if quantifier else end
        alternatives[-1].append(source[place:end])
        place = end
    return alternatives


def _atom_end(source: str, place: int, *, verbose: bool) -> int:
    """Give the place behind one character, escape, class or group."""
    letter = source[place]
    if letter == "\\":
        escape = ESCAPE.match(source, place)
        return escape.end() if escape else place + 1
    if letter == "[":
        return _class_end(source, place)
    if letter == "(":
        return _group_end(source, place, verbose=verbose)
    return place + 1


def _class_end(source: str, place: int) -> int:
    """Give the place behind a class; a bracket right behind its beginning belongs to it."""
    place += 2 if source.startswith("[^", place) else 1
    place += 1 if source.startswith("]", place) else 0
    while place < len(source) and source[place] != "]":
        if source[place] == "\\":
            place += 1
        elif source.startswith("[:", place):
            place = max(place, source.find(":]", place) + 1)
        place += 1
    return place + 1


def _group_end(source: str, place: int, *, verbose: bool) -> int:
    """Give the place behind a group, the groups in it included."""
    depth = 0
    while place < len(source):
        letter = source[place]
        if letter == "(":
            depth += 1
        elif letter == ")":
            depth -= 1
            if depth == 0:
                return place + 1
        elif letter in "\\[":
            place = _atom_end(source, place, verbose=verbose)
            continue
        elif letter == "#" and verbose:
            place = _line_end(source, place)
            continue
        place += 1
    return len(source)


def _line_end(source: str, place: int) -> int:
    """Give the place behind a comment."""
    end = source.find("\n", place)
    return len(source) if end < 0 else end + 1


def _longest(
    head: str, before: str, pieces: list[str], closing: str, text: str, depth: int
) -> tuple[int, int, int, str]:
    """Find the longest beginning of some pieces that matches behind other pieces.

    Returns:
        Number of pieces, end and start of what all of it matches, and the source of what fails.
    """
    low, high = 0, len(pieces)
    span = _search(head + before + closing, text) or (0, 0)
    while low < high:
        middle = (low + high + 1) // 2
        found = _search(head + before + "".join(pieces[:middle]) + closing, text)
        if found is None:
            high = middle - 1
        else:
            low, span = middle, found
    wanted = "".join(pieces[low:])
    if low == len(pieces) or depth == DEEPEST:
        return low, span[1], span[0], wanted
    opener = OPENER.match(pieces[low])
    if opener is None or CLOSED.match(pieces[low]):
        return low, span[1], span[0], wanted
    best = (low, span[1], span[0], wanted)
    inside = pieces[low][opener.end() : _group_end(pieces[low], 0, verbose="x" in head) - 1]
    for alternative in split_pieces(inside, verbose="x" in head):
        done = before + "".join(pieces[:low]) + opener[0]
        count, end, start, rest = _longest(head, done, alternative, ")" + closing, text, depth + 1)
        if count and end > best[1]:
            best = (low, end, start, rest + "".join(pieces[low + 1 :]))
    return best


def _search(source: str, text: str) -> tuple[int, int] | None:
    """Search with a beginning of a regex; one that is none by itself, or takes too long, counts as not found."""
    try:
        found = regex.compile(source).search(text, timeout=TIME_LIMIT_S)
    except (regex.error, TimeoutError):
        return None
    return found.span() if found else None


def _shown(source: str) -> str:
    """Cut the source of what fails to what can be read at a glance: at least its next piece."""
    shown = ""
    for piece in split_pieces(source)[0]:
        if shown and len(shown) + len(piece) > SHOWN:
            return shown + "..."
        shown += piece
    return shown if len(shown) <= LONGEST_PIECE else shown[:LONGEST_PIECE] + "..."
