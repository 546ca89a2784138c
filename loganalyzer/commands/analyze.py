"""`loganalyzer analyze`: the options of the main job, as they are read and shown by Typer."""

from __future__ import annotations

from typing import Annotated

import typer

from loganalyzer.commands.analysis import Wishes, analyze_logs
from loganalyzer.commands.options import AppName, ExitZero, Patterns, Platform, ProcessName, Since, Until

__all__ = ["analyze"]


def analyze(  # noqa: PLR0913, PLR0917 (each is an option)
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE|FOLDER|-]...", help="Logs, also .gz .bz2 .xz .zst; '-' is standard input, the default."
        ),
    ] = None,
    platform: Platform = "auto",
    form: Annotated[
        str, typer.Option("--format", metavar="text|json|markdown|github|junit|sarif", help="Form of the report.")
    ] = "text",
    since: Since = None,
    until: Until = None,
    app_name: AppName = None,
    process: ProcessName = None,
    patterns: Patterns = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            "-j",
            min=1,
            max=256,
            metavar="N",
            help="Processes that read large inputs; without it as many as processors, at most 4.",
        ),
    ] = None,
    exit_zero: ExitZero = False,
    color: Annotated[
        str, typer.Option(metavar="auto|always|never", help="Colour in text reports; NO_COLOR is respected.")
    ] = "auto",
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Also say how the input was understood.")] = False,
    unknown: Annotated[
        bool,
        typer.Option("--unknown", help="Also list platform lines that no pattern knows (text, JSON); reads twice."),
    ] = False,
) -> None:
    """Analyse logs: the verdict with its evidence, the fix, a timeline and the traffic.

    Exit status: 0 no incident, 1 an incident, 2 wrong usage or unreadable input, 3 it cannot be told.
    """
    wishes = Wishes(
        tuple(inputs or ()),
        platform,
        form,
        since,
        until,
        app_name,
        process,
        tuple(patterns or ()),
        jobs,
        exit_zero,
        color,
        verbose,
        unknown,
    )
    raise typer.Exit(analyze_logs(wishes))
