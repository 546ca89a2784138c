r"""Decoded records → their one line of JSON, and what must be mended inside them.

Format facts:
1. Pages of log APIs hold their records in a list: `logs` (render-oss/cli, pkg/client/logs/logs_gen.go), `events`
   (papertrail/papertrail-cli, lib/papertrail/event.rb), `batch`, alone (cloudfoundry/log-cache-cli,
   internal/command/formatter.go) or within `envelopes` (cloudfoundry/log-cache-release,
   src/internal/gateway/gateway.go).
2. The payload of a Cloud Foundry envelope's `log` is base64, except where `cf tail --json` since 2023 prints it
   (cloudfoundry/loggregator-api, v2/envelope.proto; log-cache-cli @ a9aecb1). Patterns are searched for in lines, so it
   is decoded here.
3. Lists of Cloud Foundry's API have their records in `resources`; the instances of an app are `{"0": {"state": …}}` in
   version 2 (cloudfoundry/cloud_controller_ng, app/presenters, app/controllers/runtime).
4. Go's encoder writes `<`, `>` and `&` as \u003c, \u003e and \u0026; here they become characters again.
"""

from __future__ import annotations

import base64
import binascii
import json
import re

from loganalyzer.late import late_regex
from loganalyzer.text import strip_ansi

__all__ = ["LISTS", "WRAPPER", "has_base64_payload", "list_records", "write_record"]

LISTS = ("logs", "events", "batch", "entries", "resources")
"""Keys under which a page has its records (facts 1 and 3)."""

WRAPPER = "envelopes"
"""Key of an object that holds a page (fact 1)."""

BASE64 = late_regex(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
SHORTEST_BASE64 = 8
MOST_DIGITS = 6
ESCAPE = "\\u001b"


def list_records(value: object) -> list[object]:
    """Give the records of a page, or the value itself when it is none."""
    page = value.get(WRAPPER, value) if isinstance(value, dict) else None
    if isinstance(page, dict):
        for key in LISTS:
            records = page.get(key)
            if isinstance(records, list) and all(isinstance(record, dict) for record in records):
                return records
    if isinstance(value, dict) and value and all(_is_instance(*member) for member in value.items()):
        return [{"index": int(key), **instance} for key, instance in value.items()]
    return [value]


def _is_instance(key: str, value: object) -> bool:
    """Say whether a member is an instance under its number (fact 3)."""
    return key.isascii() and key.isdigit() and len(key) < MOST_DIGITS and isinstance(value, dict) and "state" in value


def write_record(record: object, remarks: set[str]) -> bytes:
    r"""Write a record as one compact line of JSON, without line end.

    Args:
        record: what the JSON decoder gave; bytes that were no UTF-8 may stand in it as lone surrogates.
        remarks: gets "colours" and "base64-payloads".

    Examples:
        >>> write_record({"message": "\x1b[32m==> live\x1b[0m", "n": 1.5}, set())
        b'{"message":"==> live","n":1.5}'
    """
    payload = _decode_payload(record)
    if payload is not None and isinstance(record, dict):
        record = {**record, "log": {**record["log"], "payload": payload}}
        remarks.add("base64-payloads")
    line = _dump(record)
    if ESCAPE in line:
        record = _strip_colours(record)
        line = _dump(record)
        remarks.add("colours")
    try:
        return line.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # an escaped half of a character, which UTF-8 cannot have
        return json.dumps(record, separators=(",", ":")).encode()


def _dump(record: object) -> str:
    """Write compact JSON; characters stay readable, control characters are escaped."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _strip_colours(value: object) -> object:
    """Strip colour codes from every text in a value."""
    if isinstance(value, str):
        return strip_ansi(value)
    if isinstance(value, list):
        return [_strip_colours(item) for item in value]
    if isinstance(value, dict):
        return {key: _strip_colours(item) for key, item in value.items()}
    return value


def has_base64_payload(record: object) -> bool:
    """Say whether a record is an envelope whose payload must be decoded."""
    return _decode_payload(record) is not None


def _decode_payload(record: object) -> str | None:
    """Decode an envelope's payload (fact 2); None when it is no base64, or not surely.

    It is not sure when the outcome is no text, or when it could be taken for base64 in its turn.
    """
    log = record.get("log") if isinstance(record, dict) else None
    payload = log.get("payload") if isinstance(log, dict) else None
    if not isinstance(payload, str) or len(payload) < SHORTEST_BASE64 or not BASE64.fullmatch(payload):
        return None
    try:
        text = base64.b64decode(payload, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    is_text = re.sub(r"[\t\r\n\x1b\u2028]", "", text).isprintable()
    return text if is_text and not BASE64.fullmatch(text) else None
