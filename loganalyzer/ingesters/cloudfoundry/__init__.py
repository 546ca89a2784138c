"""Cloud Foundry: lines of `cf logs` of every era, of drains, envelopes, routers, lists of events and the console.

Each module owns one kind of framing and lists the format facts that it relies on, with their sources:
1. `cli`: `[TYPE/INSTANCE] OUT message`. `drain`: RFC 5424. `envelopes`: JSON. `webconsole`: rows of a provider's
   page.
2. `gorouter`: access lines, the router's own log, what it tells a client.
3. `eventlist`: rows of `cf events`. `answers`: JSON of the API. `push` and `mta`: the client's console. `bare`: lines
   that lost their prefix.
4. `tagged` makes the event of whatever has a tag, with `tags`, `wording` and `crashes`; `times` and `heads` read what
   stands before.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from loganalyzer.ingesters.cloudfoundry.bulk import HEADS, HEADS_CLAIM, REQUEST_PROCESS, REQUEST_UNIT_MS, REQUESTS
from loganalyzer.ingesters.cloudfoundry.tags import PLATFORM, origin
from loganalyzer.model import Event, Line

__all__ = ["HEADS", "HEADS_CLAIM", "PLATFORM", "REQUESTS", "REQUEST_PROCESS", "REQUEST_UNIT_MS", "origin", "parse"]


@cache
def _readers() -> tuple[Callable[[Line], Event | None], ...]:
    """Give what reads a line, in the order in which it is asked; a log of another platform needs none of it.

    What carries a prefix comes before what is only known by its wording: a message must not be read as a line of its
    own.
    """
    from loganalyzer.ingesters.cloudfoundry import (  # noqa: PLC0415
        answers,
        bare,
        cli,
        drain,
        envelopes,
        eventlist,
        gorouter,
        mta,
        push,
        webconsole,
    )

    return (
        cli.parse_tagged,
        drain.parse_drain,
        mta.parse_downloaded,
        envelopes.parse_envelope,
        answers.parse_answer,
        gorouter.parse_operator,
        gorouter.parse_access,
        webconsole.parse_row,
        eventlist.parse_event_row,
        mta.parse_deploy,
        push.parse_console,
        gorouter.parse_client,
        bare.parse_bare,
    )


def parse(line: Line) -> Event | None:
    """Turn a line of Cloud Foundry into an event.

    Args:
        line: any line; colour codes already stripped, line end removed.

    Returns:
        An event whose `at` is aware UTC; its `fields` have the `tag` and the `channel` as far as they are printed. None
        when the line is not Cloud Foundry's. Never raises.

    Examples:
        >>> event = parse(Line(1, "   2024-05-01T10:00:00.12-0700 [CELL/0] ERR Container became unhealthy"))
        >>> event.source, event.process, event.at.isoformat()
        ('platform', 'web.0', '2024-05-01T17:00:00.120000+00:00')
    """
    for read in _readers():
        event = read(line)
        if event is not None:
            return event
    return None
