"""Push: what `cf push`, `cf start` and `cf app` print on the console, without any prefix.

Format facts:
1. A command begins with what it does `in org O / space S as U...` (cloudfoundry/cli, command/v7; cf/commands in v6).
2. Progress and failures are sentences of their own: `Waiting for app NAME to start...`, `0 of 1 instances running, 1
   crashed`, `Start unsuccessful`, `Server error, status code: N, error code: N, message: …`, `FAILED`
   (cloudfoundry/cli, command/translatableerror, cf/commands/application/start.go).
3. The lines of staging follow with exactly three blanks and without a head (cloudfoundry/cli,
   command/v7/push_command.go).
4. At the end stands a table, `requested state:   started`, and a row for each instance, `#0   running   2024-…`,
   whose time is the one since when (cloudfoundry/cli, command/v7/shared/app_summary_displayer.go).
5. Words that end a staging: cloudfoundry/cloud_controller_ng, errors/v2.yml.
6. The first lines of `cf logs` are of the same kind (cloudfoundry/cli, command/v7/logs_command.go; v6,
   cf/commands/application/logs.go).
7. Buildpacks mark their errors with stars, `**ERROR** …` (cloudfoundry/libbuildpack, logger.go).
"""

from __future__ import annotations

import re

from loganalyzer.ingesters.cloudfoundry.console import console_event, read_stamp
from loganalyzer.ingesters.cloudfoundry.heads import CI_STAMP
from loganalyzer.late import late_choice, late_regex
from loganalyzer.model import Event, Line

__all__ = ["parse_console"]

HEAD = late_regex(
    rf"(?P<at>{CI_STAMP})(?:[ \t>`|]|\*(?!\*?ERROR\*\*)){{0,20}}+(?:[+-] ?(?=[a-z ]{{1,30}}:))?(?P<message>\S.*)$",
    re.DOTALL,
)
SCOPE = late_regex(r"[A-Z].{0,300}? (?:in|to|from) org \S.{0,200}? / space \S.{0,200}? as \S", re.DOTALL)  # fact 1
APP = late_regex(r"\bapp (?P<app>[\w.-]+)(?= (?:in|to) org |\.\.\.$| to start\.\.\.$)")
INSTANCE = late_regex(  # fact 4
    r"#(?P<index>\d{1,5})\s+(?P<state>running|starting|crashed|crashing|down|flapping|failing|stopping|unknown)\b"
)
SENTENCES = (  # facts 2 and 6
    r"(?:Creating|Updating|Pushing|(?:Re)?[Ss]tarting|Stopping|Restaging|Deleting) app(?: \S+)?\.\.\.\s*$",
    r"(?:Creating|Updating) app with these attributes\.\.\.",
    r"Staging app and tracing logs\.\.\.|Waiting for app (?:\S+ )?to start\.\.\.|Instances starting\.\.\.",
    r"Waiting for API to complete processing files\.\.\.|Comparing local files to remote cache\.\.\.",
    r"Packaging files to upload\.\.\.|Uploading files\.\.\.|Getting app info\.\.\.|Mapping routes\.\.\.",
    r"Applying manifest\b|Manifest applied\b|Updating with these attributes\.\.\.|Using manifest file \S",
    r"\d{1,6} of \d{1,6} instances? running\b",
    r"Start unsuccessful\b|Start app timeout\b|Error (?:re)?start(?:ing)? (?:app|application)\b",
    r"TIP: (?:[Uu]se 'cf |Application must be listening on the right port)|App \S+ was started using this command ",
    r"(?:FAILED )?Server error, status code: \d{3}|timeout connecting to log server, no",
    r"Failed to retrieve logs from Log Cache: |Stats unavailable: ",
    r"Connected, (?:tailing|dumping recent) logs for app |Warning: error tailing logs\b",
    r"Error dialing (?:loggregator|traffic controller|doppler) server\b",
    r"One or more instances could not be started because of insufficient running resources",
    r"(?:[\w-]{1,40} ){1,3}exceeds (?:organization|space) (?:memory|instance memory|log rate|app instance) quota\b",
    r"CF-[A-Z]\w{4,60}\(\d{4,6}\): ",
)
STAGING = (  # fact 5
    r"Error staging application\b|StagingError\b|Staging error: |Staging time expired",
    r"An app was not successfully detected by any available buildpack",
    r"App staging failed in the buildpack [a-z]+ phase",
    r"The app (?:upload|package) is invalid: |Package may not be larger than \d",
    r"(?:NoAppDetectedError|Buildpack(?:Detect|Compile|Release)Failed|Stager\w+|StagingTimeExpired) - ",
    r"(?:InsufficientResources|NoCompatibleCell) - |Package failed to process correctly after upload",
    r"(?:NoAppDetectedError|Buildpack(?:Detect|Compile|Release)Failed|Stag(?:er|ing)Error|StagingTimeExpired)\s*$",
    r"(?:InsufficientResources|NoCompatibleCell)\s*$|CFoundry::StagingError: \d",
    r"-----> [\w.+ -]{1,60} Buildpack (?:version \S|v?\d|[0-9a-f]{7,40}\b)",
)
ROWS = (  # fact 4
    r"requested state:\s+(?:started|stopped)\b|instances:\s+\d+/\d+\s*$|(?:last|package) uploaded:\s",
    r"(?:health check type|disk quota|memory usage|start command|isolation segment):\s{2,}\S",
    r"stack:\s+(?:cflinuxfs|windows20|lucid64)|usage: \d+[MG] x \d+ instances",
    r"state\s+since\s+cpu\s+memory\s+disk\b",
)
COMPLAINTS = (r"\*\*ERROR\*\* \S",)  # fact 7
WEAK = (r"FAILED\s*$", r"(?:name|type|routes|buildpacks?):\s{3,}\S", r"(?:memory|instances|stack):\s{6,}\S")
TEXT = late_choice({"sentence": SENTENCES, "staging": STAGING, "complaint": COMPLAINTS, "row": ROWS, "weak": WEAK})
ABOUT_STAGING = late_regex(r"\bstag(?:ing|ed|er|ers)\b|\bbuildpack", re.IGNORECASE)


def parse_console(line: Line) -> Event | None:
    """Turn a line of the client's console into an event.

    Returns:
        An event of the platform, or of the build where the line is about staging; it names no app, because the lines of
        the log below it do not either. None when the line is none of them. Never raises.

    Examples:
        >>> parse_console(Line(1, "0 of 1 instances running, 1 crashed")).source
        'platform'
    """
    head = HEAD.match(line.text)
    if head is None:
        return None
    message = head["message"].rstrip()
    at = read_stamp(head["at"])
    instance = INSTANCE.match(message)
    if instance is not None:
        fields = {"index": instance["index"], "state": instance["state"]}
        process = f"web.{instance['index']}"
        return console_event(line, message, at, is_build=False, process=process, fields=fields)
    found = TEXT.match(message)
    if found is None and (" / space " not in message or SCOPE.match(message) is None):
        return None
    kind = found.lastgroup if found else "sentence"
    if kind == "weak" and at is not None:
        return None
    is_build = kind in ("staging", "complaint") or (kind == "sentence" and ABOUT_STAGING.search(message) is not None)
    app = APP.search(message)
    named = {"app": app["app"]} if app else {}
    is_weak = kind in ("complaint", "weak")
    return console_event(line, message, at, is_build=is_build, is_weak=is_weak, fields=named)
