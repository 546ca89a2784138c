"""Heads of text lines: when a line was written, by which instance, and what a copy has put in front of it.

Facts by number: see the package's docstring.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from loganalyzer.late import late_regex
from loganalyzer.text import MASKED_TIME, MONTHS, parse_clock, parse_timestamp

__all__ = ["CLOUD_FOUNDRY_TAG", "PLATFORM", "Head", "is_foreign", "read_head"]

PLATFORM = "render"

LEAD = r"(?P<lead>[ \t>*`|•·-]{0,40}(?:\d{1,5}(?:[.):]|[ \t]*\|)?[ \t]+)?)"
"""What a copy may put in front of a line: quote marks, bullets, a line number (fact 11)."""

CLOCK = r"(?P<clock>\d{1,2}:\d\d:\d\d)[ \u00a0\u202f]?(?P<half>[AP]M)"
BEHIND_CLOCK = r"(?:$|[ \t]{0,2}\|(?:[ \t]|$)|[ \t]{1,2})(?P<rest>.*)$"

DOWNLOAD = late_regex(  # fact 1; three digits of the year: fact 11
    rf"^{LEAD}(?P<at>\d{{3,4}}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{{1,9}})?Z)(?:[ \t](?P<rest>.*))?$", re.DOTALL
)
CLI = late_regex(rf"^{LEAD}(?P<at>\d{{3,4}}-\d\d-\d\d \d\d:\d\d:\d\d)(?:  (?P<rest>.*)|[ \t]*)$", re.DOTALL)  # fact 4
DAY = late_regex(  # fact 2
    rf"^{LEAD}(?P<month>{'|'.join(MONTHS)}) {{1,2}}(?P<day>\d{{1,2}}) {CLOCK}{BEHIND_CLOCK}", re.DOTALL
)
TIME = late_regex(rf"^{LEAD}{CLOCK}{BEHIND_CLOCK}", re.DOTALL)  # fact 2
TIME_24 = late_regex(rf"^{LEAD}(?P<clock>\d\d:\d\d:\d\d(?:\.\d{{1,9}})?)[ \t]{{1,2}}(?P<rest>.*)$", re.DOTALL)  # fact 2
CUT = late_regex(r"^(?P<lead>[ \t>*`|•·-]{0,40})[\dT:.-]{0,20}\d{5,9}Z (?P<rest>.*)$", re.DOTALL)  # facts 1 and 11
NO_TIME = late_regex(rf"^{LEAD}(?:{MASKED_TIME}[ \t]+)?(?P<rest>.*)$", re.DOTALL)  # fact 11

INSTANCE = late_regex(  # fact 3; a process number in brackets has no letter
    r"^\[(?P<instance>(?=\d{0,4}[a-z])[bcdfghjklmnpqrstvwxz2456789]{5})\][ \t]*(?P<rest>.*)$", re.DOTALL
)
CLOUD_FOUNDRY_TAG = (
    r"\[(?:APP|App|RTR|CELL|API|STG|SSH|HEALTH|LGR|PROXY|DEA)(?:(?:/[\w.-]+)*/\d+\]|\] *\[?(?:OUT|ERR|STD))"
)
FOREIGN = late_regex(rf" *(?:(?:app|heroku|logplex)\[[\w.:-]+\]:|{CLOUD_FOUNDRY_TAG})")
"""The tags of Heroku and Cloud Foundry, behind a time that could be Render's."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in front of a message.

    Attributes:
        rest: the message; behind a time its leading spaces are kept.
        at: aware UTC; None when there is no time, a damaged one or no real one.
        instance: the instance that the line names, else None.
        suffices: whether the shape alone makes the line Render's; False without a time and for times that every other
            logger writes.
        exact: whether the message stands as it was written, see `read_wording`.
    """

    rest: str
    at: datetime | None = None
    instance: str | None = None
    suffices: bool = True
    exact: bool = False


def read_head(text: str) -> Head:
    """Take the head off a line: damage of copying (fact 11) and the time.

    Examples:
        >>> read_head("05:48:13 PM | ready").rest
        'ready'
        >>> read_head("08:00:44 AM  [x2v8k] ready").instance
        'x2v8k'
        >>> read_head("> ready")
        Head(rest='ready', at=None, instance=None, suffices=False, exact=False)
    """
    for shape in SHAPES:
        found = shape.regex.match(text)
        if found is not None:
            return _make_head(shape, found)
    found = CUT.match(text)
    if found is not None:
        return Head(_unwrap(found["lead"], found["rest"]), exact=True)
    found = NO_TIME.match(text)
    return Head(_unwrap(found["lead"], found["rest"]) if found else text, suffices=False)


def is_foreign(message: str) -> bool:
    """Say whether a message begins with the tag of another platform."""
    return FOREIGN.match(message) is not None


def _unwrap(lead: str, text: str) -> str:
    """Take off the end of a text the marks that were opened in front of it (fact 11)."""
    for mark in ("|", "**", "`"):
        if mark in lead and text.rstrip().endswith(mark):
            text = text.rstrip().removesuffix(mark).rstrip("`")
    return text


def _read_timestamp(found: re.Match[str]) -> datetime | None:
    """Read a date and time; the zoneless ones of fact 4 are taken as UTC."""
    return parse_timestamp(found["at"])


def _read_day(found: re.Match[str]) -> datetime | None:
    """Read a day and time without a year."""
    return parse_clock(f"{found['clock']} {found['half']}", month=MONTHS[found["month"]], day=int(found["day"]))


def _read_time(found: re.Match[str]) -> datetime | None:
    """Read a time of day with AM or PM."""
    return parse_clock(f"{found['clock']} {found['half']}")


def _read_time_24(found: re.Match[str]) -> datetime | None:
    """Read a time of day of 24 hours."""
    return parse_clock(found["clock"])


class Shape(NamedTuple):
    """One way in which a line may begin.

    Attributes:
        regex: names `lead` and `rest`, and what `read_time` needs.
        read_time: gives the time of a match; None when it is no real one.
        names_instance: whether an instance in brackets may follow.
        suffices, exact: see Head.
    """

    regex: re.Pattern[str]
    read_time: Callable[[re.Match[str]], datetime | None]
    names_instance: bool
    suffices: bool
    exact: bool


SHAPES = (
    Shape(DOWNLOAD, _read_timestamp, names_instance=False, suffices=True, exact=True),
    Shape(CLI, _read_timestamp, names_instance=False, suffices=True, exact=True),
    Shape(DAY, _read_day, names_instance=True, suffices=True, exact=False),
    Shape(TIME, _read_time, names_instance=True, suffices=True, exact=False),
    Shape(TIME_24, _read_time_24, names_instance=True, suffices=False, exact=False),
)


def _make_head(shape: Shape, found: re.Match[str]) -> Head:
    """Put together what a shape found."""
    at = shape.read_time(found)
    rest = _unwrap(found["lead"], found["rest"] or "")
    named = INSTANCE.match(rest) if shape.names_instance else None
    if named is not None:
        return Head(named["rest"], at, named["instance"])
    return Head(rest, at, suffices=shape.suffices, exact=shape.exact)
