"""What the commands' texts have in common: headings, paragraphs, tables; all within 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from loganalyzer.text import clean

__all__ = ["INDENT", "WIDTH", "heading", "items", "paragraph", "quote", "section", "table"]

WIDTH = 80
INDENT = "  "
NARROWEST = 16
GAP = 2
HEADER_PADDING = 2
"""tabulate makes a column that much wider than its header."""


def heading(text: str) -> str:
    """Write a heading as the reports do."""
    return clean(text).upper()


def paragraph(text: str, indent: str = INDENT, rest: str | None = None) -> list[str]:
    """Wrap a text.

    Args:
        text: any text; control characters are taken out.
        indent: what stands before the first line.
        rest: what stands before the following lines; *indent* when None.
    """
    following = indent if rest is None else rest
    return textwrap.wrap(
        clean(text), WIDTH, initial_indent=indent, subsequent_indent=following, break_on_hyphens=False
    ) or [indent.rstrip()]


def items(texts: Iterable[str], indent: str = INDENT) -> list[str]:
    """Wrap texts, the lines behind the first of each indented further."""
    return [line for text in texts for line in paragraph(text, indent, indent + INDENT)]


def section(title: str, lines: Sequence[str]) -> list[str]:
    """Give a heading with its lines and a blank line before it; nothing when there are no lines."""
    return ["", heading(title), *lines] if lines else []


def quote(text: str, width: int) -> str:
    """Write a piece of a log or of a regex in quotes on one line, cut to a width; control characters are taken out."""
    plain = clean(text).replace("\n", " ")
    return f'"{plain}"' if len(plain) + 2 <= width else f'"{plain[: max(0, width - 5)]}..."'


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], wrapped: int, indent: str = INDENT) -> list[str]:
    """Write a table.

    Args:
        headers: of the columns.
        rows: their cells, as text.
        wrapped: the column that gives way, so that the table fits the width.
        indent: what stands before each line.
    """
    from tabulate import tabulate  # noqa: PLC0415 (not every command prints a table)

    cells = [[clean(cell) for cell in row] for row in rows]
    widths = [
        max([len(header) + HEADER_PADDING, *(len(row[column]) for row in cells)])
        for column, header in enumerate(headers)
    ]
    others = sum(widths) - widths[wrapped] + GAP * (len(headers) - 1) + len(indent)
    limits: list[int | None] = [None] * len(headers)
    limits[wrapped] = max(NARROWEST, WIDTH - others)
    text = str(tabulate(cells, list(headers), tablefmt="simple", disable_numparse=True, maxcolwidths=limits))
    return [f"{indent}{line}".rstrip() for line in text.splitlines()]
