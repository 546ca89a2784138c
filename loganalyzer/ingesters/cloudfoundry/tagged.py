"""Tagged: an event out of tag, channel and message, whichever framing carried them.

Format facts:
1. The message of an `RTR` line is an access line (cloudfoundry/gorouter, accesslog/dropsonde_logsender.go).
2. A line under an app's tag may be the executor's or the launcher's, and one under `CELL` may be about a health
   check; the wording tells (module `wording`).
3. `CELL/SSHD` and `PROXY` are side processes of the container whose exits follow every stop; their tag is given
   without the instance, so that they are told apart by it (cloudfoundry/cloud_controller_ng,
   diego/main_lrp_action_builder.rb; executor, depot/transformer/transformer.go).
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from loganalyzer.ingesters.cloudfoundry.crashes import crash_process, payload_fields
from loganalyzer.ingesters.cloudfoundry.gorouter import access_fields, router_process, shortened_fields
from loganalyzer.ingesters.cloudfoundry.tags import PLATFORM, read_tag
from loganalyzer.ingesters.cloudfoundry.wording import is_executor_text, is_health_text
from loganalyzer.model import Claim, Event, Line

__all__ = ["Frame", "tagged_event"]

SIDE_PROCESSES = frozenset({"CELL/SSHD", "PROXY"})  # fact 3


class Frame(NamedTuple):
    """What stands around a message.

    Attributes:
        tag: text between the brackets.
        channel: `OUT` or `ERR`; None when the line has lost it.
        at: aware UTC; None without a time.
        app: name or id of the app; None when the line does not say.
        claim: one of Claim's words.
    """

    tag: str
    channel: str | None
    at: datetime | None
    app: str | None = None
    claim: str = Claim.HEADED


def tagged_event(line: Line, frame: Frame, message: str) -> Event:
    """Make the event of a line whose frame was read.

    Args:
        line: the line.
        frame: what stood around the message.
        message: the rest.
    """
    source, process, sidecar, kind = read_tag(frame.tag)
    fields = {"tag": kind if kind in SIDE_PROCESSES else frame.tag}
    if frame.channel is not None:
        fields["channel"] = frame.channel
    if sidecar is not None:
        fields["sidecar"] = sidecar
    if source == "router":  # fact 1
        fields = (access_fields(message) or shortened_fields(message)) | fields
        process = router_process(fields)
    elif source == "api":
        found = payload_fields(message)
        process = crash_process(message, found)
        fields = found | fields
    elif kind == "DEA":
        process = crash_process(message, {})
    elif source == "app" and is_executor_text(message, frame.channel):  # fact 2
        source = "platform"
    elif kind == "CELL" and is_health_text(message):
        source = "health"
    return Event(line.number, line.text, PLATFORM, source, message, process, frame.at, frame.app, frame.claim, fields)
