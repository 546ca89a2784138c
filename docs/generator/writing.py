"""Markdown: text of the data in prose, in tables and in blocks, so that none of it becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

__all__ = ["anchor", "block", "bullets", "code", "heading", "link", "prose", "table"]

LONGEST_LINE = 240
MARKUP = re.compile(r"[\\`*_\[\]{}#]")
ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"})
SHORTEST_FENCE = 3


def anchor(text: str) -> str:
    """Give the anchor of a word.

    Examples:
        >>> anchor("Connection Limit Reached")
        'connection-limit-reached'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def prose(text: str) -> str:
    r"""Write a text of the data as it is; a part between backticks stays code.

    Examples:
        >>> prose("the line `Exit_1` of <app_1>")
        'the line `Exit_1` of &lt;app\\_1&gt;'
    """
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick without its partner
        return _plain(text)
    return "".join(f"`{part}`" if number % 2 else _plain(part) for number, part in enumerate(parts))


def _plain(text: str) -> str:
    """Take every meaning as markup from a text."""
    return MARKUP.sub(lambda found: "\\" + found[0], text.translate(ENTITIES))


def code(text: str) -> str:
    """Write a text as code within a line.

    Examples:
        >>> code("a`b")
        '`` a`b ``'
    """
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {text} {fence}" if longest else f"`{text}`"


def block(lines: Iterable[str], language: str = "text") -> str:
    """Write lines as a block of code; what is too wide for a page is cut, and says so by its end."""
    shown = [line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + " …" for line in lines]
    longest = max((len(run) for line in shown for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(SHORTEST_FENCE, longest + 1)
    return "\n".join([f"{fence}{language}", *shown, fence])


def heading(level: int, text: str, name: str = "") -> str:
    """Write a heading with an anchor of its own."""
    return f"{'#' * level} {text}" + (f" {{ #{name} }}" if name else "")


def link(text: str, target: str) -> str:
    """Write a link."""
    return f"[{text}]({target})"


def bullets(items: Iterable[str]) -> str:
    """Write a list."""
    return "\n".join(f"- {item}" for item in items)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; its cells are Markdown already."""
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *rows))
