"""Values of options that several commands have, read without Typer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loganalyzer.late import late_regex

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

__all__ = ["BadValue", "choose", "read_duration", "read_span", "read_time", "use_folders"]

DURATION = late_regex(r"(\d+(?:\.\d+)?)(ms|s|m|h|)")
MORE_THAN_0 = ("--timeout", "--before-trigger", "--boot-timeout")
UNITS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0, "h": 3600.0}
WITHOUT_SECONDS = late_regex(r"([T ]\d\d:\d\d)(Z|[+-][\d:]+)?$")


class BadValue(Exception):  # noqa: N818 (it is told to the user as such)
    """An option has a value that means nothing."""

    def __init__(self, option: str, reason: str) -> None:
        """Keep the option and what is wrong."""
        super().__init__(f"{option}: {reason}")
        self.option = option
        self.reason = reason


def choose(option: str, value: str, known: tuple[str, ...]) -> None:
    """Refuse a value that is none of the known ones. Raises BadValue."""
    if value not in known:
        raise BadValue(option, f"{value!r} is none of {', '.join(known)}")


def read_duration(option: str, text: str) -> float:
    """Read a duration such as 180s, 10m, 1h; a bare number is seconds. Raises BadValue."""
    found = DURATION.fullmatch(text.strip())
    if found is None:
        raise BadValue(option, f"{text!r} is no duration such as 180s, 10m or 1h")
    seconds = float(found[1]) * UNITS[found[2]]
    if seconds <= 0 and option in MORE_THAN_0:
        raise BadValue(option, "must be more than 0")
    return seconds


def read_time(option: str, text: str | None) -> datetime | None:
    """Read a time given by the user; a day alone is its midnight, and seconds may be left out. Raises BadValue.

    Examples:
        >>> [str(read_time("--since", text)) for text in ("2026-05-01", "2026-05-01T12:30+02:00")]
        ['2026-05-01 00:00:00+00:00', '2026-05-01 10:30:00+00:00']
    """
    from loganalyzer.text import parse_timestamp  # noqa: PLC0415 (start-up time)

    if text is None:
        return None
    full = text if len(text) > len("2026-05-01") else f"{text}T00:00:00"
    at = parse_timestamp(WITHOUT_SECONDS.sub(r"\1:00\2", full))
    if at is None:
        raise BadValue(option, f"{text!r} is no time such as 2026-05-01T12:30:00Z")
    return at


def read_span(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """Read the times of --since and --until. Raises BadValue, also where nothing can lie between them."""
    first, last = read_time("--since", since), read_time("--until", until)
    if first is not None and last is not None and first > last:
        raise BadValue("--until", f"{until!r} is before --since {since!r}")
    return first, last


def use_folders(folders: Iterable[Path] | None) -> tuple[Path, ...]:
    """Give the folders of the user's own patterns. Raises BadValue for one that is none or holds no pattern."""
    found = tuple(folders or ())
    for folder in found:
        if not folder.is_dir():
            raise BadValue("--patterns", f"{str(folder)!r} is no folder")
        if next(folder.rglob("*.yaml"), None) is None:
            raise BadValue("--patterns", f"{str(folder)!r} holds no patterns (.yaml)")
    return found
