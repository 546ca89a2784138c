r"""Mutants that mean the same as the regex, so that no sample can tell them apart.

Recognised by rule alone, each with its reason; whatever no rule covers counts as a mutant that should be caught.
"""

from __future__ import annotations

import re

from loganalyzer.library import Rule
from tests.mutants.mutate import Mutant
from tests.mutants.tree import Piece, written

__all__ = ["why_equivalent"]

HINTED = "the hint still asks for the dropped word, and what is left starts or ends where it stood"
EMPTY = "one of the group's wordings is empty, so it is optional already"
ANYWHERE = "^ stands before what skips any text"
TO_THE_END = "$ stands behind what takes the rest of the line"
BORDER = r"\b stands between characters that always make a word border"
SKIPS = (".*", ".*?", r"[^\n]*", r"[\s\S]*?")
TAKES_REST = (".*", ".+", ".*+", ".++")
WORDLIKE = (r"\d", r"\w")
NO_WORD = (r"\s", r"\W")


def why_equivalent(mutant: Mutant, rule: Rule) -> str:
    """Give the reason why a mutant means the same; empty when it does not, or when no rule knows."""
    if mutant.kind == "word" and mutant.at_top and _hint_asks(mutant, rule):
        return HINTED
    if mutant.kind == "optional" and not all(mutant.changed[0].branches or ()):
        return EMPTY
    if mutant.kind == "anchor" and mutant.at_top:
        if mutant.what == "^" and _skips_first(mutant.after):
            return ANYWHERE
        if mutant.what == "$" and mutant.before and _text(mutant.before[-1]) in TAKES_REST:
            return TO_THE_END
    if mutant.kind == "boundary" and mutant.before and mutant.after:
        left, right = _is_word(mutant.before[-1], -1), _is_word(mutant.after[0], 0)
        if left is not None and right is not None and left != right:
            return BORDER
    return ""


def _text(piece: Piece) -> str:
    """Write one piece."""
    return written(((piece,),))


def _hint_asks(mutant: Mutant, rule: Rule) -> bool:
    """Say whether a word was dropped at the edge of the regex while the hint holds it with its neighbours."""
    word = mutant.what.replace("\\", "").lower()
    before = [piece for piece in mutant.before if piece.atom not in (r"\b", "(?i)")]
    if not before:
        return word + _literal(mutant.after)[:1].lower() in rule.hint and bool(_literal(mutant.after))
    if not [piece for piece in mutant.after if piece.atom != r"\b"]:
        near = _literal(tuple(reversed(mutant.before)))[:1].lower()
        return bool(near) and near + word in rule.hint
    return False


def _literal(pieces: tuple[Piece, ...]) -> str:
    """Give the literal text with which some pieces begin."""
    text = ""
    for piece in pieces:
        if piece.repeat or piece.branches is not None:
            break
        if len(piece.atom) == 1 and piece.atom not in ".^$":
            text += piece.atom
        elif re.fullmatch(r"\\\W", piece.atom):
            text += piece.atom[1]
        else:
            break
    return text


def _skips_first(pieces: tuple[Piece, ...]) -> bool:
    """Say whether pieces begin, behind what is optional, with one that skips any text."""
    if pieces and all(piece.is_look for piece in pieces):
        return all(piece.atom == "(?=" and _skips_first((piece.branches or ((),))[0]) for piece in pieces)
    for piece in pieces:
        if _text(piece) in SKIPS:
            return True
        if not piece.repeat.startswith(("?", "*")):
            return False
    return False


def _is_word(piece: Piece, end: int) -> bool | None:
    """Say whether the text of a piece begins (end 0) or ends (end -1) with a word character; None when it may be either."""
    if piece.repeat.startswith(("?", "*", "{0", "{,")) or piece.is_look:
        return None
    if piece.branches is not None:
        answers = {_is_word(branch[end], end) if branch else None for branch in piece.branches}
        return answers.pop() if len(answers) == 1 else None
    if piece.atom in WORDLIKE:
        return True
    if piece.atom in NO_WORD:
        return False
    if len(piece.atom) == 1 and piece.atom not in ".^$":
        return piece.atom.isalnum() or piece.atom == "_"
    if re.fullmatch(r"\\\W", piece.atom):
        return False
    if re.fullmatch(r"\[(?:\\d|\\w|[A-Za-z0-9_]|[a-z]-[a-z]|[A-Z]-[A-Z]|0-9)+\]", piece.atom):
        return True
    return None
