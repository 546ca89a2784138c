"""Cloud Foundry's log lines in the shapes in which users hold them."""

# ruff: noqa: ARG001 (every shape is given the stage, and one needs nothing of it)

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta, timezone

from .model import Entry, Row
from .platform_cloudfoundry import CloudFoundry

__all__ = ["FORMATS", "render"]

PADDED_COLUMNS = 41


def _stamp(entry: Entry, stage: CloudFoundry, digits: int = 2) -> str:
    """The user's local time with a numeric zone."""
    hours = stage.values["zone"]
    at = entry.at.astimezone(timezone(timedelta(hours=hours)))
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + at.strftime("%f")[:digits] + at.strftime("%z")


def _current(entry: Entry, stage: CloudFoundry) -> str:
    """`cf logs` since 6.27: three blanks, hundredths."""
    source, channel = entry.tag.split(" ")
    return f"   {_stamp(entry, stage)} [{source}] {channel} {entry.text}"


def _padded(entry: Entry, stage: CloudFoundry) -> str:
    """Older `cf logs`: no indent, the head padded to a column."""
    source, channel = entry.tag.split(" ")
    return f"{_stamp(entry, stage)} [{source}]".ljust(PADDED_COLUMNS) + f"{channel} {entry.text}"


def _sap(entry: Entry, stage: CloudFoundry) -> str:
    """SAP's console: milliseconds, STDOUT and STDERR."""
    source, channel = entry.tag.split(" ")
    return f"{_stamp(entry, stage, 3)} [{source}] STD{channel} {entry.text}"


def _drain(entry: Entry, stage: CloudFoundry) -> str:
    """RFC 5424, as a receiver of a drain saves it."""
    source, channel = entry.tag.split(" ")
    priority = 14 if channel == "OUT" else 11
    stamp = entry.at.strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0")
    tags = f'[tags@47450 app_id="{stage.guid}" app_name="{stage.values["name"]}" process_type="web" source_type="{source.rpartition("/")[0]}"]'
    return f"<{priority}>1 {stamp}+00:00 acme.prod.{stage.values['name']} {stage.guid} [{source}] - {tags} {entry.text}"


def _bare(entry: Entry, stage: CloudFoundry) -> str:
    """A copy without timestamps."""
    source, channel = entry.tag.split(" ")
    return f"[{source}] {channel} {entry.text}"


FORMATS: dict[str, Callable[[Entry, CloudFoundry], str]] = {
    "current": _current,
    "padded": _padded,
    "sap": _sap,
    "drain": _drain,
    "bare": _bare,
}


def render(entries: list[Entry], stage: CloudFoundry, form: str) -> list[Row]:
    """Write entries in one of the shapes."""
    head = []
    if form in ("current", "padded") and stage.chance(0.4):
        head = [
            Row(f"Retrieving logs for app {stage.values['name']} in org acme / space prod as dev@example.com..."),
            Row(""),
        ]
    return head + [_row(one, stage, form) for one in entries]


def _row(entry: Entry, stage: CloudFoundry, form: str) -> Row:
    """Write one entry; what was pasted from a terminal or from the router's own file has no head."""
    if entry.tag == "paste":
        return Row(entry.text, entry.role)
    return Row(FORMATS[form](entry, stage), entry.role, None if form == "bare" else entry.at)
