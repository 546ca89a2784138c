"""Records of log services: a JSON object or a row of a CSV table that holds one line.

Fact numbers are those of the package's docstring.
"""

from __future__ import annotations

import csv
import json
import re
from collections import deque

from loganalyzer.ingesters.heroku.heads import Head, read_head, split_damage
from loganalyzer.ingesters.heroku.writers import PROCESS, TAG, is_plausible
from loganalyzer.late import late_regex
from loganalyzer.text import parse_timestamp, strip_ansi

__all__ = ["read_record"]

MOST_VALUES = 500
# Key names without signs and in lower case; the first one present counts.
MESSAGE_KEYS = ("message", "msg", "log", "line", "text", "raw", "body", "event")
TIME_KEYS = ("generatedat", "timestamp", "time", "datetime", "dt", "date", "receivedat")
TAG_KEYS = ("program", "appname", "ident", "syslogtag", "tag", "source", "application")
NAME_KEYS = ("procid", "dyno", "proc", "process", "ps", "pid")
SURE_NAME_KEYS = frozenset({"procid", "dyno"})
APP_KEYS = ("drainid", "draintoken", "sourcename", "hostname", "host", "appname", "application", "app")
ROUTER_KEYS = (
    "at", "code", "desc", "method", "path", "host", "requestid", "fwd", "dyno", "connect", "service", "status"
)  # fmt: skip
QUOTED_KEYS = frozenset({"desc", "path", "fwd"})
TIMED_KEYS = frozenset({"connect", "service"})

PROGRAM = late_regex(rf"(?P<tag>{TAG})(?:[/\[.](?P<name>[^\]\s:]{{1,80}})\]?:?)?")


def read_record(text: str) -> Head | None:
    """Read a line that a service wrapped.

    Args:
        text: one JSON object, or one CSV row, as a whole.

    Returns:
        The parts of the line inside, or None when the text is no such record, or one without Heroku's tags. Never
        raises.

    Examples:
        >>> read_record('{"hostname": "example-shop", "program": "heroku/web.1", "message": "Idling"}')
        Head(tag='heroku', name='web.1', message='Idling', at=None, app='example-shop')
        >>> read_record('"2026-05-01T10:00:00Z heroku[router]: at=info path=""/x"" dyno="').message
        'at=info path="/x" dyno='
    """
    text = text.strip()
    if text.startswith("{"):
        return _read_json(text)
    if text.startswith('"') or ',"' in text:
        return _read_row(text)
    return None


def _read_json(text: str) -> Head | None:
    """Read an object; which key holds what differs from service to service (fact 14)."""
    try:
        values = _flatten(json.loads(text))
    except (ValueError, RecursionError):
        return None
    message = next((values[key] for key in MESSAGE_KEYS if key in values), "")
    inner = read_head(split_damage(message)[1]) if message else None
    if inner is not None:
        return inner
    tag, name = _find_tag(values)
    if name is None:
        return None
    if name == "router" and not message:
        message = _write_pairs(values)
    at = next((at for key in TIME_KEYS if key in values and (at := parse_timestamp(values[key]))), None)
    return Head(tag, name, message, at, _find_app(values, name)) if message else None


def _find_tag(values: dict[str, str]) -> tuple[str | None, str | None]:
    """Find tag and name: apart, or together as in `heroku/web.1`; the name is None when they are not Heroku's."""
    key = next((key for key in NAME_KEYS if key in values), "")
    name = values.get(key, "")
    for place in TAG_KEYS:
        found = PROGRAM.fullmatch(values.get(place, ""))
        whole = found and (found["name"] or name)
        if found and whole:
            return (found["tag"], whole) if is_plausible(found["tag"], whole) else (None, None)
    if key not in SURE_NAME_KEYS or not PROCESS.fullmatch(name):
        return None, None
    return "heroku" if name in ("router", "api") else None, name


def _find_app(values: dict[str, str], name: str) -> str | None:
    """Find who the app is; `host` is the literal word in a drain, and the request's host in a router's record."""
    for key in APP_KEYS:
        value = values.get(key, "")
        if value not in ("", "host") and not PROGRAM.fullmatch(value) and not (key == "host" and name == "router"):
            return value
    return None


def _write_pairs(values: dict[str, str]) -> str:
    """Write the router's line anew from values that a service took apart."""
    pairs = []
    for key in ROUTER_KEYS:
        if key in values:
            value = f"{values[key]}ms" if key in TIMED_KEYS and values[key].isdigit() else values[key]
            printed = f'"{value}"' if key in QUOTED_KEYS else value
            pairs.append(f"{'request_id' if key == 'requestid' else key}={printed}")
    return " ".join(pairs)


def _flatten(record: object) -> dict[str, str]:
    """Give the scalar values of nested objects by their plain keys; the outermost of a name counts."""
    values: dict[str, str] = {}
    waiting: deque[object] = deque([record])
    while waiting and len(values) < MOST_VALUES:
        one = waiting.popleft()
        if not isinstance(one, dict):
            continue
        for key, value in one.items():
            if isinstance(value, dict):
                waiting.append(value)
            elif isinstance(value, str | int | float) and not isinstance(value, bool):
                values.setdefault(re.sub(r"[^a-z]", "", key.rpartition(".")[2].lower()), strip_ansi(str(value)))
    return values


def _read_row(text: str) -> Head | None:
    """Read a CSV row: the line is one of its cells, or the cells are its parts."""
    try:
        # Strict, so that an ordinary line in quotes is not taken for a cell.
        cells = next(csv.reader([text], strict=True), [])
    except csv.Error:
        return None
    texts = [*cells, "\t".join(cells), " ".join(cells)]
    return next((head for text in texts if (head := read_head(text.strip()))), None)
