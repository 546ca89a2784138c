"""Web console: rows that are copied from a provider's page of logs.

Format facts (all seen in copies, none specified):
1. IBM Cloud's page has the columns type, instance, text and time: `APP/PROC/WEB 0 text Sep 14, 2021, 07:47:18 PM`.
2. As a table the columns stand between bars, `| APP/PROC/WEB | 0 | text | Sep 14, 2021, 07:47:18 PM |`, in any order.
   The outer bars may be missing, as in the source of a Markdown table.
3. The time is the browser's, without its zone; it is missing where the row was cut.
"""

from __future__ import annotations

import re

from loganalyzer.ingesters.cloudfoundry.tagged import Frame, tagged_event
from loganalyzer.ingesters.cloudfoundry.tags import KNOWN_TAG
from loganalyzer.ingesters.cloudfoundry.times import STAMP, TRAILING_DATE, read_time
from loganalyzer.late import late_regex
from loganalyzer.model import Claim, Event, Line

__all__ = ["parse_row"]

LONGEST_DATE = 60
FEWEST_CELLS = 3
MOST_CELLS = 12
LONGEST_INSTANCE = 5
ROW = late_regex(
    r"\s*(?P<type>(?:APP|App)(?:/[^\s|\[\]]{1,200})?|CELL(?:/SSHD)?|HEALTH|PROXY|STG|API|RTR|SSH|LGR)[ \t]+"
    r"(?P<instance>\d{1,5})(?:[ \t]+(?P<message>.*)|\s*)$",
    re.DOTALL,
)
CELL_TAG = late_regex(rf"\[?(?P<tag>{KNOWN_TAG})\]?")
OPEN_ROW = late_regex(rf"\s*\[?{KNOWN_TAG}\]?[ \t]*\|[ \t]*\d{{1,5}}[ \t]*\|")
CHANNEL = late_regex(r"\[?(?:STD)?(OUT|ERR)\]?|std(out|err)")


def parse_row(line: Line) -> Event | None:
    """Turn a row of a provider's page into an event.

    Returns:
        The event; None when the line is no such row. Never raises.

    Examples:
        >>> parse_row(Line(1, "CELL 0 Container became healthy Sep 14, 2021, 07:47:18 PM")).message
        'Container became healthy'
    """
    if line.text.lstrip().startswith("|") or OPEN_ROW.match(line.text):
        return _parse_cells(line)
    row = ROW.match(line.text)
    if row is None:
        return None
    message = row["message"] or ""
    tail_start = max(0, len(message) - LONGEST_DATE)
    date = TRAILING_DATE.search(message, tail_start)
    if date is None and "/PROC/" not in row["type"]:
        return None  # fact 3: without the time, only a type of three parts is unmistakable
    at = read_time(date["at"]) if date else None
    message = message[: date.start()] if date else message
    claim = Claim.HEADED if date else Claim.BARE
    return tagged_event(line, Frame(f"{row['type']}/{row['instance']}", None, at, claim=claim), message.rstrip())


def _parse_cells(line: Line) -> Event | None:
    """Read a row between bars (fact 2)."""
    cells = [cell.strip(" `*") for cell in line.text.strip().strip("|").split("|", MOST_CELLS)]
    tags = [position for position, cell in enumerate(cells) if CELL_TAG.fullmatch(cell)]
    if not tags or len(cells) < FEWEST_CELLS:
        return None
    found = CELL_TAG.fullmatch(cells.pop(tags[0]))
    tag = found["tag"] if found else ""
    instance = channel = at = None
    texts: list[str] = []
    for cell in cells:
        if instance is None and not texts and cell.isdecimal() and len(cell) <= LONGEST_INSTANCE:
            instance = cell
        elif channel is None and CHANNEL.fullmatch(cell):
            channel = "ERR" if "ERR" in cell.upper() else "OUT"
        elif at is None and len(cell) < LONGEST_DATE and re.fullmatch(STAMP, cell) and read_time(cell):
            at = read_time(cell)
        else:
            texts.append(cell)
    if instance is not None and not re.search(r"/\d+$", tag):
        tag = f"{tag}/{instance}"
    elif "/" not in tag and channel is None and at is None:
        return None  # a word of a table that happens to be a tag
    return tagged_event(line, Frame(tag, channel, at), " | ".join(texts).strip(" |"))
