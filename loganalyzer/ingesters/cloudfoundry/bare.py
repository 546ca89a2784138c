"""Bare: lines that have lost their prefix and are known by a wording that only the platform writes.

Format facts:
1. Copies lose the time and the tag, and sometimes keep the channel: `ERR Failed to make TCP connection to port 8080:
   …` (seen, not specified).
2. The lines of staging that `cf push` prints have exactly three blanks and no tag (cloudfoundry/cli,
   command/v7/push_command.go), so what the cell says there is about the staging container.
3. The hash of a crash that a page has folded goes on in lines of their own: `"reason"=>"CRASHED", …` (seen). The
   first quote is lost with the marks of a copy; its errors are a list with stars.
4. A time with `Z` is not the client's (module `times`): what stands behind it may be any program's text.
5. People quote the description of a crash in a sentence of their own (seen).
"""

from __future__ import annotations

import re

from loganalyzer.ingesters.cloudfoundry.crashes import crash_process, listed_fields, payload_fields
from loganalyzer.ingesters.cloudfoundry.heads import JUNK, OUTER_STAMP, trim_tail
from loganalyzer.ingesters.cloudfoundry.tags import PLATFORM
from loganalyzer.ingesters.cloudfoundry.times import read_time
from loganalyzer.ingesters.cloudfoundry.wording import find_wording
from loganalyzer.late import late_regex
from loganalyzer.model import Claim, Event, Line

__all__ = ["parse_bare"]

HEAD = late_regex(
    rf"(?P<lead>{JUNK}){OUTER_STAMP}"
    r"(?:(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{2,3}[+-]\d{4})\s+)?"  # fact 4
    r"(?:\[?(?:STD)?(?P<channel>OUT|ERR)\]?[ \t]+)?(?P<message>\S.*)$",
    re.DOTALL,
)
STAGING_INDENT = late_regex(r" {3}(?=\S)")
FOLDED = late_regex(  # fact 3
    r'\{?\s{0,4}(?:"?\w{1,30}"\s*=>\s*(?:"[^"\n]{0,400}"|-?\d{1,20})[,}]?\s*){0,8}"?exit_(?:status|description)"\s*=>'
)
LISTED_EXIT = late_regex(  # fact 3
    r'\s{0,160}\* ?(?P<message>(?:APP/\S{1,80}: )?Exited with status \d{1,3}\b(?: \([^()\n]{1,80}\))?)["\s,]{0,8}$'
)
TOLD = late_regex(  # fact 5
    r".{0,300}?\bexit[_ ]description['\"]?\s*(?::|=>|is)\s*['\"`]?"
    r"(?P<message>(?:Instance (?:never healthy after|became unhealthy: )|APP/PROC/\S{1,80}: Exited with status ).*)$",
    re.DOTALL,
)
OF_STAGING = late_regex(r"Cell \S+ \w|Exit status \d|(?:Down|Up)load|(?:(?:Creat|Destroy)ing|Successfully \S+) contain")


def parse_bare(line: Line) -> Event | None:
    """Turn a line without prefix into an event, when its wording is the platform's alone.

    Returns:
        The event; None when any other program may have written the line. Never raises.

    Examples:
        >>> parse_bare(Line(1, "ERR Failed to make TCP connection to port 8080: connection refused")).source
        'health'
    """
    head = HEAD.match(line.text)
    if head is None:
        return None
    message = trim_tail(head["lead"], head["message"])
    wording: tuple[str, str] | None
    listed = LISTED_EXIT.match(line.text)
    if listed is not None:
        message, wording = listed["message"], ("api", Claim.BARE)
    elif FOLDED.match(message):
        message, wording = message if message[0] in '{"' else f'"{message}', ("api", Claim.BARE)
    else:
        wording = find_wording(message)
    if wording is None and "description" in message and (told := TOLD.match(message)) is not None:
        message = told["message"].rstrip("'\"`")
        wording = find_wording(message)
    if wording is None:
        return None
    source, claim = wording
    if head["channel"] is not None:
        claim = Claim.BARE
    fields = payload_fields(message) if source == "api" else {}
    if "exit_description: " in message:
        fields |= listed_fields(message)
    process = crash_process(message, fields)
    if head["at"] is None and STAGING_INDENT.match(line.text) and OF_STAGING.match(message):  # fact 2
        source, process = "build", "staging"
    if head["channel"] is not None:
        fields["channel"] = head["channel"]
    at = read_time(head["at"]) if head["at"] else None
    return Event(line.number, line.text, PLATFORM, source, message, process, at, None, claim, fields)
