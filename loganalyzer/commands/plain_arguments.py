"""Reads the plain command lines of the main job, such as `--format json app.log`, without Typer.

Importing Typer and having it read the options takes longer than analysing a short log. What is in any way unusual (a
command, --help, a mistake, an abbreviation, a value that begins with a dash) is left to Typer, which reads everything
that is read here the same way.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from loganalyzer.commands.analysis import Wishes

__all__ = ["SWITCHES", "VALUES", "read_plainly"]

VALUES = {
    "--platform": "platform",
    "--format": "form",
    "--since": "since",
    "--until": "until",
    "--app": "app",
    "--process": "process",
    "--patterns": "patterns",
    "--jobs": "jobs",
    "-j": "jobs",
    "--color": "color",
}
"""Options with a value, by the names of what they set."""

SWITCHES = {"--exit-zero": "exit_zero", "--verbose": "verbose", "-v": "verbose", "--unknown": "unknown"}
MOST_JOBS = 256


def read_plainly(arguments: Sequence[str], commands: Sequence[str] = ()) -> Wishes | None:
    """Read arguments; None where Typer has to.

    Args:
        arguments: behind the program's name.
        commands: names of all commands; none of them may come first, but for `analyze`.
    """
    # Typer reads wildcards on Windows, and completes words for the shell when this variable is set.
    if os.name == "nt" or "_LOGANALYZER_COMPLETE" in os.environ:
        return None
    rest = list(arguments)
    if rest and rest[0] == "analyze":
        del rest[0]
    elif rest and rest[0] in commands:
        return None
    rest.reverse()
    given: dict[str, Any] = {"inputs": (), "patterns": ()}
    while rest:
        word = rest.pop()
        name, has_value, value = word.partition("=")
        if word == "-" or not word.startswith("-"):
            given["inputs"] += (word,)
        elif word in SWITCHES:
            given[SWITCHES[word]] = True
        elif name in VALUES and (has_value or rest) and (name.startswith("--") or not has_value):
            if not _set(given, VALUES[name], value if has_value else rest.pop()):
                return None
        else:
            return None
    return Wishes(**given)


def _set(given: dict[str, Any], name: str, value: str) -> bool:
    """Set what an option says; say whether its value is a plain one."""
    if not value or value.startswith("-"):
        return False
    if name == "patterns":
        given[name] += (Path(value),)
    elif name == "jobs":
        if not (value.isascii() and value.isdecimal() and 1 <= int(value[:4]) <= MOST_JOBS and len(value) <= 3):
            return False
        given[name] = int(value)
    else:
        given[name] = value
    return True
