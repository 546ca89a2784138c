"""`loganalyzer rehearse`: start an app as its platform would, watch its sockets, judge it by the ordinary diagnosis."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from loganalyzer.commands.analysis import STATUS_BY_VERDICT
from loganalyzer.commands.options import Color
from loganalyzer.commands.values import BadValue, choose, read_duration
from loganalyzer.errors import InputError, UsageError
from loganalyzer.screen import screen_width, wants_color

if TYPE_CHECKING:
    from loganalyzer.library import Library
    from loganalyzer.rehearsal import Plan, Rehearsal

__all__ = ["rehearse"]

UNDECIDED = 3
FORMS = ("text", "json", "markdown")
COLORS = ("auto", "always", "never")
PLATFORMS = ("heroku", "render", "cloudfoundry")
HIGHEST_PORT = 65535


class StopFlag:
    """Ctrl-C and SIGTERM interrupt what is going on, and are remembered: Python drops an exception in some places.

    Attributes:
        is_set: whether one of them has come.
    """

    def __init__(self) -> None:
        """Take over both signals."""
        self.is_set = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        """Interrupt."""
        self.is_set = True
        raise KeyboardInterrupt


def rehearse(  # noqa: PLR0913, PLR0917 (every option is an argument)
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="COMMAND...", help="Start command; without one it is read from the app's files."),
    ] = None,
    platform: Annotated[str, typer.Option(metavar="heroku|render|cloudfoundry", help="Platform to play.")] = "heroku",
    everything: Annotated[
        bool, typer.Option("--all", help="Play the three platforms in turn; a table ends it.")
    ] = False,
    folder: Annotated[Path, typer.Option("--dir", metavar="DIR", help="Folder of the app.")] = Path(),
    port: Annotated[int | None, typer.Option(metavar="N", help="Assign this port instead of the platform's.")] = None,
    boot_timeout: Annotated[
        str | None, typer.Option(metavar="60s", help="Wait so long for the port instead of the platform's time.")
    ] = None,
    health_path: Annotated[str | None, typer.Option(metavar="/PATH", help="Path of the health check.")] = None,
    env_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also set the variables of this .env file; none is read unasked."),
    ] = None,
    save_log: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the rehearsal as a log in the platform's own form.")
    ] = None,
    document: Annotated[
        Path | None,
        typer.Option(metavar="FILE.md", help="Write the app's port rule into this file, in place between markers."),
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="text|json|markdown", help="Form of the report.")] = "text",
    color: Color = "auto",
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show the lines as they come, on standard error.")
    ] = False,
) -> None:
    """Start an app as its platform would and say whether traffic would reach it.

    loganalyzer rehearse --platform heroku -- node server.js

    loganalyzer rehearse --all --document README.md

    PORT is set (a random high one on heroku, 10000 on render, 8080 on cloudfoundry), the real sockets are watched, the
    platform's probes are sent, and what was seen goes through the same diagnosis as a log. Everything that was started
    is ended; Ctrl-C gives the verdict so far.

    Without a command it is read from the Procfile, render.yaml, manifest.yml or package.json, the platform's own file
    first. Several words behind -- are run as they are; one word with blanks is a line for the shell.

    Exit status: 0 traffic would reach it, 1 it would not, 2 wrong usage, 3 it cannot be told.
    """
    stop = StopFlag()
    from loganalyzer.library import load  # noqa: PLC0415 (start-up time)
    from loganalyzer.rehearsal import check_plan, find_command, given_command, make_plan  # noqa: PLC0415
    from loganalyzer.rehearsal.document import update_file, write_section  # noqa: PLC0415

    _check(platform, form, color, port, health_path)
    _check_files(folder, save_log, document)
    boot_timeout_s = None if boot_timeout is None else read_duration("--boot-timeout", boot_timeout)
    environment = _read_environment(env_file)
    library = load()
    plans = []
    for name in PLATFORMS if everything else (platform,):
        start = given_command(command, folder.resolve()) if command else find_command(name, folder.resolve())
        plans.append(
            make_plan(
                name, start, port=port, boot_timeout_s=boot_timeout_s, health_path=health_path, environment=environment
            )
        )
        check_plan(plans[-1])
    rehearsals = []
    for plan in plans:
        made = _perform(plan, library, verbose, stop)
        rehearsals.append(made)
        if save_log is not None:
            _save(
                save_log.with_name(f"{save_log.stem}-{plan.platform}{save_log.suffix}") if everything else save_log,
                made.log,
            )
        if made.was_interrupted:
            break
    print(_report(rehearsals, form, color=wants_color(color), verbose=verbose), end="")
    if document is not None and not any(one.was_interrupted for one in rehearsals):
        update_file(document, write_section(rehearsals))
    statuses = {_status(one) for one in rehearsals}
    raise typer.Exit(next(status for status in (1, 3, 0) if status in statuses))


def _status(rehearsal: Rehearsal) -> int:
    """Give the exit status of one rehearsal; what was interrupted has not passed."""
    status = STATUS_BY_VERDICT[rehearsal.analysis.worst.verdict.status]
    return UNDECIDED if rehearsal.was_interrupted and status == 0 else status


def _check(platform: str, form: str, color: str, port: int | None, health_path: str | None) -> None:
    """Refuse options that mean nothing."""
    choose("--platform", platform, PLATFORMS)
    choose("--format", form, FORMS)
    choose("--color", color, COLORS)
    if port is not None and not 1 <= port <= HIGHEST_PORT:
        raise BadValue("--port", f"{port} is no port, 1 to {HIGHEST_PORT}")
    if health_path is not None and (not health_path.startswith("/") or " " in health_path):
        raise BadValue("--health-path", "must begin with / and hold no blank")
    if sys.platform == "win32":
        raise UsageError("rehearse needs Linux or macOS")


def _check_files(folder: Path, save_log: Path | None, document: Path | None) -> None:
    """Refuse a folder that is none, and files that could not be written when the rehearsal is over."""
    if not folder.is_dir():
        raise InputError(str(folder), "is no folder")
    for path in (save_log, document):
        if path is not None and (path.is_dir() or not path.resolve().parent.is_dir()):
            raise InputError(str(path), "is a folder" if path.is_dir() else "its folder does not exist")


def _read_environment(path: Path | None) -> dict[str, str]:
    """Read the file with variables, when one was named."""
    from loganalyzer.rehearsal import read_environment  # noqa: PLC0415 (start-up time)

    return read_environment(path) if path is not None else {}


def _perform(plan: Plan, library: Library, verbose: bool, stop: StopFlag) -> Rehearsal:
    """Rehearse; say on standard error what is going on where somebody looks."""
    from loganalyzer.rehearsal import perform  # noqa: PLC0415 (start-up time)
    from loganalyzer.report.layout import shorten  # noqa: PLC0415
    from loganalyzer.text import clean  # noqa: PLC0415

    first = f"rehearsing on {plan.platform}: {clean(plan.command.line)} ({clean(plan.command.origin)})"
    print(shorten(first, screen_width()) if sys.stderr.isatty() else first, file=sys.stderr)

    def show(line: str) -> None:
        text = clean(line) if verbose else shorten(line, screen_width() - 2)
        print(f"  {text}", file=sys.stderr, flush=True)

    looks = verbose or sys.stderr.isatty()
    return perform(plan, library=library, onlooker=show if looks else None, is_stopped=lambda: stop.is_set)


def _save(path: Path, log: bytes) -> None:
    """Write the log."""
    try:
        path.write_bytes(log)
    except OSError as error:
        raise InputError(str(path), error.strerror or str(error)) from error


def _report(rehearsals: list[Rehearsal], form: str, *, color: bool, verbose: bool) -> str:
    """Write the rehearsals in one form; several of them end with a table."""
    from loganalyzer.rehearsal.show import show, show_table  # noqa: PLC0415 (start-up time)
    from loganalyzer.report import render  # noqa: PLC0415

    if form == "json":
        documents = [json.loads(render(one.analysis, "json")) for one in rehearsals]
        several = {
            "rehearsals": [
                {"platform": one.plan.platform, **made} for one, made in zip(rehearsals, documents, strict=True)
            ]
        }
        return json.dumps(documents[0] if len(documents) == 1 else several, indent=2, ensure_ascii=False) + "\n"
    if form == "markdown":
        return "\n".join(render(one.analysis, "markdown") for one in rehearsals)
    brief = len(rehearsals) > 1 and not verbose
    texts = [show(one, color=color, verbose=verbose, brief=brief) for one in rehearsals]
    return "\n".join([*texts, show_table(rehearsals)] if len(texts) > 1 else texts)
