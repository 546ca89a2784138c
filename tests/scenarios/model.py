"""The records that scenarios are made of: what an app prints, how it fails, and the log that comes of it.

Marks in lines of data: a leading `§` says that the line shows the cause; a line `@N` lets N seconds pass; everything
else is a `str.format` template over the values of the stage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

__all__ = [
    "CAUSE",
    "CONTEXT",
    "FILLER",
    "PLATFORMS",
    "Ending",
    "Entry",
    "Fault",
    "Framework",
    "Row",
    "Scenario",
]

PLATFORMS = ("heroku", "render", "cloudfoundry")

CAUSE = "cause"
"""The line shows the cause; without it the verdict would be another one."""

CONTEXT = "context"
"""The line says where in the life of the process the rest stands: start, state, exit, the platform's symptom."""

FILLER = ""
"""The line could be missing."""

FactValue = Any


class Ending:
    """How a start goes on after the lines of a fault.

    EXIT: the process ends with a status. WAIT: it stays, and the platform waits for its port in vain. LATE: it opens its
    port after the platform has stopped waiting.
    """

    EXIT = "exit"
    WAIT = "wait"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Entry:
    """One message before it gets a platform's line prefix.

    Attributes:
        at: aware UTC.
        tag: who wrote it, as the platform's stage names its writers.
        text: the message, one line.
        role: CAUSE, CONTEXT or FILLER.
    """

    at: datetime
    tag: str
    text: str
    role: str = FILLER


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a log in the making.

    Attributes:
        text: the line without its end.
        role: CAUSE, CONTEXT or FILLER.
        at: time of the message; None when the line carries none.
    """

    text: str
    role: str = FILLER
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Framework:
    """What a server or framework prints from its start to its first request.

    Attributes:
        name: as in the fact `framework`; empty when its lines do not tell it.
        runtime: node, python, ruby, jvm, go, dotnet, php, elixir, rust, deno, r or static.
        command: start command that binds the platform's port.
        listen: lines after the bind to every address; `§` marks those that name the port.
        port: the port it takes when nobody tells it another.
        boot: lines before the bind.
        loopback: lines after a bind to this machine alone; empty when they would look like `listen`.
        fixed: start command that leaves the port as it is; empty means `command`.
        address: what `listen` says of the address; empty when it does not say, or shows a URL for people.
        near: what `loopback` says of the address.
        names: other names that the log bears for the framework.
        served: a line per request; empty when it prints none.
        seconds: from start to bind.
        stream: OUT or ERR, where it writes.
    """

    name: str
    runtime: str
    command: str
    listen: tuple[str, ...]
    port: int
    boot: tuple[str, ...] = ()
    loopback: tuple[str, ...] = ()
    fixed: str = ""
    address: str = ""
    near: str = "127.0.0.1"
    names: tuple[str, ...] = ()
    served: str = ""
    seconds: float = 2.0
    stream: str = "OUT"


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which a start fails, told by the app's own lines.

    Attributes:
        name: unique, kebab-case.
        cause: id in the catalogue.
        lines: what the app prints.
        ending: a word of Ending.
        status: exit status for Ending.EXIT.
        runtimes: runtimes whose apps print this; empty for all.
        frameworks: names of frameworks that print this; empty for all of the runtimes.
        platforms: where it can occur.
        acceptable: other causes that the same log bears.
        facts: facts that the lines state, besides those of the platform.
        command: start command of the app in this case; empty means the framework's.
        boots: whether the framework's boot lines stand before the fault.
    """

    name: str
    cause: str
    lines: tuple[str, ...]
    ending: str = Ending.EXIT
    status: int = 1
    runtimes: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    platforms: tuple[str, ...] = PLATFORMS
    acceptable: tuple[str, ...] = ()
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    command: str = ""
    boots: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole log and what must be found in it.

    Attributes:
        id: platform, story and number; the same for the same seed.
        text: the log as a user would pipe it in.
        platform: the platform that wrote it.
        cause: what the verdict must be.
        acceptable: other verdicts that the log bears.
        facts: what the verdict must state; a tuple holds values of which any will do, a list must be contained.
        evidence_lines: 1-based numbers of the lines that show the cause.
        context_lines: numbers of the lines that must stay for the log to mean the same.
        tags: words for choosing scenarios: format, story, damage.
    """

    id: str
    text: str
    platform: str
    cause: str
    acceptable: tuple[str, ...]
    facts: Mapping[str, FactValue]
    evidence_lines: tuple[int, ...]
    context_lines: tuple[int, ...] = ()
    tags: frozenset[str] = frozenset()
