"""Text on a screen: its width in columns, wrapped and cut to that; messages without what a logger puts around them."""

from __future__ import annotations

import json
import os
import sys
import textwrap

from loganalyzer.late import late_regex
from loganalyzer.text import clean

__all__ = ["WIDTH", "columns_of", "fit", "plain_message", "screen_width", "wants_color", "wrap"]

WIDTH = 80
"""Of a text that does not go to a terminal, so that it is the same everywhere."""

NARROWEST, WIDEST = 40, 120
"""Longer lines are no longer read at a glance."""

JSON_KEYS = ("msg", "message", "event", "text")
LONGEST_JSON = 20_000
MOST_HEADS = 6
HEAD = late_regex(
    r"(?:"
    r"\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})? ?(?:Z|[+-]\d\d:?\d\d)?\]?"  # the logger's own time
    r"|\[\d{1,7}\]"  # process id
    r"|\[?(?:TRACE|DEBUG|INFO|NOTICE|info|debug)\]?:?"  # a level without weight
    r"|\d{1,7} --- (?:\[[^\]]{0,80}\] ?)*[\w.$]{1,120} *:"  # Spring Boot
    r"|\[Nest\] \d{1,7} +- \d\d/\d\d/\d{4}, \d{1,2}:\d\d:\d\d [AP]M +LOG"  # NestJS
    r"|==>|-"
    r")[ \t]+"
)
EXIT_DESCRIPTION = late_regex(r'"exit_description"=>"((?:[^"\\]|\\.){1,500})"')
GUID = late_regex(r"\b([0-9a-f]{8})(?:-[0-9a-f]{4}){3}(?:-[0-9a-f]{4,12})?\b")


def screen_width() -> int:
    """Give the columns that a line of standard output may take: what the terminal has, within reason."""
    if not sys.stdout.isatty():
        return WIDTH
    try:
        columns = int(os.environ.get("COLUMNS", "")) or WIDTH
    except ValueError:
        try:
            columns = os.get_terminal_size(sys.stdout.fileno()).columns or WIDTH
        except (OSError, ValueError):
            columns = WIDTH
    return max(NARROWEST, min(WIDEST, columns))


def wants_color(choice: str) -> bool:
    """Say whether standard output is to be coloured.

    Args:
        choice: `always`, `never`, or `auto` for what a terminal takes and NO_COLOR allows.
    """
    if choice != "auto":
        return choice == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def columns_of(text: str) -> int:
    """Give the columns that a text takes; a wide letter takes two, a combining sign none.

    >>> columns_of("port"), columns_of("\u7aef\u53e3")
    (4, 4)
    """
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 (most logs are plain, and a short report need not wait for it)

    return cell_len(text)


def fit(text: str, width: int) -> str:
    """Bring text onto one line of at most so many columns, without control characters."""
    plain = " ".join(clean(text[: 4 * width + 1000]).split())
    if columns_of(plain) <= width:
        return plain
    return _chop(plain, max(1, width - 3))[0] + "..."


def wrap(text: str, width: int, first: str = "", rest: str | None = None, most: int | None = None) -> list[str]:
    """Wrap a text at blanks; names, paths and options are broken only where they are wider than a line.

    Args:
        text: without control characters.
        width: columns of a line.
        first: what stands before the first line.
        rest: what stands before the following lines; *first* when None.
        most: lines at most, the last one with dots where something is cut; None for all.
    """
    following = first if rest is None else rest
    if text.isascii():
        return textwrap.wrap(
            text,
            width,
            initial_indent=first,
            subsequent_indent=following,
            break_on_hyphens=False,
            max_lines=most,
            placeholder=" ...",
        )
    lines = _wrap_wide(text, width, first, following)
    if most is not None and len(lines) > most:
        lines = lines[:most]
        lines[-1] = _chop(lines[-1], width - 4)[0] + " ..."
    return lines


def _wrap_wide(text: str, width: int, first: str, rest: str) -> list[str]:
    """Wrap a text that has letters of two columns."""
    lines: list[str] = []
    line, is_empty = first, True
    for word in text.split():
        joined = line + word if is_empty else f"{line} {word}"
        if columns_of(joined) <= width:
            line, is_empty = joined, False
            continue
        if not is_empty:
            lines.append(line)
        *full, last = _chop(word, max(1, width - max(len(first), len(rest))))
        for piece in full:
            lines.append((rest if lines else first) + piece)
        line, is_empty = (rest if lines else first) + last, False
    return lines if is_empty else [*lines, line]


def _chop(text: str, width: int) -> list[str]:
    """Cut a text into pieces of so many columns; never empty."""
    if text.isascii():
        return [text[start : start + width] for start in range(0, len(text), width)] or [""]
    from rich.cells import chop_cells  # noqa: PLC0415 (see columns_of)

    return chop_cells(text, width) or [""]


def plain_message(message: str) -> str:
    r"""Take away what a logger puts around a message, and shorten ids. Never raises.

    >>> plain_message("[2026-03-22 08:02:01 +0000] [55] [INFO] Listening at: http://0.0.0.0:10000 (55)")
    'Listening at: http://0.0.0.0:10000 (55)'
    >>> plain_message('{"level":30,"pid":74,"msg":"Server listening at http://127.0.0.1:3000"}')
    'Server listening at http://127.0.0.1:3000'
    >>> plain_message("Cell 1c02b2bb-721d-46a6-b8c8-d42a8ea57bd6 stopping instance 50442bb5-20cd-4a94-9043-046d")
    'Cell 1c02b2bb stopping instance 50442bb5'
    """
    text = message.strip()
    told = EXIT_DESCRIPTION.search(text) if '"exit_description"' in text else None
    if told is not None:
        return f"instance ended: {plain_message(told[1])}"
    if text.startswith("{") and len(text) <= LONGEST_JSON:
        text = _json_message(text) or text
    for _ in range(MOST_HEADS):
        found = HEAD.match(text)
        if found is None or found.end() == len(text):
            break
        text = text[found.end() :]
    return GUID.sub(r"\1", text)


def _json_message(text: str) -> str:
    """Give the message of a line that a logger wrote as JSON; empty when there is none."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(record, dict):
        return ""
    return next((record[key].strip() for key in JSON_KEYS if isinstance(record.get(key), str)), "")
