"""Heads: what may stand before a line's own text after it was copied, quoted or gathered.

Format facts (all seen in copies, none specified):
1. Indents of 0 to 8 blanks, `> ` of a quote, list markers, backticks and `**` of Markdown, bars of a table, `//` and
   `#` of a comment, `...` for lines left out.
2. Numbers of lines, and `file:12:` of a search through files.
3. A continuous integration system puts its own time before each line: seven decimals and `Z`, a time in brackets, or
   one of the day.
"""

from __future__ import annotations

__all__ = ["CI_STAMP", "JUNK", "OUTER_STAMP", "trim_tail"]

JUNK = (
    r"(?:[\s>`*|\u2022\u00b7/#.\u2026\"'\\,+\ufeff-]{0,200}+"  # fact 1
    r"(?:(?:\d{1,6}[.):]\s|(?:[\w./-]{1,200}\.(?:log|txt|out):)?(?:\d{1,6}:)?)\s{0,8}+(?=[\[\d]))?)"  # fact 2
)
"""Matches what copying leaves before a line; it never gives back what it took."""

OUTER_STAMP = r"(?:\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7}Z\s+)?"
"""The time of a continuous integration system (fact 3)."""

CI_STAMP = (
    r"(?:(?:\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7}Z"
    r"|\[\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z?\]|\d{2}:\d{2}:\d{2}(?:\.\d{3})?)\s+){0,2}"
)
"""The same with the forms in brackets and of the day, where no time of Cloud Foundry's own can follow."""

CLOSING = "`*|\"'"


def trim_tail(lead: str, message: str) -> str:
    """Take off the end of a message what closes the marks before the line, and blanks.

    Examples:
        >>> trim_tail("| `", "Exit status 1` |")
        'Exit status 1'
    """
    marks = "".join(mark for mark in CLOSING if mark in lead)
    if '"' in marks:
        marks += ","
    return message.rstrip(f"{marks} \t\r\n") if marks else message.rstrip()
