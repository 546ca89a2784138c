"""Damage that pasting, terminals and viewers do to a log, chosen so that the lines that count stay readable."""

# ruff: noqa: ARG001 (every kind of damage is given the chance, and not all need it)

from __future__ import annotations

from collections.abc import Callable
from random import Random

from .model import FILLER, Row

__all__ = ["DAMAGES", "LINE_ENDS", "damage"]

Damage = Callable[[list[Row], Random], list[Row]]

LINE_ENDS = {"crlf": "\r\n"}
RECORD_FORMS = frozenset({"json", "drain", "https-drain"})
"""Shapes that programs write: nobody quotes or colours them, but they are cut."""


def _prefixed(rows: list[Row], prefix: str) -> list[Row]:
    """Put something before each line."""
    return [
        Row((prefix + row.text).rstrip(" ") if not row.text else prefix + row.text, row.role, row.at) for row in rows
    ]


def quoted(rows: list[Row], random: Random) -> list[Row]:
    """Quote as mail and markdown do."""
    return _prefixed(rows, "> ")


def indented(rows: list[Row], random: Random) -> list[Row]:
    """Indent every line alike."""
    return _prefixed(rows, " " * random.randint(2, 8))


def spaced(rows: list[Row], random: Random) -> list[Row]:
    """Put a blank line behind every line."""
    return [part for row in rows for part in (row, Row(""))]


def bulleted(rows: list[Row], random: Random) -> list[Row]:
    """Make a list of some lines in a row."""
    start = random.randrange(len(rows))
    mark = random.choice(("- ", "* "))
    return [
        Row(mark + row.text, row.role, row.at) if start <= number < start + 6 and row.text else row
        for number, row in enumerate(rows)
    ]


def ticked(rows: list[Row], random: Random) -> list[Row]:
    """Put a fence of backticks around everything, and single ones around one line."""
    chosen = random.randrange(len(rows))
    marked = [
        Row(f"`{row.text}`", row.role, row.at) if number == chosen and "`" not in row.text and row.text else row
        for number, row in enumerate(rows)
    ]
    return [Row("```"), *marked, Row("```")]


def coloured(rows: list[Row], random: Random) -> list[Row]:
    """Colour the prefix of each line, as a terminal shows it."""
    return [Row(_colour(row.text, random), row.role, row.at) for row in rows]


def _colour(text: str, random: Random) -> str:
    """Wrap the first word, or the first two."""
    if not text.strip():
        return text
    indent = text[: len(text) - len(text.lstrip(" "))]
    words = text.lstrip(" ").split(" ", 2)
    code = random.choice(("\x1b[36m", "\x1b[38;5;208m", "\x1b[33;1m", "\x1b[31m"))
    return indent + " ".join([code + " ".join(words[:2]) + "\x1b[0m", *words[2:]])


def shuffled(rows: list[Row], random: Random) -> list[Row]:
    """Swap some neighbours whose times differ, as log buffers do."""
    mixed = list(rows)
    for number in range(len(mixed) - 1):
        before, after = mixed[number].at, mixed[number + 1].at
        if (
            before is not None
            and after is not None
            and (after - before).total_seconds() > 1.0
            and random.random() < 0.15
        ):
            mixed[number], mixed[number + 1] = mixed[number + 1], mixed[number]
    return mixed


def headless(rows: list[Row], random: Random) -> list[Row]:
    """Cut away what stands before the first line that counts."""
    first = next((number for number, row in enumerate(rows) if row.role != FILLER), 0)
    return rows[random.randint(0, first) :] if first else rows


def tailless(rows: list[Row], random: Random) -> list[Row]:
    """Cut away something behind the last line that counts."""
    last = max((number for number, row in enumerate(rows) if row.role != FILLER), default=len(rows) - 1)
    return rows[: random.randint(last + 1, len(rows))]


def dotted(rows: list[Row], random: Random) -> list[Row]:
    """Put three dots where the poster left something out."""
    return [Row("..."), *rows]


def prompted(rows: list[Row], random: Random) -> list[Row]:
    """Leave the command that printed the log, and what ended it."""
    command = random.choice(
        (
            "$ heroku logs --tail",
            "~/code/shop (main) $ cf logs shop --recent",
            "PS C:\\code\\shop> heroku logs -n 200",
            "% render logs --resources srv-cq1m2n3o4p5q6r7s8t9u --limit 200",
        )
    )
    return [Row(command), *rows, Row("^C")]


DAMAGES: dict[str, Damage] = {
    "quoted": quoted,
    "indented": indented,
    "spaced": spaced,
    "bulleted": bulleted,
    "ticked": ticked,
    "coloured": coloured,
    "shuffled": shuffled,
    "headless": headless,
    "tailless": tailless,
    "dotted": dotted,
    "prompted": prompted,
}
ANYWHERE = ("headless", "tailless", "shuffled")
PASTED = ("quoted", "indented", "spaced", "bulleted", "ticked", "coloured", "dotted", "prompted")


def damage(rows: list[Row], form: str, random: Random) -> tuple[list[Row], list[str]]:
    """Do no, one or two kinds of damage.

    Returns:
        The rows, and the names of what was done; `crlf` among them is for the line ends.
    """
    if form == "json":
        return rows, []
    done: list[str] = []
    if random.random() < 0.4:
        done.append(random.choice(ANYWHERE))
    if form not in RECORD_FORMS and random.random() < 0.35:
        done.append(random.choice(PASTED))
    if random.random() < 0.1:
        done.append("crlf")
    for name in done:
        if name in DAMAGES and rows:
            rows = DAMAGES[name](rows, random)
    return rows, done
