"""Event list: rows of `cf events`, and of a provider's page of events.

Format facts:
1. `cf events` prints time, event, actor and description in padded columns, the newest first; an event's name has
   dots: `app.crash`, `audit.app.process.crash` (cloudfoundry/docs-dev-guide, deploy-apps/troubleshoot-app-health;
   cloud_controller_ng, app/repositories).
2. SAP's cockpit has the same four as a table, its time as `8 Nov 2022, 18:30:21 (GMT+02:00)` (seen, not specified).
3. The actor of `audit.app.process.crash` is the type of the process. Same file of cloud_controller_ng.
4. IBM's dashboard says in its list of activities `an instance of the app crashed: APP/PROC/WEB: Exited with status 137
   (out of memory)`, and under the first runtime `…: out of memory exit status: 255, CRASHED` (seen, not specified).
5. The API gives an event as JSON, with `"exit_description": "…"` on a line of its own (seen, not specified).
"""

from __future__ import annotations

import re

from loganalyzer.ingesters.cloudfoundry.crashes import crash_process, listed_fields, payload_fields
from loganalyzer.ingesters.cloudfoundry.tags import PLATFORM
from loganalyzer.ingesters.cloudfoundry.times import DAY_FIRST, read_time
from loganalyzer.late import late_regex
from loganalyzer.model import Claim, Event, Line
from loganalyzer.text import TIMESTAMP

__all__ = ["parse_event_row"]

NAME = r"(?:app\.crash|audit\.(?:app|route|service|service_instance|service_binding|space|user)(?:\.[a-z_]+)+)"
ROW = late_regex(  # facts 1 and 2
    rf"[\s>|*`]{{0,60}}+(?P<at>{TIMESTAMP}|{DAY_FIRST})[\s|]{{1,40}}+(?P<event>{NAME})\b[\s|]{{0,40}}+"
    r"(?P<rest>.*)$",
    re.DOTALL,
)
ACTOR = late_regex(
    r"(?P<actor>[^\s|]+(?: [^\s|:]+){0,4}?)(?:\s{2,}|\s*\|\s*|\s+(?=\w+: )|$)(?P<description>.*)$", re.DOTALL
)
HEADER = late_regex(r"[\s|]*time[\s|]+event[\s|]+actor[\s|]+description[\s|]*$", re.IGNORECASE)
TORN = late_regex(r"[\s|]*(?:.{0,80}, )?(?:index|instance|cell_id|reason): .{1,300}?exit_description: ", re.DOTALL)
ACTIVITY = late_regex(r"[\s>|*•-]{0,20}an instance of the app crashed: (?P<description>\S.*)$", re.DOTALL)  # fact 4
MEMBER = late_regex(r'\s*"exit_description"\s*:\s*"')  # fact 5


def parse_event_row(line: Line) -> Event | None:
    """Turn a row of a list of events into an event of the API.

    Returns:
        The event, its message beginning with the event's name; None when the line is no such row. Never raises.

    Examples:
        >>> row = "2024-05-01T10:00:00.00+0000   app.crash   shop   index: 1, reason: CRASHED"
        >>> parse_event_row(Line(1, row)).process
        'web.1'
    """
    text = line.text
    row = ROW.match(text) if "app." in text or "audit." in text else None
    if row is None:
        return _parse_torn(line)
    rest = ACTOR.match(row["rest"])
    actor = rest["actor"] if rest else ""
    description = (rest["description"] if rest else row["rest"]).strip(" |")
    fields = listed_fields(description)
    if row["event"] == "audit.app.process.crash" and re.fullmatch(r"[\w-]+", actor):  # fact 3
        fields.setdefault("process_type", actor)
    process = crash_process(description, fields)
    fields |= {"event": row["event"], "actor": actor}
    message = f"{row['event']} {description}".rstrip()
    return Event(line.number, text, PLATFORM, "api", message, process, read_time(row["at"]), fields=fields)


def _parse_torn(line: Line) -> Event | None:
    """Read a row that has lost its first columns, the head of the list, or a member of the API's JSON."""
    text = line.text
    activity = ACTIVITY.match(text) if "app crashed: " in text else None
    if activity is not None:
        told = activity["description"].replace("&#x2F;", "/").rstrip(" |").removesuffix(", CRASHED")
        fields = {"reason": "CRASHED", "exit_description": told}
        process = crash_process(told, fields | {"index": "0"})
        return Event(line.number, text, PLATFORM, "api", told, process, claim=Claim.BARE, fields=fields)
    if "exit_description" in text:
        if MEMBER.match(text):
            fields = payload_fields(text)
        elif TORN.match(text):
            fields = listed_fields(text)
        else:
            return None
        process = crash_process(text, fields)
    elif HEADER.match(text):
        fields, process = {}, None
    else:
        return None
    return Event(line.number, text, PLATFORM, "api", text.strip(" |\t"), process, claim=Claim.BARE, fields=fields)
