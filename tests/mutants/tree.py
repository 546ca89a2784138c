r"""A regex as a tree: alternatives of pieces, each with its repeat, groups with alternatives of their own.

Only what a mutation asks for is told apart. Conditions and references stay whole. White space and comments of a verbose
regex are left out, so `write(parse(source))` gives `source` again for all others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from loganalyzer.commands.regex_reach import FLAGS, QUANTIFIER, split_pieces

__all__ = ["Branches", "Piece", "Tree", "parse", "write", "written"]

OPENER = re.compile(r"\((?:\?(?:P?<\w+>|[:=>|!]|<[=!]|[a-z]+:))?")
WHOLE = re.compile(r"\(\?(?:#|P=|P>|\()|\(\*")
LOOKS = ("(?=", "(?!", "(?<=", "(?<!")


@dataclass(frozen=True, slots=True)
class Piece:
    """One character, escape, class or group with its repeat.

    Attributes:
        atom: the source without the repeat; for a group its opener alone.
        repeat: `?`, `{1,5}+`; empty for exactly once.
        branches: the alternatives inside of a group; None when this is no group.
    """

    atom: str
    repeat: str = ""
    branches: tuple[tuple[Piece, ...], ...] | None = None

    @property
    def is_look(self) -> bool:
        """Say whether it looks ahead or behind and takes no text."""
        return self.branches is not None and self.atom in LOOKS


Branches = tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole regex.

    Attributes:
        flags: such as `(?i)`; empty without.
        branches: its alternatives.
    """

    flags: str
    branches: Branches


def parse(source: str) -> Tree:
    """Read a regex that compiles."""
    found = FLAGS.match(source)
    flags = found[0] if found else ""
    return Tree(flags, _branches(source[len(flags) :], verbose="x" in flags))


def write(tree: Tree) -> str:
    """Write a regex."""
    return tree.flags + written(tree.branches)


def written(branches: Branches) -> str:
    """Write alternatives without the group around them."""
    return "|".join("".join(map(_piece_text, branch)) for branch in branches)


def _piece_text(piece: Piece) -> str:
    """Write one piece."""
    if piece.branches is None:
        return piece.atom + piece.repeat
    return f"{piece.atom}{written(piece.branches)}){piece.repeat}"


def _branches(source: str, *, verbose: bool) -> Branches:
    """Read alternatives."""
    return tuple(
        tuple(_piece(piece, verbose=verbose) for piece in branch) for branch in split_pieces(source, verbose=verbose)
    )


def _piece(source: str, *, verbose: bool) -> Piece:
    """Read one piece."""
    repeat = _repeat(source)
    atom = source[: len(source) - len(repeat)]
    opener = OPENER.match(atom)
    if opener is None or WHOLE.match(atom):
        return Piece(atom, repeat)
    return Piece(opener[0], repeat, _branches(atom[opener.end() : -1], verbose=verbose))


def _repeat(source: str) -> str:
    """Give the repeat at the end of a piece, which has only one."""
    start = max(source.rfind(")"), source.rfind("]")) + 1 if source[0] in "([" else 1 + (source[0] == "\\")
    if source.startswith(("\\p", "\\P", "\\N", "\\x", "\\u", "\\g")):
        start = len(source[: source.rfind("}") + 1]) if "{" in source[:3] else len(source.rstrip("+*?"))
    found = QUANTIFIER.fullmatch(source, start)
    return found[0] if found else ""
