"""Wording: one thing that happened, in words that fit on a line of a terminal, and whether it is good or bad."""

from __future__ import annotations

import json
import re

from rich.cells import cell_len, chop_cells

from loganalyzer.diagnosis.timeline import describe
from loganalyzer.summary import Sighting
from loganalyzer.text import clean

__all__ = ["event_words", "fit", "mood", "plain_message", "span_words"]

JSON_KEYS = ("msg", "message", "event", "text")
LONGEST_JSON = 20_000
MOST_HEADS = 6
HEAD = re.compile(
    r"""(?:
        \[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?[ ]?(?:Z|[+-]\d\d:?\d\d)?\]?   # the logger's own time
        |\[\d{1,7}\]                                                                            # process id
        |\[?(?:TRACE|DEBUG|INFO|NOTICE|info|debug)\]?:?                                         # a level without weight
        |\d{1,7}[ ]---[ ](?:\[[^\]]{0,80}\][ ]?)*[\w.$]{1,120}[ ]*:                              # Spring Boot
        |\[Nest\][ ]\d{1,7}[ ]+-[ ]\d\d/\d\d/\d{4},[ ]\d{1,2}:\d\d:\d\d[ ][AP]M[ ]+LOG                 # NestJS
        |==>|-
    )[ \t]+""",
    re.VERBOSE,
)
GUID = re.compile(r"\b([0-9a-f]{8})(?:-[0-9a-f]{4}){3}(?:-[0-9a-f]{4,12})?\b")
EXIT_DESCRIPTION = re.compile(r'"exit_description"=>"((?:[^"\\]|\\.){1,500})"')
ROUTER_WORDS = re.compile(r'\bdesc="([^"]{1,80})"')

BAD = frozenset(
    {
        "address-unavailable",
        "bad-bind",
        "became-unhealthy",
        "boot-timeout",
        "build-error",
        "build-failed",
        "command-missing",
        "config-invalid",
        "config-missing",
        "crashed",
        "dependency-missing",
        "deploy-failed",
        "deploy-timeout",
        "disk-full",
        "endpoint-failed",
        "error-logged",
        "exception",
        "exit-timeout",
        "killed",
        "loopback-open",
        "memory-kill",
        "memory-over-quota",
        "not-http",
        "out-of-memory",
        "placement-failed",
        "platform-error",
        "port-denied",
        "port-in-use",
        "port-invalid",
        "port-scan-timeout",
        "probe-failed",
        "probe-never-passed",
        "process-killed",
        "quota-exhausted",
        "release-failed",
        "router-error",
        "service-refused",
        "service-unreachable",
        "suspended",
        "tool-failed",
        "traceback",
        "worker-boot-failed",
        "worker-timeout",
    }
)
GOOD = frozenset({"became-up", "build-succeeded", "listening", "port-detected", "release-succeeded"})
NORMAL_ENDS = (0, 143)


def mood(one: Sighting) -> str:
    """Say whether something that happened is `bad`, `good`, or neither (empty)."""
    if one.statement == "state-changed":
        return {"up": "good", "crashed": "bad"}.get(str(one.values.get("to_state")), "")
    if one.statement == "exited":
        return "" if one.values.get("exit_status") in NORMAL_ENDS else "bad"
    return "bad" if one.statement in BAD else "good" if one.statement in GOOD else ""


def event_words(one: Sighting, width: int) -> tuple[str, str]:
    """Give time and process, and the words, which together are at most so many columns wide."""
    at = one.at.strftime("%H:%M:%S") if one.at else "        "
    head = f"{at}  {clean(one.process or '-'):<9.9} "
    return head, fit(_words(one), width - len(head))


def _words(one: Sighting) -> str:
    """Give the words of an event."""
    if one.statement == "router-error":
        found = ROUTER_WORDS.search(one.message)
        return describe(one) + (f" ({found[1]})" if found else "")
    if one.statement in ("crashed", "probe-failed", "memory-kill"):
        found = EXIT_DESCRIPTION.search(one.message)
        if found:
            return f"instance ended: {plain_message(found[1])}"
    return plain_message(one.message)


def plain_message(message: str) -> str:
    r"""Take away what a logger puts around a message, and shorten ids. Never raises.

    >>> plain_message("[2026-03-22 08:02:01 +0000] [55] [INFO] Listening at: http://0.0.0.0:10000 (55)")
    'Listening at: http://0.0.0.0:10000 (55)'
    >>> plain_message('{"level":30,"pid":74,"msg":"Server listening at http://127.0.0.1:3000"}')
    'Server listening at http://127.0.0.1:3000'
    >>> plain_message("Cell 1c02b2bb-721d-46a6-b8c8-d42a8ea57bd6 stopping instance 50442bb5-20cd-4a94-9043-046d")
    'Cell 1c02b2bb stopping instance 50442bb5'
    """
    text = message.strip()
    if text.startswith("{") and len(text) <= LONGEST_JSON:
        text = _json_message(text) or text
    for _ in range(MOST_HEADS):
        found = HEAD.match(text)
        if found is None or found.end() == len(text):
            break
        text = text[found.end() :]
    return GUID.sub(r"\1", text)


def _json_message(text: str) -> str:
    """Give the message of a line that a logger wrote as JSON; empty when there is none."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(record, dict):
        return ""
    return next((record[key].strip() for key in JSON_KEYS if isinstance(record.get(key), str)), "")


def fit(text: str, width: int) -> str:
    """Bring text onto one line of at most so many columns, without control characters; wide letters count as two."""
    plain = " ".join(clean(text[: 4 * width + 1000]).split())
    if cell_len(plain) <= width:
        return plain
    return next(iter(chop_cells(plain, max(1, width - 3))), "") + "..."


def span_words(seconds: float) -> str:
    """Write a stretch of time for people.

    >>> span_words(42.4), span_words(300), span_words(10_000)
    ('42 s', '5 min', '2 h 46 min')
    """
    whole = int(seconds)
    if whole < 120:
        return f"{whole} s"
    minutes = whole // 60
    if minutes < 120:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h {minutes % 60} min" if hours < 72 else f"{hours // 24} days"
