"""Plays: episodes of a story. What a play writes decides what the verdict must be; nothing else does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from .frameworks import fitting
from .model import CAUSE, CONTEXT, PLATFORMS, Ending, Fault, Framework
from .stage import Stage

__all__ = [
    "Act",
    "Play",
    "any_framework",
    "fault_play",
    "launch",
    "listen",
    "meanwhile",
    "nodemon_play",
    "note_bind",
    "note_framework",
    "serve",
    "supervised",
]

Act = Callable[[Any, Framework], None]
"""Writes an episode on a stage; most acts know the stage of one platform alone."""

NODEMON = "§[nodemon] app crashed - waiting for file changes before starting..."


def any_framework(stage: Stage) -> Framework:
    """Choose any framework."""
    return stage.choose(fitting())


@dataclass(frozen=True, slots=True)
class Play:
    """One episode.

    Attributes:
        name: unique, kebab-case.
        cause: what the verdict must be; `healthy` and `unknown` are causes as well.
        act: writes the episode on a stage of one of the platforms.
        platforms: where it can be played.
        cast: chooses the framework.
        acceptable: other verdicts that the log bears.
        is_start: whether the episode is a start that fails, so that the platform may try again and a good or bad release may stand before it.
        alone: whether nothing may be played before or behind it.
    """

    name: str
    cause: str
    act: Act
    platforms: tuple[str, ...] = PLATFORMS
    cast: Callable[[Stage], Framework] = any_framework
    acceptable: tuple[str, ...] = ()
    is_start: bool = False
    alone: bool = False


# --- what plays are made of ------------------------------------------------------------------------------------------


def launch(stage: Stage, framework: Framework, command: str = "", *, boots: bool = True, port: int = 0) -> None:
    """Start the process and let it print what it prints before the bind.

    Args:
        stage: of any platform.
        framework: the one that starts.
        command: empty means the one that binds the platform's port.
        boots: whether the boot lines are printed.
        port: the port that they name; 0 means the assigned one.
    """
    stage.assigned = stage.assign_port()
    stage.values["port"] = port or stage.assigned
    stage.values["served"] = framework.served
    stage.start(command or framework.command)
    if boots:
        stage.tell(stage.app_tag(framework.stream), framework.boot)
    stage.wait(framework.seconds * stage.random.uniform(0.7, 1.3))


def listen(stage: Stage, framework: Framework, marked_role: str = CONTEXT, *, near: bool = False) -> None:
    """Print the lines behind the bind; *near* is a bind to this machine alone."""
    stage.tell(stage.app_tag(framework.stream), framework.loopback if near else framework.listen, marked_role)


def note_framework(stage: Stage, framework: Framework) -> None:
    """Expect the framework, where its lines or the start command name it."""
    if framework.name:
        stage.note("framework", framework.name, *framework.names)


def note_bind(stage: Stage, framework: Framework, *, near: bool = False) -> None:
    """Expect what the bind lines say."""
    stage.note("bound_port", stage.values["port"])
    address = framework.near if near else framework.address
    if address:
        stage.note("bound_address", address)
    note_framework(stage, framework)


def serve(stage: Stage, framework: Framework, requests: int = 4) -> None:
    """Play a start that goes well, and some requests."""
    launch(stage, framework)
    listen(stage, framework)
    stage.come_up()
    stage.traffic(requests)


def meanwhile(stage: Stage, tag: str, lines: Sequence[str], seconds: float, marked_role: str = CAUSE) -> None:
    """Spread lines over a stretch of time, without moving the clock."""
    begun = stage.now
    for number, line in enumerate(lines):
        stage.now = begun + timedelta(seconds=seconds * (number + stage.random.uniform(0.3, 0.9)) / len(lines))
        stage.tell(tag, (line,), marked_role)
    stage.now = begun


def supervised(fault: Fault) -> bool:
    """Say whether nodemon could hide the end of this fault."""
    return (
        fault.ending == Ending.EXIT
        and fault.status == 1
        and fault.runtimes == ("node",)
        and not any("npm ERR!" in line for line in fault.lines)
        and not fault.command
    )


def fault_play(fault: Fault) -> Play:
    """Make a play of a fault that the app's own lines tell."""

    def act(stage: Stage, framework: Framework) -> None:
        command = fault.command or framework.command
        launch(stage, framework, command, boots=fault.boots)
        stage.tell(stage.app_tag("ERR"), fault.lines)
        if fault.boots and framework.boot and framework.name:
            note_framework(stage, framework)
        for name, value in fault.facts.items():
            stage.note(name, stage.values["port"] if value == "{port}" else value)
        if fault.ending == Ending.EXIT:
            stage.exit(fault.status)
        else:
            stage.give_up("nothing")
        stage.acceptable += fault.acceptable

    return Play(
        fault.name,
        fault.cause,
        act,
        fault.platforms,
        lambda stage: stage.choose(fitting(fault.runtimes, fault.frameworks)),
        fault.acceptable,
        is_start=True,
    )


def nodemon_play(fault: Fault) -> Play:
    """Make a play of a fault whose end a supervisor hides, so that the platform waits for a port."""

    def act(stage: Stage, framework: Framework) -> None:
        launch(stage, framework, "nodemon server.js", boots=False)
        stage.tell(
            stage.app_tag(),
            (
                "[nodemon] 3.1.4",
                "[nodemon] to restart at any time, enter `rs`",
                "[nodemon] starting `node server.js`",
                "@0.4",
            ),
        )
        stage.tell(stage.app_tag("ERR"), fault.lines)
        stage.tell(stage.app_tag(), (NODEMON,), CONTEXT)
        stage.give_up("nothing")
        stage.acceptable += fault.acceptable

    return Play(
        f"nodemon-{fault.name}",
        fault.cause,
        act,
        fault.platforms,
        lambda stage: stage.choose(fitting(("node",))),
        fault.acceptable,
        is_start=True,
    )
