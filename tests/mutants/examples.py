r"""Texts that a piece of a regex takes: `https?://` gives `http://`, `(?P<bound_port>\d{1,5})` gives `3000`."""

from __future__ import annotations

import re

import regex

from tests.mutants.tree import Branches, Piece, written

__all__ = ["example_of"]

WORDS = (
    "demo",
    "3000",
    "30",
    "3",
    "web",
    "main",
    "demo.example.com",
    "203.0.113.9",
    "/app/main",
    "Demo",
    "DEMO",
    "App::Demo",
    "::1",
    " ",
    "a",
    "A",
    "x1",
    "-",
    ":",
    "(",
    '"',
    "'",
    "0a1b2c3d",
    "0a1b2c3d-0a1b-4c3d-8e9f-0a1b2c3d4e5f",
    "!",
    "the demo",
    "2026",
)


def example_of(branches: Branches) -> str:
    """Give a text for the first alternative of some; empty pieces for what is optional or takes no text."""
    return "".join(map(_example, branches[0])) if branches else ""


def _example(piece: Piece) -> str:
    """Give a text for one piece."""
    if piece.is_look or piece.repeat.startswith(("?", "*", "{0", "{,")):
        return ""
    if piece.branches is not None:
        return example_of(piece.branches)
    if len(piece.atom) == 1 and piece.atom not in ".^$" and not piece.repeat:
        return piece.atom
    if re.fullmatch(r"\\\W", piece.atom) and not piece.repeat:
        return piece.atom[1]
    if piece.atom in ("^", "$", r"\b", r"\B", r"\A", r"\Z"):
        return ""
    source = written(((piece,),))
    return next((word for word in WORDS if regex.fullmatch(source, word)), "")
