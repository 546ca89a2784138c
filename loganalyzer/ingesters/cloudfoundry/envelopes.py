"""Envelopes: the JSON objects of `cf tail --json`, of Log Cache and of the log stream's gateway.

Format facts:
1. An envelope has `timestamp` (nanoseconds, as text), `source_id`, `instance_id`, `tags`, and one of `log`,
   `counter`, `gauge`, `timer`, `event`; keys are in snake case, in older gateways in camel case
   (cloudfoundry/loggregator-api, v2/envelope.proto; log-cache-release, src/internal/gateway/gateway.go).
2. The source's type is the tag `source_type`, earlier `deprecated_tags.source_type.text`. Same files.
3. `log.payload` is base64, except in `cf tail --json` since 2023-03, which leaves out `log.type` and prints plain
   text (cloudfoundry/log-cache-cli, internal/command/formatter.go). Older ones leave out the type when it is OUT.
4. The gateway sends `data: {…}` lines (cloudfoundry/loggregator-release, src/rlp-gateway/internal/web/read.go).
5. The instance is in `instance_id`, the app's name in the tag `app_name`.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

from loganalyzer.ingesters.cloudfoundry.tagged import Frame, tagged_event
from loganalyzer.ingesters.cloudfoundry.tags import PLATFORM
from loganalyzer.ingesters.cloudfoundry.times import read_epoch
from loganalyzer.late import late_regex
from loganalyzer.model import Event, Line
from loganalyzer.text import strip_ansi

__all__ = ["parse_envelope"]

METRICS = ("counter", "gauge", "timer", "event")
BASE64 = late_regex(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
SHORTEST_CERTAIN = 8
"""Characters from which on text that decodes to text was base64."""

CHANNELS = {"OUT": "OUT", "ERR": "ERR", "0": "OUT", "1": "ERR"}


def parse_envelope(line: Line) -> Event | None:
    """Turn a line with one envelope into an event.

    Args:
        line: any line; batches have been split before, and a batch of one is read as well.

    Returns:
        The event; metrics become events of the platform. None when the line is no envelope. Never raises.

    Examples:
        >>> parse_envelope(Line(1, '{"timestamp":"1714557600000000000","source_id":"a","log":{"payload":"x"}}')).message
        'x'
    """
    text = line.text.strip().removeprefix("data:").strip().rstrip(",")
    if not text.startswith("{") or '"timestamp"' not in text:
        return None
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    record = _only(record)
    at_text = str(record.get("timestamp", ""))
    if not re.fullmatch(r"\d{16,20}", at_text, re.ASCII) or not _has_source(record):
        return None
    at = read_epoch(int(at_text))
    app = _tag(record, "app_name") or _text(record, "source_id", "sourceId") or None
    kind = _tag(record, "source_type")
    instance = _text(record, "instance_id", "instanceId") or _tag(record, "instance_id")
    log = record.get("log")
    if isinstance(log, dict):
        frame = Frame(f"{kind or 'unknown'}/{instance}", CHANNELS.get(str(log.get("type"))), at, app)
        return tagged_event(line, frame, _payload(record, log))
    for word in METRICS:
        if isinstance(record.get(word), dict):
            message = f"{word.upper()} {json.dumps(record[word], sort_keys=True)}"
            fields = {"tag": f"{kind}/{instance}" if kind else instance, "channel": word.upper()}
            return Event(line.number, line.text, PLATFORM, "platform", message, None, at, app, fields=fields)
    return None


def _only(record: object) -> dict[str, Any]:
    """Unwrap a batch of one; empty for anything that is no object or holds several envelopes."""
    for key in ("envelopes", "batch"):
        if isinstance(record, dict):
            record = record.get(key, record)
    if isinstance(record, list) and len(record) == 1:
        record = record[0]
    return record if isinstance(record, dict) else {}


def _has_source(record: dict[str, Any]) -> bool:
    """Say whether a record names its source as envelopes do (facts 1 and 2)."""
    return any(key in record for key in ("source_id", "sourceId", "tags", "deprecated_tags", "deprecatedTags"))


def _text(record: dict[str, Any], *keys: str) -> str:
    """Give the first text under one of the keys; empty without one."""
    return next((value for key in keys if isinstance(value := record.get(key), str) and value), "")


def _tag(record: dict[str, Any], name: str) -> str:
    """Give a tag's value in the current or the older form (fact 2); empty without one."""
    for key in ("tags", "deprecated_tags", "deprecatedTags"):
        tags = record.get(key)
        value = tags.get(name) if isinstance(tags, dict) else None
        if isinstance(value, dict):
            value = value.get("text")
        if isinstance(value, str) and value:
            return value
    return ""


def _payload(record: dict[str, Any], log: dict[str, Any]) -> str:
    """Give the message, decoded where it is base64 (fact 3)."""
    payload = log.get("payload")
    if not isinstance(payload, str):
        return ""
    text = payload
    if BASE64.fullmatch(payload):
        is_encoded = "type" in log or any(key in record for key in ("sourceId", "instanceId", "deprecatedTags"))
        text = _decode(payload, must_be_text=not is_encoded)
    return strip_ansi(text).rstrip()


def _decode(payload: str, *, must_be_text: bool) -> str:
    """Decode base64; where it is not certain to be base64, only what turns out to be plain text.

    A word of a plain log may look like base64, but hardly ever decodes to printable text.
    """
    try:
        decoded = base64.b64decode(payload, validate=True)
        text = decoded.decode("utf-8", "strict" if must_be_text else "replace")
    except (binascii.Error, ValueError):
        return payload
    if must_be_text and (len(payload) < SHORTEST_CERTAIN or not re.sub(r"[\t\r\n\x1b]", "", text).isprintable()):
        return payload
    return text
