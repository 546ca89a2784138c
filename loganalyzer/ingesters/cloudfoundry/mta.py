"""Multi-target apps: what `cf deploy` and `cf bg-deploy` print on the console, without any prefix.

Format facts:
1. The deploy service reports its steps as sentences that name an application or a service in double quotes: `Staging
   application "A"...`, `Application "A" staged`, `Error starting application "A": …`, `Execution of task "T" on
   application "A" failed.` (cloudfoundry/multiapps-controller, controller/process/Messages.java).
2. Instances are counted as `Application "A": 0 of 1 instances running (1 crashed)`; without the name until 2021. Same
   file as fact 1.
3. The client prints what the service reports, and the end: `Process failed.`, `Process finished.`, `Use "cf dmol -i N"
   to download the logs of the process.` (cloudfoundry/multiapps-cli-plugin, commands/execution_monitor.go).
4. The logs of an operation that `cf dmol` downloads hold lines of the applications: the id, the time in brackets, the
   message, `(STDOUT, APP/PROC/WEB)`, and sometimes a `#` (multiapps-controller, domain/ApplicationLog.java).
"""

from __future__ import annotations

import re

from loganalyzer.ingesters.cloudfoundry.console import console_event, read_stamp
from loganalyzer.ingesters.cloudfoundry.heads import CI_STAMP
from loganalyzer.ingesters.cloudfoundry.tagged import Frame, tagged_event
from loganalyzer.ingesters.cloudfoundry.tags import KNOWN_TAG
from loganalyzer.ingesters.cloudfoundry.times import read_time
from loganalyzer.late import late_choice, late_regex
from loganalyzer.model import Event, Line

__all__ = ["parse_deploy", "parse_downloaded"]

DOWNLOADED = late_regex(  # fact 4
    r".{0,300}?\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12} \[(?P<at>[A-Z\d][^\[\]]{10,40})\] (?P<message>.*) "
    rf"\((?P<channel>STDOUT|STDERR), (?P<tag>APP/TASK/[^()\n]{{1,200}}|{KNOWN_TAG})\)#?[\s`*|]*$",
    re.DOTALL,
)
HEAD = late_regex(rf"(?P<at>{CI_STAMP})[ \t>`*|]{{0,20}}+(?P<message>\S.*)$", re.DOTALL)
STAGING = r'(?:Staging|Error staging) application "|Application "[^"\n]{1,200}" (?:staged|was not staged correctly)\b'
SENTENCES = (
    r"(?:Deploying|Undeploying|Rollback) multi-target app\b",
    r'Deploying in org "[^"\n]{1,200}" and space "|No deployed MTA detected\b|Detected deployed MTA\b',
    r'Detected MTA schema version: "|New MTA version: |Deployed MTA (?:version|color): ',
    r'(?:Creating|Updating|Uploading|Starting|Stopping|Scaling|Deleting) application "[^"\n]{1,200}"',
    r'Application "[^"\n]{1,200}" (?:started|uploaded|executed|attributes are not modified)\b',
    r'(?:Application "[^"\n]{1,200}": )?\d{1,6} of \d{1,6} instances running \(',
    r'Error (?:starting|uploading|executing|scaling|stopping|deleting|creating or updating) application "',
    r'None of the instances of the app "[^"\n]{1,200}" become routable\b',
    r'(?:Executing|Execution of) task "[^"\n]{1,200}" on application "',
    r'Error (?:creating|updating|deleting) (?:optional )?service "[^"\n]{1,200}" from offering "',
    r'Error (?:[a-z]{1,20} ){1,8}(?:application|service|module|resource|hook|binding|instance|key)s? "',
    r"Error (?:creating or updating service instance|merging descriptors|resolving merged descriptor)\b",
    r"Error monitoring [a-z ]{1,40}services: ",
    r"Error (?:building cloud (?:application deploy )?model|processing MTA (?:archive|extension descriptors))\b",
    r'(?:Binding|Unbinding) service instance "[^"\n]{1,200}" (?:to|from) application "',
    r'Creating service(?: key)? "[^"\n]{1,200}" (?:from MTA resource|for service instance) "',
    r"A step of the process has failed\. Retrying it may solve the issue\.",
    r"Service operation failed\b|(?:Controller|Service broker) operation failed: \d{3}\b",
    r'Use "cf (?:deploy|bg-deploy|undeploy|rollback-mta|dmol|download-mta-op-logs) ',
    r"Proceeding with automatic retry\.\.\. \(\d",
    r"Process has entered \w+ phase\. After testing your new deployment you can\b",
)
WEAK = (r"Process (?:failed|finished|was aborted)\.\s*$", r'Processing service "[^"\n]{1,200}"\.\.\.')
TEXT = late_choice({"build": [STAGING], "platform": SENTENCES, "weak": WEAK})


def parse_deploy(line: Line) -> Event | None:
    """Turn a line of the deploy of a multi-target app into an event.

    Returns:
        An event of the platform, or of the build where the line is about staging; it names no app, because the lines of
        the log beside it do not either. None when the line is none of them. Never raises.

    Examples:
        >>> parse_deploy(Line(1, 'Error starting application "shop-srv": Some instances have crashed.')).source
        'platform'
        >>> parse_deploy(Line(1, '[2026-05-01T10:00:00.250Z] Staging application "shop-srv"...')).process
        'staging'
    """
    head = HEAD.match(line.text)
    found = TEXT.match(head["message"]) if head is not None else None
    if head is None or found is None:
        return None
    is_build, is_weak = found.lastgroup == "build", found.lastgroup == "weak"
    return console_event(line, head["message"], read_stamp(head["at"]), is_build=is_build, is_weak=is_weak)


def parse_downloaded(line: Line) -> Event | None:
    """Turn a line of an application from the logs of an operation into an event (fact 4).

    Returns:
        The event; None when the line has no such frame. Never raises.

    Examples:
        >>> text = "0e5a2f10-7c1d-4d5e-9b64-2f0a1c3d5e7f [2026-04-30T09:46:32Z] up (STDOUT, APP)#"
        >>> parse_downloaded(Line(1, text)).message
        'up'
    """
    found = DOWNLOADED.match(line.text) if "(STD" in line.text else None
    if found is None:
        return None
    channel = "OUT" if found["channel"] == "STDOUT" else "ERR"
    tag = found["tag"] if found["tag"][-1].isdigit() else f"{found['tag']}/0"
    return tagged_event(line, Frame(tag, channel, read_time(found["at"])), found["message"])
