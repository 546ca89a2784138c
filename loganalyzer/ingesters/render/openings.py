"""How Render's own lines begin.

Each opening is a regex, matched in any case; what follows it (numbers, an emoji, a final dot) may vary. Every one was
seen in logs or stands in the documentation or the CLI's source. Facts by number: see the package's docstring.
"""

from __future__ import annotations

import re

from loganalyzer.late import late_regex

__all__ = ["ARROWED_BUILD", "ARROWED_PLATFORM", "ARROWLESS_BUILD", "ARROWLESS_PLATFORM", "NOTICE", "QUOTED_NOTICE"]


def _any_of(*openings: str) -> re.Pattern[str]:
    """Compile openings into one regex for `match`; a line break ends what `$` and `.` see."""
    return late_regex("|".join(f"(?:{opening})" for opening in openings), re.IGNORECASE | re.MULTILINE)


ARROWED_BUILD = _any_of(
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

ARROWED_PLATFORM = _any_of(
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
    r"(?:Application )?[Ee]xited with (?:status|(?:exit )?code) -?\d",
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

ARROWLESS_BUILD = _any_of(
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

ARROWLESS_PLATFORM = _any_of(
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

QUOTED_NOTICE = late_regex(
    r"(?:Exited with status \d+|Application exited early|Timed out|Ran out of memory \(used over [^)]{1,20}\))"
    r" while (?:running|building) your code\b"
)
"""A text of the Events page that stands in a sentence or behind a label (fact 11)."""

NOTICE = _any_of(
    r"(?:First d|D)eploy (?:started|live|failed|succeeded|cancell?ed|timed out) for (?:commit )?[0-9a-f]{7,40}\b",
    r"Instance failed: [a-z0-9]{5}(?:$| ?[—–:-]? ?Ran out of memory)",
    r"Instance failed: (?:(?:HTTP |TCP )?health check|ran out of memory|exited with|application exited)",
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
