"""Render's own words: by them a message is known as the platform's, the build's or the router's.

Facts by number: see the package's docstring.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from loganalyzer.ingesters.render.openings import (
    ARROWED_BUILD,
    ARROWED_PLATFORM,
    ARROWLESS_BUILD,
    ARROWLESS_PLATFORM,
    NOTICE,
    QUOTED_NOTICE,
)
from loganalyzer.late import late_regex
from loganalyzer.model import Claim
from loganalyzer.text import read_pairs

__all__ = [
    "ARROW_TEXT",
    "LIKELY_TEXT",
    "METHOD_TEXT",
    "REQUEST_TEXT",
    "STEP_TEXT",
    "Wording",
    "has_arrow",
    "read_wording",
]

ARROW_TEXT = r"(?:={2,4}(?:>|&gt;)|[ (\[][ (\[\d;mB]{0,40}={2,4}(?:>|&gt;))"
"""The arrow (fact 8), before it what is left of colour codes that have lost their escape character (fact 11)."""

METHOD_TEXT = r"\[[A-Z]{3,10}\]"
REQUEST_TEXT = r'clientIP="[^"\n]*" requestID="[^"\n]*"'
"""A request line (fact 6): its method in front of the URL, and its constant part."""

STEP_TEXT = (
    r"#\d{1,4} (?:\d{1,6}\.\d{1,3}(?: |$)|\[[^\]\n]+\] ?[^ \n]|(?:DONE|CACHED|ERROR|CANCELED)(?:[ :]|$)|\.\.\.$"
    r"|sha256:[0-9a-f]{8}|(?:extracting|exporting|transferring|pushing|writing|naming|importing|preparing|resolve) )"
)
"""A line of a Docker build (fact 9): output of a step, or what is done in it."""

LIKELY_TEXT = (
    r"(?:Port scan|Timed out|No open |Continuing to scan|Detected (?:a |new |service )|New primary port|Docs on specif"
    r"|Setting WEB_|Your (?:service|site|cron)|Available at your|Common ways to|Out of memory|Ran out of memory"
    r"|Cause of failure|Instance (?:srv-|failed)|Exited with status|Application exited|Pushing image to registry"
    r"|Upload succeeded|❌ )"
)
"""How a line of Render's without an arrow may begin in a download, where other words are the app's."""

ARROW = late_regex(rf"{ARROW_TEXT}[ \t]*(?P<words>.*)$", re.DOTALL | re.ASCII)
COLOUR_REST = late_regex(r"\[(?:\d{1,3}(?:;\d{1,3}){0,3})?m|\(B")
REQUEST = late_regex(
    r'(?:\[(?P<method>[A-Z]{3,10})\] *(?:(?P<status>\d{3})(?!\d) *)?(?P<url>[^\s"]+) +)?'
    rf"(?P<pairs>{REQUEST_TEXT}.*)$",
    re.DOTALL | re.ASCII,
)
STEP = late_regex(STEP_TEXT, re.MULTILINE | re.ASCII)
STEP_OUTPUT = late_regex(r"#(?P<step>\d{1,4}) \d{1,6}\.\d{1,3}(?: (?P<output>.*))?$", re.DOTALL | re.ASCII)
REGISTRY = late_regex(r"(?:Pushing image to registry\.\.\.|Upload succeeded)\s*$")  # fact 9, behind the build
BUILDER_END = late_regex(r"error: exit status [1-9]\d{0,2}\s*$")  # fact 9, below the error of a step
LIKELY = late_regex(LIKELY_TEXT)
ARROW_PART = late_regex(r"=?(?:>|&gt;)[ \t]*")  # fact 11
EDGE_HEADER = late_regex(  # fact 10; `< ` is how curl marks a header of the answer
    r"(?:< ?)?(?P<name>x-render-routing|rndr-id): ?(?P<value>[\w.-]+)\s*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Wording:
    """A message whose words are Render's.

    Attributes:
        source: platform, build or router.
        message: the message, its arrow mended.
        claim: HEADED, BARE or WEAK.
        fields: what a request line or header says.
    """

    source: str
    message: str
    claim: str
    fields: Mapping[str, str] = field(default_factory=dict)


def has_arrow(message: str) -> bool:
    """Say whether a message begins with the platform's arrow, whatever its words are."""
    return ARROW.match(message) is not None


def read_wording(text: str, *, exact: bool) -> Wording | None:
    """Find out whether a message is one of Render's own lines.

    Args:
        text: the message without the line's head.
        exact: whether it stands as it was written, in a download or record, and not in a copy of a page. Then fewer
            words are taken for Render's without the arrow.

    Returns:
        None when the words are the app's, as far as anyone can tell.

    Examples:
        >>> read_wording("===> Build failed", exact=False).message
        '==> Build failed'
        >>> read_wording("==> Pouring wget", exact=True) is None
        True
    """
    wording = _read_request(text) or _read_arrow(text, exact) or _read_step(text)
    if wording is None and (not exact or LIKELY.match(text)):
        return _read_arrowless(text)
    return wording


def _read_request(text: str) -> Wording | None:
    """Read a request line (fact 6)."""
    found = REQUEST.match(text)
    if found is None:
        return None
    fields = read_pairs(found["pairs"])
    if found["method"]:
        host, slash, path = found["url"].removeprefix("https://").removeprefix("http://").partition("/")
        shown = {"method": found["method"], "status": found["status"], "host": host, "path": slash + path}
        fields |= {name: value for name, value in shown.items() if value}
    return Wording("router", text, Claim.HEADED, fields)


def _read_arrow(text: str, exact: bool) -> Wording | None:
    """Read a line with an arrow and known words, or with none where the line stands as it was written (fact 8)."""
    found = ARROW.match(text)
    if found is None:
        return None
    words = found["words"] if text.lstrip().startswith("=") else COLOUR_REST.sub("", found["words"])
    words = words.strip().strip("*`").strip()
    if ARROWED_BUILD.match(words):
        return Wording("build", f"==> {words}", Claim.HEADED)
    if ARROWED_PLATFORM.match(words):
        return Wording("platform", f"==> {words}", Claim.HEADED)
    return Wording("platform", "==>", Claim.WEAK) if exact and not words else None


def _read_step(text: str) -> Wording | None:
    """Read a line of a Docker build (fact 9); the output of a step loses the step's number and time."""
    if not STEP.match(text):
        return None
    found = STEP_OUTPUT.match(text)
    if found is not None:
        return Wording("build", found["output"] or "", Claim.WEAK, {"step": found["step"]})
    return Wording("build", text.rstrip(), Claim.WEAK)


def _read_arrowless(text: str) -> Wording | None:
    """Read a line without an arrow whose words nobody else uses (facts 8 and 10)."""
    words = ARROW_PART.sub("", text, count=1) if ARROW_PART.match(text) else text
    words = words.strip()
    if NOTICE.match(words):
        return Wording("platform", words, Claim.BARE)
    quoted = QUOTED_NOTICE.search(words) if " your code" in words else None
    if quoted is not None:
        return Wording("platform", words[quoted.start() :], Claim.BARE)
    if ARROWLESS_BUILD.match(words):
        return Wording("build", f"==> {words}", Claim.BARE)
    if ARROWLESS_PLATFORM.match(words):
        return Wording("platform", f"==> {words}", Claim.BARE)
    if REGISTRY.match(words):
        return Wording("build", words, Claim.WEAK)
    if BUILDER_END.match(text):
        return Wording("build", text.rstrip(), Claim.BARE)
    header = EDGE_HEADER.match(text)
    if header is None:
        return None
    name = header["name"].lower()
    return Wording("router", f"{name}: {header['value']}", Claim.BARE, {name: header["value"]})
