"""Moments: times and durations as they stand in bytes of a block."""

from __future__ import annotations

from functools import lru_cache

from loganalyzer.text import parse_timestamp

__all__ = ["milliseconds_of", "minute_of_stamp"]


@lru_cache(maxsize=4096)
def minute_of_stamp(stamp: bytes, zone: bytes = b"") -> int | None:
    """Turn `2026-05-01T10:00` and an optional zone into minutes since 1970; None when it is no real date.

    Examples:
        >>> minute_of_stamp(b"1970-01-01T02:30", b"+0200")
        30
    """
    at = parse_timestamp(f"{stamp.decode('ascii', 'replace')}:00{zone.decode('ascii', 'replace')}")
    return int(at.timestamp() // 60) if at else None


def milliseconds_of(text: bytes, unit_ms: int) -> int | None:
    """Read a duration; None when there is none."""
    try:
        return max(0, round(float(text) * unit_ms)) if text else None
    except (ValueError, OverflowError):
        return None
