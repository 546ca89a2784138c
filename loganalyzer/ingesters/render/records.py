"""Records: JSON of the API, the CLI and Loggly, events of the API, and the RFC 5424 lines of log streams.

Facts by number: see the package's docstring.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from loganalyzer.ingesters.render.deploys import read_deploy
from loganalyzer.ingesters.render.heads import PLATFORM
from loganalyzer.ingesters.render.wording import Wording, has_arrow, read_wording
from loganalyzer.late import late_regex
from loganalyzer.model import Claim, Event, Line
from loganalyzer.text import TIMESTAMP, parse_timestamp, strip_ansi

__all__ = ["parse_record", "parse_stream"]

MOST_FIELDS = 64
MESSAGE_KEYS = ("log", "message", "msg")
TIME_KEYS = ("timestamp", "time", "ts")
RECORD_KEYS = ('"labels"', '"render_service"', '"serviceId"', '"dep-')
OWN_LABELS = frozenset({"resource", "instance", "type"})
SOURCE_BY_TYPE = {"request": "router", "build": "build"}
DATA_SERVICES = ("dpg-", "red-")
"""How the ids of Render's PostgreSQL and Redis services begin."""

STREAM = late_regex(  # fact 7; a length in front is octet counting, RFC 6587
    rf"^\s*(?:\d{{1,6}} )?<(?P<pri>\d{{1,3}})>1 (?P<at>{TIMESTAMP}) "
    r"(?P<slug>\S+) (?P<instance>[a-z]+-[\w.-]+) \S+ (?P<again>\S+) "
    r'(?:-|(?:\[(?:[^\]"\\]|\\.|"(?:[^"\\]|\\.)*")*\])+)(?: \ufeff?(?P<message>.*))?$',
    re.DOTALL,
)
SERVICE = late_regex(r"(?:srv|crn)-[0-9a-z]{8,40}$")
INSTANCE_TYPE = late_regex(r"(?:web|cron|worker|pserv|private|static|job|srv|crn|dpg|red|wfl)-")


def parse_record(line: Line) -> Event | None:
    """Turn a JSON record that stands on one line into an event; None when it is no record of Render's. Never raises.

    Examples:
        >>> record = '{"labels":[{"name":"type","value":"app"}],"message":"up","timestamp":"2026-05-01T10:00:00Z"}'
        >>> parse_record(Line(1, record)).message
        'up'
    """
    text = line.text.strip().rstrip(",")
    if not text.startswith("{") or not any(key in text for key in RECORD_KEYS):
        return None
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if "render_service" in record:
        return _from_loggly(line, record)
    return _from_api(line, record) or _from_event(line, record) or read_deploy(line, record)


def parse_stream(line: Line) -> Event | None:
    """Turn an RFC 5424 line of a log stream into an event; None when it is another program's. Never raises.

    Examples:
        >>> parse_stream(Line(1, "<14>1 2026-05-01T10:00:00Z shop web-a1 7 web-a1 - up")).process
        'web-a1'
    """
    found = STREAM.match(line.text) if ">1 " in line.text else None
    if found is None or (found["again"] != found["instance"] and not INSTANCE_TYPE.match(found["instance"])):
        return None
    message = strip_ansi(found["message"] or "")
    wording = read_wording(message, exact=True) or Wording("app", message, Claim.HEADED)
    return Event(
        line.number,
        line.text,
        PLATFORM,
        wording.source,
        wording.message,
        process=found["instance"],
        at=parse_timestamp(found["at"]),
        app=found["slug"],
        fields={"pri": found["pri"], **wording.fields},
    )


def _from_api(line: Line, record: Mapping[str, Any]) -> Event | None:
    """Read a record of the API or the CLI (fact 5)."""
    message, timestamp, labels = record.get("message"), record.get("timestamp"), _read_labels(record.get("labels"))
    if not isinstance(message, str) or not isinstance(timestamp, str) or not OWN_LABELS.intersection(labels):
        return None
    message = _plain(message)
    wording = read_wording(message, exact=True)
    source = _source_of(labels, message, wording)
    fields = labels
    if wording is not None and source in ("platform", "build", "router"):
        message, fields = wording.message, {**wording.fields, **labels}
    return Event(
        line.number,
        line.text,
        PLATFORM,
        source,
        message,
        process=labels.get("instance"),
        at=parse_timestamp(timestamp),
        app=labels.get("resource"),
        fields=fields,
    )


def _from_event(line: Line, record: Mapping[str, Any]) -> Event | None:
    """Read an event of a service, alone or beside its cursor as the list of the API has it (fact 12)."""
    inner = record.get("event")
    event = inner if isinstance(inner, dict) else record
    service, kind, timestamp = event.get("serviceId"), event.get("type"), event.get("timestamp")
    if not isinstance(service, str) or not SERVICE.match(service):
        return None
    if not isinstance(kind, str) or not isinstance(timestamp, str) or not isinstance(event.get("details"), dict):
        return None
    return Event(
        line.number,
        line.text,
        PLATFORM,
        "platform",
        line.text.strip(),
        at=parse_timestamp(timestamp),
        app=_plain(service),
        fields={"type": _plain(kind)},
    )


def _from_loggly(line: Line, record: Mapping[str, Any]) -> Event:
    """Read a record as Loggly gets it, with the fields of an app that logs JSON merged in (fact 7)."""
    scalars = {
        _plain(name): _plain(value) if isinstance(value, str) else json.dumps(value)
        for name, value in list(record.items())[:MOST_FIELDS]
        if isinstance(value, str | int | float)
    }
    key = next((name for name in MESSAGE_KEYS if name in scalars), None)
    message = scalars.pop(key) if key else line.text
    instance = scalars.get("render_instance")
    wording = (None if instance else read_wording(message, exact=True)) or Wording("app", message, Claim.HEADED)
    return Event(
        line.number,
        line.text,
        PLATFORM,
        wording.source,
        wording.message,
        process=instance,
        at=parse_timestamp(next((scalars[name] for name in TIME_KEYS if name in scalars), "")),
        app=scalars.get("render_service"),
        fields={**wording.fields, **scalars},
    )


def _read_labels(labels: object) -> dict[str, str]:
    """Read the list of names and values; anything else in it is passed over."""
    if not isinstance(labels, list):
        return {}
    pairs = ((label.get("name"), label.get("value")) for label in labels[:MOST_FIELDS] if isinstance(label, dict))
    return {_plain(name): _plain(value) for name, value in pairs if isinstance(name, str) and isinstance(value, str)}


def _plain(text: str) -> str:
    r"""Take colour codes off a decoded text, and halves of surrogate pairs (`\ud83d`), which cannot be written out."""
    return strip_ansi(text).encode("utf-8", "replace").decode("utf-8")


def _source_of(labels: Mapping[str, str], message: str, wording: Wording | None) -> str:
    """Say who wrote a record: its labels decide before its words, so that an app cannot speak for the platform."""
    if labels.get("type") in SOURCE_BY_TYPE:
        return SOURCE_BY_TYPE[labels["type"]]
    if labels.get("resource", "").startswith(DATA_SERVICES):
        return "addon"
    if "instance" in labels:
        return "app"
    if wording is not None:
        return wording.source
    return "platform" if has_arrow(message) else "app"
