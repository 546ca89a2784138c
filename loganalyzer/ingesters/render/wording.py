"""Render's own words: by them a line is known as the platform's, the build's or the router's.

Facts by number: see the package's docstring. The wordings are openings, matched in any case; what follows them
(numbers, an emoji, a final dot) may vary. Each was seen in logs or stands in the documentation or the CLI's source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from loganalyzer.ingesters.render.heads import LEAD, unwrap
from loganalyzer.model import Claim
from loganalyzer.text import read_pairs

__all__ = ["Wording", "has_arrow", "read_wording"]

BUILD_OPENINGS = (
    r"It looks like we don.?t have access to your repo",
    r"Downloading cache\b",
    r"(?:Downloaded|Transferred|Uploaded) [\d.]+ ?[kMG]?B? ?\w* in \d",
    r"Uploaded in \d",
    r"Cloning from \S+[:/]",
    r"Syncing Git submodules",
    r"Checking out commit [0-9a-f]{7}",
    r"(?:Requesting|Using|Installing|Detected) [\w.+-]{1,20} version\b",
    r"Docs on specifying an? [\w.+ -]{1,20} version\b",
    r"[\w.+-]{1,20} version \S+ has reached end-of-life",
    r"Upgrade to a maintained version\b",
    r"Information on maintain",
    r"Installing dependencies with \w",
    r"(?:Running|Empty) build command\b",
    r"Service Root Directory\b",
    r"Root directory \"[^\"]*\" (?:does not exist|is missing)",
    r"Publish directory .{1,300} does not exist",
    r"Generating container image\b",
    r"Uploading build\b",
    r"Build (?:successful|succeeded|failed|timed out|cancell?ed)\b",
)
"""What stands behind the arrow in the build phase (fact 8)."""

PLATFORM_OPENINGS = (
    r"Deploying(?:\.\.\.|…)?$",
    r"Deploy (?:cancell?ed|failed|succeeded|timed out)\b",
    r"Setting WEB_CONCURRENCY=",
    r"Running ['‘\"]",
    r"Running start command\b",
    r"Starting service(?:\.\.\.|…|$| with\b)",
    r"Starting pre-?deploy\b",
    r"Pre-?deploy (?:complete|succeeded|has failed|failed|timed out|cancell?ed)",
    r"No open (?:[A-Z]{2,5} )?ports? detected",
    r"Continuing to scan\b",
    r"Port scan\b",
    r"Docs on specifying a port\b",
    r"Detected (?:an? )?(?:new )?open ports?\b",
    r"(?:New )?primary port\b",
    r"Detected service running on port\b",
    r"Your (?:service|site|worker|cron job) is live\b",
    r"Available at (?:your primary URL )?https?://",
    r"/{20,}$",
    r"Exited with (?:status|code) -?\d",
    r"Application exited\b",
    r"(?:Ran out|Out) of memory\b",
    r"Timed out\b",
    r"Cause of failure\b",
    r"There was a problem (?:starting|with) your\b",
    r"Instance (?:\S{1,60} )?(?:restarted|failed|restarting|evicted|terminated|is healthy|is unhealthy)\b",
    r"(?:HTTP |TCP )?Health check (?:passed|failed|timed out|timeout|path)\b",
    r"Checking service health\b",
    r"Common ways to troubleshoot your deploy\b",
    r"Cron job run\b",
    r"Service (?:suspended|resumed|recovered|restarted)\b",
)
"""What stands behind the arrow in the deploy and at run time (fact 8)."""

ARROWLESS_BUILD = (
    r"It looks like we don.?t have access to your repo, but we.?ll try to clone it",
    r"(?:Downloaded|Transferred) [\d.]+ ?[kMG]?B in [\d.]+m?s\. Extraction took \d",
    r"Uploaded in [\d.]+m?s\. Compression took \d",
    r"(?:Requesting|Using) [\w.+-]{1,20} version \S+ (?:\(default\)$|via environment variable \w|via /opt/render/)",
    r"Docs on specifying an? [\w.+ -]{1,20} version: https?://(?:docs\.)?render\.com/",
    r"Running build command '.{1,4000}'\.\.\.$",
    r"Service Root Directory \"/opt/render/",
    r"Root directory \"[^\"]*\" does not exist\. Verify the Root Directory configured in your service settings",
    r"Publish directory .{1,300} does not exist!$",
    r"Empty build command; skipping build$",
    r"Build (?:successful 🎉|failed 😞)",
)
"""The wordings of the build phase that nobody else uses, so that they need no arrow."""

ARROWLESS_PLATFORM = (
    r"(?:Timed out: )?Port scan timeout reached, ",
    r"No open (?:HTTP )?ports detected(?: on \S+)?, continuing to scan",
    r"Continuing to scan for open port \d+ \(from PORT environment variable\)",
    r"Docs on specifying a port: https?://(?:docs\.)?render\.com/",
    r"Detected (?:a )?new open ports? [A-Z]{2,5}:\d",
    r"New primary port detected: \d+\. Restarting deploy",
    r"Detected service running on port \d+(?: with additional ports .{1,500})?$",
    r"Setting WEB_CONCURRENCY=\d+ by default, based on available CPUs",
    r"Your (?:service|site) is live 🎉",
    r"Available at your primary URL https?://",
    r"Common ways to troubleshoot your deploy: https?://(?:docs\.)?render\.com/",
    r"Out of memory \(used over [^)]{1,20}\)\.?$",
    r"Cause of failure could not be determined\.?$",
    r"Instance srv-[a-z0-9]{20}-[a-z0-9]{5} restarted",
)
"""The same for the deploy and run time."""

NOTICES = (
    r"(?:First d|D)eploy (?:started|live|failed|succeeded|cancell?ed|timed out) for (?:commit )?[0-9a-f]{7,40}\b",
    r"Instance failed: (?:[a-z0-9]{5}$|(?:HTTP |TCP )?health check failed|ran out of memory|exited with|application exited)",
    r"(?:HTTP|TCP) health check failed (?:\(timed out after \d+ seconds?\)|with status code \d{3})\.?$",
    r"Ran out of memory \(used over [^)]{1,20}\) while running your code\b",
    r"(?:Exited with status \d+|Application exited early|Timed out) while (?:running|building) your code\b",
    r"Timed out after waiting for internal health check to return a successful response code\b",
    r"Recently failed instances are now reporting healthy",
    r"(?:❌ ?)?Your cron ?job failed because of an error: ",
    r"(?:Incoming HTTP request detected|Service waking up|Allocating compute resources) ?(?:\.\.\.|…)$",
    r"(?:Preparing instance for initialization|Starting the instance|Environment variables injected) ?(?:\.\.\.|…)$",
    r"(?:Finalizing startup|Optimizing deployment|Steady hands\. Clean logs\. .{1,40}) ?(?:\.\.\.|…)$",
)
"""Texts of the Events page, of cron jobs and of the page that is shown while a service wakes up (fact 10)."""


def _any_of(openings: tuple[str, ...]) -> re.Pattern[str]:
    """Compile openings into one regex for `match`; a line break ends what `$` and `.` see."""
    return re.compile("|".join(f"(?:{opening})" for opening in openings), re.IGNORECASE | re.MULTILINE)


BUILD = _any_of(BUILD_OPENINGS)
PLATFORM = _any_of(PLATFORM_OPENINGS)
UNMISTAKABLE_BUILD = _any_of(ARROWLESS_BUILD)
UNMISTAKABLE_PLATFORM = _any_of(ARROWLESS_PLATFORM)
NOTICE = _any_of(NOTICES)

ARROW = re.compile(rf"^{LEAD}={{2,4}}(?:>|&gt;)[ \t]*(?P<words>.*)$", re.DOTALL)  # facts 8 and 11
BARE = re.compile(rf"^{LEAD}(?:=?(?:>|&gt;)[ \t]*)?(?P<words>.*)$", re.DOTALL)  # fact 11
COLOUR_REST = re.compile(r"\[(?:\d{1,3}(?:;\d{1,3}){0,4})?m|\(B")  # a colour code that has lost its escape character
REQUEST = re.compile(  # fact 6
    rf'^{LEAD}(?:\[(?P<method>[A-Z]{{3,10}})\][ \t]*(?:(?P<status>\d{{3}})\b[ \t]*)?(?P<url>[^\s"]+)[ \t]+)?'
    r'(?P<pairs>clientIP="[^"]*" requestID="[^"]*".*)$',
    re.DOTALL,
)
EDGE_HEADER = re.compile(  # fact 10; `< ` is how curl marks a header of the answer
    r"^[ \t>*`|•·<-]{0,40}(?P<name>x-render-routing|rndr-id): ?(?P<value>[\w.-]+)[`*]{0,3}[ \t]*$", re.IGNORECASE
)
STEP_OUTPUT = re.compile(r"^[ \t]*#(?P<step>\d{1,4}) \d+\.\d{1,3}(?: (?P<output>.*))?$", re.DOTALL)  # fact 9
STEP = re.compile(  # fact 9
    r"^[ \t]*#\d{1,4} (?:\[[^\]\n]+\] ?\S|(?:DONE|CACHED|ERROR|CANCELED)\b|sha256:[0-9a-f]{8}|\.\.\.$"
    r"|(?:extracting|exporting|transferring|pushing|writing|naming|importing|preparing|resolve|unpacking) \S)"
)
REGISTRY = re.compile(r"^(?:Pushing image to registry\.\.\.|Upload succeeded|(?:\S*/)?builder\.sh: line \d+: )")


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
    return ARROW.match(COLOUR_REST.sub("", message[:200])) is not None


def read_wording(text: str, *, headed: bool) -> Wording | None:
    """Find out whether a message is one of Render's own lines.

    Args:
        text: the message without the line's head.
        headed: whether a time stood in front of it.

    Returns:
        None when the words are the app's, as far as anyone can tell.

    Examples:
        >>> read_wording("===> Build failed", headed=False).message
        '==> Build failed'
        >>> read_wording("==> Pouring wget", headed=True) is None
        True
    """
    return _read_request(text, headed) or _read_arrow(text, headed) or _read_arrowless(text, headed) or _read_step(text)


def _read_request(text: str, headed: bool) -> Wording | None:
    """Read a request line (fact 6)."""
    if 'clientIP="' not in text:
        return None
    found = REQUEST.match(text)
    if found is None:
        return None
    fields = read_pairs(found["pairs"])
    if found["method"]:
        host, slash, path = found["url"].removeprefix("https://").removeprefix("http://").partition("/")
        shown = {"method": found["method"], "status": found["status"], "host": host, "path": slash + path}
        fields |= {name: value for name, value in shown.items() if value}
    message = text[found.end("lead"):]
    return Wording("router", unwrap(found["lead"], message), Claim.HEADED if headed else Claim.BARE, fields)


def _read_arrow(text: str, headed: bool) -> Wording | None:
    """Read a line with an arrow and known words, or behind a time with none (fact 8)."""
    if "=>" not in text and "=&gt;" not in text:
        return None
    for candidate in (text, COLOUR_REST.sub("", text)):
        found = ARROW.match(candidate)
        words = unwrap(found["lead"], found["words"]).strip().removeprefix("**").strip() if found else ""
        if BUILD.match(words):
            return Wording("build", f"==> {words}", Claim.HEADED)
        if PLATFORM.match(words):
            return Wording("platform", f"==> {words}", Claim.HEADED)
        if found and headed and not words:
            return Wording("platform", "==>", Claim.WEAK)
    return None


def _read_arrowless(text: str, headed: bool) -> Wording | None:
    """Read a line without an arrow whose words nobody else uses (facts 8 and 10)."""
    found = BARE.match(text)
    words = unwrap(found["lead"], found["words"]).strip() if found else ""
    if NOTICE.match(words):
        return Wording("platform", words, Claim.BARE)
    if UNMISTAKABLE_BUILD.match(words):
        return Wording("build", f"==> {words}", Claim.BARE)
    if UNMISTAKABLE_PLATFORM.match(words):
        return Wording("platform", f"==> {words}", Claim.BARE)
    header = None if headed else EDGE_HEADER.match(text)
    if header is not None:
        name = header["name"].lower()
        return Wording("router", f"{name}: {header['value']}", Claim.BARE, {name: header["value"]})
    return None


def _read_step(text: str) -> Wording | None:
    """Read a line of a Docker build (fact 9); the output of a step loses the step's number and time."""
    found = STEP_OUTPUT.match(text)
    if found is not None:
        return Wording("build", found["output"] or "", Claim.WEAK, {"step": found["step"]})
    if STEP.match(text) or REGISTRY.match(text):
        return Wording("build", text.strip(), Claim.WEAK)
    return None
