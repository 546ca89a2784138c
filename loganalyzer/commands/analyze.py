"""`loganalyzer analyze`: the options of the main job, as they are read and shown by Typer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from loganalyzer.commands.analysis import Wishes, analyze_logs

__all__ = ["analyze"]


def analyze(  # noqa: PLR0913, PLR0917 (each is an option)
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE|FOLDER|-]...", help="Logs, also .gz .bz2 .xz .zst; '-' is standard input, the default."
        ),
    ] = None,
    platform: Annotated[
        str, typer.Option(metavar="auto|heroku|render|cloudfoundry|plain", help="Platform of the logs.")
    ] = "auto",
    form: Annotated[
        str, typer.Option("--format", metavar="text|json|markdown|github|junit|sarif", help="Form of the report.")
    ] = "text",
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Leave out earlier lines; ISO 8601, UTC without a zone.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Leave out later lines.")] = None,
    app_name: Annotated[
        str | None, typer.Option("--app", metavar="NAME", help="Only this app, where lines name their app.")
    ] = None,
    process: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only this process (web.1) or process type (web).")
    ] = None,
    patterns: Annotated[
        list[Path] | None, typer.Option(metavar="DIR", help="Add your own patterns; can be repeated.")
    ] = None,
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
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0 also for an incident or an unknown verdict.")
    ] = False,
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
