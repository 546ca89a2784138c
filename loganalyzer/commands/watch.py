"""`loganalyzer watch`: a log that is still being written, with the verdict as soon as it is known."""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loganalyzer.errors import UsageError

if TYPE_CHECKING:
    from loganalyzer.watching.voice import Voice

__all__ = ["parse_duration", "watch"]

FORMS = ("text", "github", "json-lines")
PLATFORMS = ("auto", "heroku", "render", "cloudfoundry", "plain")
DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|)")
UNITS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0, "h": 3600.0}


def watch(  # noqa: PLR0913, PLR0917 (every option is an argument)
    platform: Annotated[
        str, typer.Option(metavar="auto|heroku|render|cloudfoundry|plain", help="Platform of the log.")
    ] = "auto",
    until_verdict: Annotated[
        bool, typer.Option("--until-verdict", help="End with the outcome of the deployment.")
    ] = False,
    timeout: Annotated[
        str | None, typer.Option(metavar="180s", help="End after so long, whatever is known then.")
    ] = None,
    settle: Annotated[
        str, typer.Option(metavar="3s", help="An outcome must hold so long before the watch ends with it.")
    ] = "3s",
    since: Annotated[
        str | None, typer.Option(metavar="TIME|now", help="Leave out older lines, such as the history.")
    ] = None,
    record: Annotated[Path | None, typer.Option(metavar="FILE[.zst]", help="Keep everything that comes by.")] = None,
    before_trigger: Annotated[
        str | None, typer.Option(metavar="10m", help="Record only what led up to a finding.")
    ] = None,
    on_finding: Annotated[
        str | None, typer.Option(metavar="CMD", help="Run this with the finding as JSON on its input.")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="text|github|json-lines", help="Form of the output.")
    ] = "text",
    color: Annotated[str, typer.Option(metavar="auto|always|never", help="Colour; NO_COLOR is respected.")] = "auto",
) -> None:
    """Watch a log that is still being written: heroku logs --tail -a my-app | loganalyzer watch.

    Exit status: 0 no incident, 1 an incident, 2 wrong usage, 3 it cannot be told. With --until-verdict 0 means that the
    platform said that the app is up.
    """
    from loganalyzer.library import load  # noqa: PLC0415 (start-up time)
    from loganalyzer.watching import WatchSettings  # noqa: PLC0415
    from loganalyzer.watching import watch as run  # noqa: PLC0415

    for option, value, known in (
        ("--platform", platform, PLATFORMS),
        ("--format", form, FORMS),
        ("--color", color, ("auto", "always", "never")),
    ):
        if value not in known:
            raise typer.BadParameter(f"{value!r} is none of {', '.join(known)}", param_hint=option)
    if before_trigger is not None and record is None:
        raise UsageError("--before-trigger needs --record FILE")
    if sys.stdin.isatty():
        raise UsageError("watch reads a pipe, such as: heroku logs --tail -a my-app | loganalyzer watch")
    settings = WatchSettings(
        platform=None if platform == "auto" else platform,
        since=_since(since),
        until_verdict=until_verdict,
        timeout_s=None if timeout is None else parse_duration("--timeout", timeout),
        settle_s=parse_duration("--settle", settle),
        quiet_s=1.0 if sys.stdout.isatty() else 20.0,
        record=record,
        before_trigger_s=None if before_trigger is None else parse_duration("--before-trigger", before_trigger),
        on_finding=on_finding,
    )
    raise typer.Exit(run(settings, _voice(form, color), load(), sys.stdin.fileno()))


def parse_duration(option: str, text: str) -> float:
    """Read a duration such as 180s, 10m, 1h; a bare number is seconds."""
    found = DURATION.fullmatch(text.strip())
    if found is None:
        raise typer.BadParameter(f"{text!r} is no duration such as 180s, 10m or 1h", param_hint=option)
    return float(found[1]) * UNITS[found[2]]


def _since(text: str | None) -> datetime | None:
    """Read a time, or `now`."""
    from loganalyzer.text import parse_timestamp  # noqa: PLC0415 (start-up time)

    if text is None:
        return None
    at = datetime.now(UTC) if text == "now" else parse_timestamp(text)
    if at is None:
        raise typer.BadParameter(
            f"{text!r} is neither now nor a time such as 2026-05-01T12:30:00Z", param_hint="--since"
        )
    return at


def _voice(form: str, color: str) -> Voice:
    """Give the voice for a form."""
    from loganalyzer.watching.voice import GithubVoice, JsonVoice, TextVoice  # noqa: PLC0415 (start-up time)

    if form == "json-lines":
        return JsonVoice(_write)
    if form == "github":
        return GithubVoice(_write)
    terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    colored = color == "always" or (color == "auto" and terminal and not os.environ.get("NO_COLOR"))
    return TextVoice(_write, color=colored, overwrite=terminal)


def _write(text: str) -> None:
    """Bring text out at once."""
    sys.stdout.write(text)
    sys.stdout.flush()
