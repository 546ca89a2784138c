"""What the commands' texts have in common: headings, paragraphs, tables; all within 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from loganalyzer.report.layout import simple_table
from loganalyzer.screen import WIDTH, columns_of, wrap
from loganalyzer.text import clean

__all__ = ["INDENT", "WIDTH", "heading", "items", "paragraph", "quote", "section", "table"]

INDENT = "  "
NARROWEST = 16
GAP = 2
HEADER_PADDING = 2
"""A column is at least that much wider than its header."""


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
    return wrap(clean(text), WIDTH, indent, rest) or [indent.rstrip()]


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
    """Write a table; columns of figures stand to the right.

    Args:
        headers: of the columns.
        rows: their cells, as text.
        wrapped: the column that gives way, so that the table fits the width.
        indent: what stands before each line.
    """
    cells = [[clean(cell) for cell in row] for row in rows]
    widths = [
        max([columns_of(header) + HEADER_PADDING, *(columns_of(row[column]) for row in cells)])
        for column, header in enumerate(headers)
    ]
    others = sum(widths) - widths[wrapped] + GAP * (len(headers) - 1) + len(indent)
    room = max(NARROWEST, WIDTH - others)
    lines = []
    for row in cells:
        pieces = wrap(row[wrapped], room) or [""]
        lines.append([*row[:wrapped], pieces[0], *row[wrapped + 1 :]])
        lines += [[*[""] * wrapped, piece, *[""] * (len(headers) - wrapped - 1)] for piece in pieces[1:]]
    return [f"{indent}{line}".rstrip() for line in simple_table(lines, headers, names=0)]
