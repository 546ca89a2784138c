r"""Makes a regex slightly wrong, one change at a time.

Each kind is a slip that somebody who edits a pattern can make: an anchor or a word boundary is forgotten, a class is made
wider, one of several wordings is lost, a word is left out, what must stand there becomes optional, an exclusion is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.mutants.tree import Branches, Piece, Tree, parse, write, written

__all__ = ["KINDS", "SPOT", "Mutant", "mutants_of"]

KINDS = {
    "anchor": "^ or $ is dropped",
    "boundary": r"\b is dropped",
    "class": r"a class is widened: \d to \S, [a-z] to any character",
    "alternative": "one of several wordings is removed",
    "word": "a literal word is dropped",
    "optional": "a required group becomes optional",
    "exclusion": "a look ahead or behind is dropped",
}
ANCHORS = ("^", "$", r"\A", r"\Z", r"\z")
WIDER = {r"\d": r"\S", r"\w": r"\S", r"\S": ".", r"\W": ".", r"\s": ".", r"\D": "."}
SHORTEST_WORD = 3
SPOT = "changed_here"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A regex made wrong.

    Attributes:
        kind: a key of KINDS.
        what: the source that was dropped or changed.
        source: the wrong regex.
        before: the branch's pieces before the change, at the same level.
        changed: the pieces that were dropped or changed.
        after: the branch's pieces behind it.
        at_top: whether the pieces are the regex's own and not a group's.
        marked: the right regex with a group named SPOT around what is changed, or around all wordings of which one is lost.
    """

    kind: str
    what: str
    source: str
    before: tuple[Piece, ...]
    changed: tuple[Piece, ...]
    after: tuple[Piece, ...]
    at_top: bool
    marked: str


@dataclass(frozen=True, slots=True)
class _Change:
    """Alternatives after one change, on the way up to the whole regex."""

    kind: str
    branches: Branches
    marked: Branches
    before: tuple[Piece, ...]
    changed: tuple[Piece, ...]
    after: tuple[Piece, ...]
    depth: int


def mutants_of(source: str) -> Iterator[Mutant]:
    """Give every mutant of a regex, each source once."""
    tree = parse(source)
    seen = {write(tree)}
    for change in _changes(tree.branches, 0):
        wrong = write(Tree(tree.flags, change.branches))
        if wrong not in seen:
            seen.add(wrong)
            what = written((change.changed,))
            marked = write(Tree(tree.flags, change.marked))
            yield Mutant(
                change.kind, what, wrong, change.before, change.changed, change.after, change.depth == 0, marked
            )


def _changes(branches: Branches, depth: int) -> Iterator[_Change]:
    """Change alternatives in one place."""
    for number, branch in enumerate(branches):
        others = branches[:number], branches[number + 1 :]
        if len(branches) > 1:
            yield _Change("alternative", others[0] + others[1], ((_spot(branches),),), (), branch, (), depth)
        for change in _branch_changes(branch, depth):
            yield replace(
                change,
                branches=others[0] + change.branches + others[1],
                marked=others[0] + change.marked + others[1],
            )


def _branch_changes(branch: tuple[Piece, ...], depth: int) -> Iterator[_Change]:
    """Change one alternative in one place."""
    for place, piece in enumerate(branch):
        before, after = branch[:place], branch[place + 1 :]
        for kind, new in _piece_changes(piece):
            marked = (*before, _spot(((piece,),)), *after)
            yield _Change(kind, (before + new + after,), (marked,), before, (piece,), after, depth)
        if piece.branches is not None and not piece.is_look:
            for change in _changes(piece.branches, depth + 1):
                inside, marked_inside = replace(piece, branches=change.branches), replace(piece, branches=change.marked)
                yield replace(change, branches=((*before, inside, *after),), marked=((*before, marked_inside, *after),))
    for start, end in _words(branch):
        if end - start < len(branch):
            rest = branch[:start] + branch[end:]
            before, word, after = branch[:start], branch[start:end], branch[end:]
            yield _Change("word", (rest,), ((*before, _spot((word,)), *after),), before, word, after, depth)


def _spot(branches: Branches) -> Piece:
    """Put alternatives into the marking group."""
    return Piece(f"(?P<{SPOT}>", "", branches)


def _piece_changes(piece: Piece) -> Iterator[tuple[str, tuple[Piece, ...]]]:
    """Give what one piece may be replaced with."""
    if piece.branches is not None:
        if piece.is_look:
            yield "exclusion", ()
        elif not piece.repeat:
            yield "optional", (replace(piece, repeat="?"),)
    elif piece.atom in ANCHORS:
        yield "anchor", ()
    elif piece.atom == r"\b":
        yield "boundary", ()
    elif piece.atom in WIDER:
        yield "class", (replace(piece, atom=WIDER[piece.atom]),)
    elif piece.atom.startswith("["):
        yield "class", (replace(piece, atom="."),)


def _words(branch: tuple[Piece, ...]) -> Iterator[tuple[int, int]]:
    """Give the places of literal words with the blank behind them."""
    start = 0
    for place in range(len(branch) + 1):
        if place < len(branch) and _is_letter(branch[place]):
            continue
        if place - start >= SHORTEST_WORD:
            yield start, place + (place < len(branch) and branch[place] in (Piece(" "), Piece(r"\ ")))
        start = place + 1


def _is_letter(piece: Piece) -> bool:
    """Say whether a piece is one letter."""
    return not piece.repeat and len(piece.atom) == 1 and piece.atom.isalpha()
