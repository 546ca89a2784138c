"""`loganalyzer watch`: a log that is still being written, with the verdict as soon as it is known."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loganalyzer.commands.options import Color
from loganalyzer.commands.values import choose, read_duration, read_time
from loganalyzer.errors import UsageError
from loganalyzer.model import PLATFORMS
from loganalyzer.screen import screen_width, wants_color

if TYPE_CHECKING:
    from loganalyzer.watching.voice import Voice

__all__ = ["watch"]

FORMS = ("text", "github", "json-lines")


def watch(  # noqa: PLR0913, PLR0917 (every option is an argument)
    files: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    platform: Annotated[
        str, typer.Option(metavar="auto|heroku|render|cloudfoundry|plain", help="Platform of the log.")
    ] = "auto",
    until_verdict: Annotated[
        bool, typer.Option("--until-verdict", help="End as soon as the deployment has come out well or badly.")
    ] = False,
    timeout: Annotated[
        str | None, typer.Option(metavar="180s", help="End after so long, whatever is known then.")
    ] = None,
    settle: Annotated[
        str, typer.Option(metavar="3s", help="With --until-verdict: an outcome must hold so long before it counts.")
    ] = "3s",
    since: Annotated[
        str | None, typer.Option(metavar="TIME|now", help="Leave out older lines; log tails begin with history.")
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE[.zst]", help="Keep everything that comes by, byte for byte, behind what FILE holds already."
        ),
    ] = None,
    before_trigger: Annotated[
        str | None, typer.Option(metavar="10m", help="With --record: keep only what led up to a finding, so far back.")
    ] = None,
    on_finding: Annotated[
        str | None,
        typer.Option(
            metavar="CMD",
            help="Run this for each new incident: its JSON on standard input, no shell, 30 s at most.",
        ),
    ] = None,
    form: Annotated[
        str,
        typer.Option(
            "--format", metavar="text|github|json-lines", help="For people, for a GitHub workflow, or for programs."
        ),
    ] = "text",
    color: Color = "auto",
) -> None:
    """Follow a log that is still being written, and say what is wrong as soon as it shows.

    heroku logs --tail -a my-app | loganalyzer watch

    render logs --tail --resources srv-... -o text | loganalyzer watch

    cf logs my-app | loganalyzer watch --until-verdict --timeout 5m

    One line an event (times in UTC), the verdict in a box when it is known and when it changes. Ctrl-C and the end of
    the input give the verdict so far.

    Exit status: 0 no incident, 1 an incident, 2 wrong usage, 3 it cannot be told. With --until-verdict 0 means that the
    platform itself has said that the app is up.
    """
    from loganalyzer.library import load  # noqa: PLC0415 (start-up time)
    from loganalyzer.watching import WatchSettings  # noqa: PLC0415
    from loganalyzer.watching import watch as run  # noqa: PLC0415

    for option, value, known in (
        ("--platform", platform, ("auto", *PLATFORMS)),
        ("--format", form, FORMS),
        ("--color", color, ("auto", "always", "never")),
    ):
        choose(option, value, known)
    if files:
        raise UsageError(
            f"watch reads standard input; a file is read by: loganalyzer {files[0]}, "
            f"or followed by: tail -f {files[0]} | loganalyzer watch"
        )
    if on_finding is not None and not on_finding.strip():
        raise UsageError("--on-finding needs a command")
    if before_trigger is not None and record is None:
        raise UsageError("--before-trigger needs --record FILE")
    if sys.stdin.isatty():
        raise UsageError("watch reads a pipe, such as: heroku logs --tail -a my-app | loganalyzer watch")
    settings = WatchSettings(
        platform=None if platform == "auto" else platform,
        since=datetime.now(UTC) if since == "now" else read_time("--since", since),
        until_verdict=until_verdict,
        timeout_s=None if timeout is None else read_duration("--timeout", timeout),
        settle_s=read_duration("--settle", settle),
        quiet_s=1.0 if sys.stdout.isatty() else 20.0,
        is_terminal=sys.stdout.isatty(),
        record=record,
        before_trigger_s=None if before_trigger is None else read_duration("--before-trigger", before_trigger),
        on_finding=on_finding,
    )
    raise typer.Exit(run(settings, _voice(form, color), load(), sys.stdin.fileno()))


def _voice(form: str, color: str) -> Voice:
    """Give the voice for a form."""
    from loganalyzer.watching.voice import GithubVoice, JsonVoice, TextVoice  # noqa: PLC0415 (start-up time)

    if form == "json-lines":
        return JsonVoice(_write)
    if form == "github":
        return GithubVoice(_write)
    terminal = sys.stdout.isatty()
    return TextVoice(
        _write,
        color=wants_color(color),
        overwrite=terminal and os.environ.get("TERM") != "dumb",
        width=screen_width,
    )


def _write(text: str) -> None:
    """Bring text out at once."""
    sys.stdout.write(text)
    sys.stdout.flush()
