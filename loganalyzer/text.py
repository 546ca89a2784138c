"""Pure functions on one string: colour codes, paste damage, timestamps, key=value pairs, quotes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from loganalyzer.late import late_regex
from loganalyzer.model import UNDATED_YEAR

__all__ = [
    "ANSI",
    "ESCAPED",
    "MASKED_TIME",
    "MONTHS",
    "TIMESTAMP",
    "clean",
    "parse_clock",
    "parse_timestamp",
    "read_pairs",
    "shorten",
    "strip_ansi",
    "unquote",
]

ANSI = late_regex(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[()][0-9A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]")
"""Terminal control sequences: CSI, character sets, OSC with either end, two-character escapes (ECMA-48)."""

MASKED_TIME = (
    r"(?:[\[<(](?i:timestamp|time|date|redacted)[\])>]"
    r"|(?=[^\sT]{0,12}[XxYyMmDd*#?.]-|\S{0,24}[XxHhSs*#?]{2})[\dXxYyMmDd*#?.]{2,4}-[\dXxMm*#?.]{1,2}-[\dXxDd*#?.]{1,2}"
    r"(?:[Tt]|[ ]+)[\dXxHhMmSs*#?.:]{2,20}(?:[Zz]|[+-][\dXxZz:]{4,6})?)"
)
"""What people write in the place of a time that they do not want to show."""

TIMESTAMP = r"(?:\d{4}|(?<!\d)\d{3})-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?"
"""An ISO 8601 / RFC 3339 date and time with 0 to 9 decimals; the first digit of the year may be lost in copying."""

MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
"""Month numbers by their English three-letter names."""

LOST_DIGIT = 3
PLAIN = late_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)", re.ASCII)
"""The forms of TIMESTAMP that `fromisoformat` reads alike."""

CONTROL = late_regex(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What moves the cursor, and what turns the direction of the letters behind it."""

ISO = late_regex(
    r"(?P<year>\d{3,4})-(?P<month>\d{2})-(?P<day>\d{2})[T ](?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2})"
    r"(?:[.,](?P<fraction>\d{1,9}))? ?(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?"
)
CLOCK = late_regex(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2}):(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?"
    r"[ \u202f]?(?P<half>[AaPp][Mm])?"
)
ESCAPED = late_regex(r"\\(.)")
PAIR = late_regex(r'(?P<key>[A-Za-z_][\w.#-]*)[=:](?P<value>"(?:[^"\\]|\\.)*"|[^\s,}]*)')


def strip_ansi(text: str) -> str:
    """Remove terminal control sequences, whole ones and the `(B` that is left of a half-stripped reset."""
    if "\x1b" in text:
        text = ANSI.sub("", text).replace("\x1b", "")  # a lone escape could form a new sequence with what follows
    return text


def clean(text: str) -> str:
    """Remove every control character, so that the text can be shown on a terminal; tabs become spaces."""
    return CONTROL.sub("", strip_ansi(text).replace("\t", " "))


def parse_timestamp(text: str) -> datetime | None:
    """Read an ISO 8601 date and time.

    Args:
        text: with 0 to 9 decimals; more than six are cut. Without a zone it is taken as UTC. A year of three
            digits has lost its first one, which was a 2.

    Returns:
        Aware UTC, or None when the text is no such time or no real date.

    Examples:
        >>> parse_timestamp("2024-05-01T10:00:00.123456789Z").isoformat()
        '2024-05-01T10:00:00.123456+00:00'
        >>> parse_timestamp("2019-03-27T17:01:05.49-0600").isoformat()
        '2019-03-27T23:01:05.490000+00:00'
        >>> parse_timestamp("2024-13-01T10:00:00Z") is None
        True
    """
    plain = _parse_plain(text)
    if plain is not None:
        return plain
    found = ISO.match(text)
    if found is None:
        return None
    year = int(found["year"])
    try:
        at = datetime(
            year + 2000 if len(found["year"]) == LOST_DIGIT else year,
            int(found["month"]),
            int(found["day"]),
            int(found["hour"]),
            int(found["minute"]),
            int(found["second"]),
            int((found["fraction"] or "0")[:6].ljust(6, "0")),
            tzinfo=parse_zone(found["zone"]),
        )
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _parse_plain(text: str) -> datetime | None:
    """Read the most common forms, several times faster; None for the others and what is no real date."""
    found = PLAIN.match(text)
    if found is None:
        return None
    try:
        return datetime.fromisoformat(found[0]).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def parse_zone(text: str | None) -> timezone:
    """Read `Z`, `UTC`, `+0200` or `-07:00`; nothing is UTC. Raises ValueError beyond 24 hours."""
    if not text or text in ("Z", "UTC"):
        return UTC
    digits = text.replace(":", "")
    offset = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5]))
    return timezone(-offset if digits[0] == "-" else offset)


def parse_clock(text: str, *, month: int = 1, day: int = 1, year: int = UNDATED_YEAR) -> datetime | None:
    """Read a time of day, of 24 hours or with AM and PM, onto a date.

    Args:
        text: `17:29:18`, `05:48:13 PM`, `07:18:38.855`.
        month: 1 to 12.
        day: day of that month.
        year: UNDATED_YEAR when the log does not give one.

    Returns:
        Aware, taken as UTC because such logs name no zone; None when it is no time of day.

    Examples:
        >>> parse_clock("05:48:13 PM").strftime("%H:%M:%S")
        '17:48:13'
    """
    found = CLOCK.match(text)
    if found is None:
        return None
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].lower() == "pm" else 0)
    microsecond = int((found["fraction"] or "0")[:6].ljust(6, "0"))
    try:
        return datetime(year, month, day, hour, int(found["minute"]), int(found["second"]), microsecond, tzinfo=UTC)
    except ValueError:
        return None


def unquote(text: str) -> str:
    r"""Take the double quotes off a value and undo `\"` and `\\` in it; text without quotes stays as it is."""
    if len(text) >= 2 and text[0] == text[-1] == '"':
        inner = text[1:-1]
        return ESCAPED.sub(r"\1", inner) if "\\" in inner else inner
    return text


def read_pairs(text: str) -> dict[str, str]:
    """Read `key=value` and `key:"value"` pairs; the first of a repeated key counts, quotes are taken off.

    Examples:
        >>> read_pairs('at=error code=H10 desc="App crashed" dyno= status=503')["desc"]
        'App crashed'
    """
    pairs: dict[str, str] = {}
    for found in PAIR.finditer(text):
        pairs.setdefault(found["key"], unquote(found["value"]))
    return pairs


def shorten(text: str, width: int) -> str:
    """Cut a line to a width, with dots where something is cut; control characters are taken out."""
    plain = " ".join(clean(text).split())
    return plain if len(plain) <= width else plain[: max(0, width - 3)] + "..."
