"""The commands: what a user types becomes settings, runs a stage of the program, and is printed.

    arguments ─► plain_arguments, or Typer (program) ─► a command's options ─► the work ─► text and an exit status

Options and help texts stand in `analyze`, `interface`, `report`, `watch`, `rehearse` and `batch`; the work behind them
is imported when a command runs, because importing everything takes longer than analysing a short log. COMMANDS says
where each command is.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["COMMANDS", "Command"]


class Command(NamedTuple):
    """Where a command is.

    Attributes:
        module: its module.
        name: the function or group in it.
        summary: the first sentence of its help text, which stands in the program's.
        usage: what its usage line says behind its name.
    """

    module: str
    name: str
    summary: str
    usage: str


COMMANDS = {
    "analyze": Command(
        "loganalyzer.commands.analyze",
        "analyze",
        "Analyse logs: the verdict with its evidence, the fix, a timeline and the traffic.",
        "[OPTIONS] [FILE | FOLDER | -]...",
    ),
    "watch": Command(
        "loganalyzer.commands.watch",
        "watch",
        "Follow a log that is still being written, and say what is wrong as soon as it shows.",
        "[OPTIONS]",
    ),
    "rehearse": Command(
        "loganalyzer.commands.rehearse",
        "rehearse",
        "Start an app as its platform would and say whether traffic would reach it.",
        "[OPTIONS] [-- COMMAND...]",
    ),
    "report": Command(
        "loganalyzer.commands.report",
        "report",
        "Write a postmortem: summary, incidents, changes, timeline, traffic, evidence, fix.",
        "[OPTIONS] [FILE | FOLDER | -]...",
    ),
    "batch": Command(
        "loganalyzer.commands.batch",
        "batch",
        "Analyse many saved logs: one row a log and app, and the picture over all of them.",
        "[OPTIONS] SOURCE... | diff OLD NEW",
    ),
    "explain": Command(
        "loganalyzer.commands.interface",
        "explain",
        "Explain a code, a line, an exit status or a cause.",
        "[OPTIONS] WORD...",
    ),
    "why": Command(
        "loganalyzer.commands.interface",
        "why",
        "Say how a line was read, or why not a cause.",
        "[OPTIONS] LOG:LINE | --not CAUSE LOG...",
    ),
    "patterns": Command(
        "loganalyzer.commands.interface",
        "patterns_app",
        "List, show, check, begin and measure patterns.",
        "[OPTIONS] COMMAND [ARGS]...",
    ),
    "check": Command(
        "loganalyzer.commands.interface",
        "check",
        "Check patterns against their samples.",
        "[OPTIONS] [DIR]",
    ),
}
