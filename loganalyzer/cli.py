"""The command line: options, help, exit statuses; turns arguments into Settings, calls the pipeline, prints.

No subcommand is needed for the main job: what is no subcommand goes to `analyze`. Errors become text here and nowhere
else; results go to standard output, everything else to standard error.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from loganalyzer import __version__
from loganalyzer.commands import add_commands
from loganalyzer.commands.batch import batch
from loganalyzer.commands.rehearse import rehearse
from loganalyzer.commands.report import report
from loganalyzer.commands.watch import watch
from loganalyzer.errors import LoganalyzerError, UsageError

if TYPE_CHECKING:
    from loganalyzer.outcome import Analysis, Report
    from loganalyzer.pipeline import Settings

__all__ = ["main"]

STATUS_BY_VERDICT = {"healthy": 0, "incident": 1, "recovered": 1, "unknown": 3}
UNUSABLE = 2
EXAMPLE = """\
Usage: loganalyzer [OPTIONS] [FILE | FOLDER | -]...

  heroku logs -n 1500 -a my-app | loganalyzer
  cf logs my-app --recent | loganalyzer --format json
  loganalyzer saved.log other.log.gz logs/

There is no input: standard input is a terminal and no file was named.
More: loganalyzer --help
"""

app = typer.Typer(
    name="loganalyzer",
    help="Find out from container logs why a deploy on Heroku, Render or Cloud Foundry gets no traffic.",
    epilog="Without a command, inputs go to 'analyze'.  heroku logs -n 1500 -a my-app | loganalyzer",
    no_args_is_help=False,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.", is_eager=True)] = False,
) -> None:
    """Find out from container logs why a deploy on Heroku, Render or Cloud Foundry gets no traffic."""
    if version:
        print(f"loganalyzer {__version__}")
        raise typer.Exit


@app.command()
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
    from loganalyzer.model import PLATFORMS  # noqa: PLC0415 (start-up time)
    from loganalyzer.pipeline import Settings  # noqa: PLC0415
    from loganalyzer.pipeline import analyze as run  # noqa: PLC0415
    from loganalyzer.report import FORMATS, render  # noqa: PLC0415

    _choice("--platform", platform, ("auto", *PLATFORMS))
    _choice("--format", form, FORMATS)
    _choice("--color", color, ("auto", "always", "never"))
    if not inputs and sys.stdin.isatty():
        print(EXAMPLE, file=sys.stderr, end="")
        raise typer.Exit(UNUSABLE)
    settings = Settings(
        paths=tuple(inputs or ["-"]),
        platform=None if platform == "auto" else platform,
        since=_time("--since", since),
        until=_time("--until", until),
        app=app_name,
        process=process,
        patterns=tuple(patterns or ()),
    )
    colored = _wants_color(color)
    progress = _live_printer(colored) if form == "text" and _is_open_pipe(settings.paths) else None
    if unknown and form not in ("text", "json"):
        raise typer.BadParameter(f"goes with text and json, not with {form}", param_hint="--unknown")
    analysis = _run_with_unknown(settings, progress) if unknown else run(settings, progress=progress)
    for name, reason in analysis.skipped:
        print(f"loganalyzer: {name}: skipped, {reason}", file=sys.stderr)
    for name, reason in analysis.unreadable:
        print(f"loganalyzer: {name}: {reason}", file=sys.stderr)
    sys.stdout.write(render(analysis, form, color=colored, verbose=verbose))
    if form == "github":
        from loganalyzer.report import write_job_summary  # noqa: PLC0415

        write_job_summary(analysis)
    status = UNUSABLE if analysis.unreadable else _status(analysis)
    raise typer.Exit(0 if exit_zero and status != UNUSABLE else status)


def _run_with_unknown(settings: Settings, progress: Callable[[Report], None] | None) -> Analysis:
    """Analyse, then read again for the lines that no pattern knows; standard input is kept on disk for that."""
    from loganalyzer.commands.files import RecordedInput  # noqa: PLC0415 (start-up time)
    from loganalyzer.commands.unknown_lines import find_unknown_lines  # noqa: PLC0415
    from loganalyzer.pipeline import analyze as run  # noqa: PLC0415

    with ExitStack() as stack:
        recorded = stack.enter_context(RecordedInput()) if "-" in settings.paths else None
        analysis = run(settings, progress=progress)
        if recorded is not None:
            recorded.rewind()
        return replace(analysis, unknown_lines=find_unknown_lines(settings))


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="Folder of patterns; the shipped ones without it.")] = None,
) -> None:
    """Check patterns against their samples; exit with 2 when something is wrong."""
    from loganalyzer.selfcheck import check_folder  # noqa: PLC0415 (start-up time)

    if folder is not None and not folder.is_dir():
        raise UsageError(f"{folder}: no such folder")
    patterns, samples, problems = check_folder(folder)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{patterns} patterns, {samples} samples, {len(problems)} problem{'s' if len(problems) != 1 else ''}")
    raise typer.Exit(UNUSABLE if problems else 0)


add_commands(app, check)


app.command()(batch)
app.command()(rehearse)
app.command()(report)
app.command()(watch)


def main() -> NoReturn:
    """Run the command and exit with its status."""
    arguments = sys.argv[1:]
    known = {
        command.name or (command.callback.__name__ if command.callback else "") for command in app.registered_commands
    }
    known |= {group.name or "" for group in app.registered_groups}
    if not _names_command(arguments, known):
        arguments = ["analyze", *arguments]
    try:
        app(arguments, prog_name="loganalyzer")
    except LoganalyzerError as error:
        print(f"loganalyzer: {error}", file=sys.stderr)
        _leave(UNUSABLE)
    except BrokenPipeError:
        # The reader has gone away: nothing is left to say, and the interpreter must not try to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _leave(0)
    except KeyboardInterrupt:
        _leave(130)
    _leave(0)


def _names_command(arguments: list[str], known: set[str]) -> bool:
    """Say whether the arguments are for a subcommand or for the program itself."""
    if not arguments:
        return False
    return arguments[0] in known or arguments[0] in ("--help", "--version", "--install-completion", "--show-completion")


def _leave(status: int) -> NoReturn:
    """End the process."""
    raise SystemExit(status)


def _status(analysis: object) -> int:
    """Give the exit status of an analysis; of several the worst."""
    from loganalyzer.outcome import Analysis  # noqa: PLC0415 (start-up time)

    assert isinstance(analysis, Analysis)
    statuses = {STATUS_BY_VERDICT[report.verdict.status] for report in analysis.reports}
    return next(status for status in (1, 3, 0) if status in statuses)


def _choice(option: str, value: str, known: tuple[str, ...]) -> None:
    """Refuse a value that is none of the known ones."""
    if value not in known:
        raise typer.BadParameter(f"{value!r} is none of {', '.join(known)}", param_hint=option)


def _time(option: str, text: str | None) -> datetime | None:
    """Read a time given by the user."""
    from loganalyzer.text import parse_timestamp  # noqa: PLC0415 (start-up time)

    if text is None:
        return None
    full = text if len(text) > len("2026-05-01") else f"{text}T00:00:00"
    if full.count(":") == 1:
        full += ":00"
    at = parse_timestamp(full)
    if at is None:
        raise typer.BadParameter(f"{text!r} is no time such as 2026-05-01T12:30:00Z", param_hint=option)
    return at


def _wants_color(choice: str) -> bool:
    """Decide about colour as the NO_COLOR convention says."""
    if choice != "auto":
        return choice == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _is_open_pipe(paths: tuple[str, ...]) -> bool:
    """Say whether the input is a standard input that may stay open."""
    if paths != ("-",):
        return False
    try:
        return not stat.S_ISREG(os.fstat(sys.stdin.fileno()).st_mode)
    except (OSError, ValueError):
        return False


def _live_printer(colored: bool):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """Give a function that prints the verdict of an open stream whenever it changes."""
    from loganalyzer.report.text import render_finding  # noqa: PLC0415

    shown: dict[str, str] = {}

    def show(report: Report) -> None:
        verdict = report.verdict
        key = report.source.app or ""
        if verdict.status in ("healthy", "unknown") and key not in shown:
            return
        words = f"{verdict.status} {verdict.cause} {verdict.title}"
        if shown.get(key) != words:
            shown[key] = words
            print(render_finding(report, color=colored), flush=True)

    return show
