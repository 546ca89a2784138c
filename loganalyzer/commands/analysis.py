"""The main job: wishes become Settings, the pipeline runs, the report is printed; gives the exit status.

It knows nothing of how the wishes were read, so that a plain command line costs no more than reading it.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from loganalyzer.commands.values import BadValue, choose, read_span, use_folders

if TYPE_CHECKING:
    from loganalyzer.outcome import Analysis, Report, SourceInfo
    from loganalyzer.pipeline import Settings

__all__ = ["STATUS_BY_VERDICT", "UNUSABLE", "Wishes", "analyze_logs", "exit_status", "tell_unread", "tell_unused"]

STATUS_BY_VERDICT = {"incident": 1, "recovered": 1, "unknown": 3, "healthy": 0}
UNUSABLE = 2
MOST_SKIPPED = 10
EXAMPLE = """\
Usage: loganalyzer [OPTIONS] [FILE | FOLDER | -]...

  heroku logs -n 1500 -a my-app | loganalyzer
  cf logs my-app --recent | loganalyzer --format json
  loganalyzer saved.log other.log.gz logs/

There is no input: standard input is a terminal and no file was named.
More: loganalyzer --help
"""


class Wishes(NamedTuple):
    """The arguments of `analyze`, as its help describes them."""

    inputs: tuple[str, ...] = ()
    platform: str = "auto"
    form: str = "text"
    since: str | None = None
    until: str | None = None
    app: str | None = None
    process: str | None = None
    patterns: tuple[Path, ...] = ()
    jobs: int | None = None
    exit_zero: bool = False
    color: str = "auto"
    verbose: bool = False
    unknown: bool = False


def analyze_logs(wishes: Wishes) -> int:
    """Analyse the inputs and print the report; give the exit status.

    Raises:
        BadValue: before anything is read.
        InputError: none of the inputs can be read.
        LibraryError: the patterns cannot be used.
    """
    from loganalyzer.model import PLATFORMS  # noqa: PLC0415 (wrong options are refused before the rest is imported)
    from loganalyzer.report import FORMATS, render  # noqa: PLC0415
    from loganalyzer.screen import screen_width, wants_color  # noqa: PLC0415

    choose("--platform", wishes.platform, ("auto", *PLATFORMS))
    choose("--format", wishes.form, FORMATS)
    choose("--color", wishes.color, ("auto", "always", "never"))
    if wishes.unknown and wishes.form not in ("text", "json"):
        raise BadValue("--unknown", f"goes with text and json, not with {wishes.form}")
    if not wishes.inputs and sys.stdin is not None and sys.stdin.isatty():
        print(EXAMPLE, file=sys.stderr, end="")
        return UNUSABLE
    colored, width = wants_color(wishes.color), screen_width()
    analysis = _run(wishes, colored, width)
    tell_unread(analysis)
    sys.stdout.write(render(analysis, wishes.form, color=colored, verbose=wishes.verbose, width=width))
    if wishes.form == "github":
        from loganalyzer.report import write_job_summary  # noqa: PLC0415

        write_job_summary(analysis)
    status = exit_status(analysis)
    return 0 if wishes.exit_zero and status != UNUSABLE else status


def tell_unread(analysis: Analysis) -> None:
    """Say on standard error which inputs were not read; of those that a folder holds by the way only the first few."""
    for name, reason in analysis.skipped[:MOST_SKIPPED]:
        print(f"loganalyzer: {name}: skipped, it {reason}", file=sys.stderr)
    more = len(analysis.skipped) - MOST_SKIPPED
    if more > 0:
        print(f"loganalyzer: {more} more files that are no logs were skipped", file=sys.stderr)
    for name, reason in analysis.unreadable:
        print(f"loganalyzer: {'standard input' if name == '-' else name}: {reason}", file=sys.stderr)


def tell_unused(settings: Settings, analysis: Analysis) -> None:
    """Say on standard error which filters left out nothing or everything, because a verdict without lines misleads.

    Raises:
        UsageError: all lines name their app, and none the one that is asked for; or no line is of the time.
    """
    from loganalyzer.errors import UsageError  # noqa: PLC0415 (start-up time)

    named = [report.source.app for report in analysis.reports if report.source.app]
    if settings.app and named and not any(settings.app in name for name in named):
        raise UsageError(f"no line is of the app {settings.app!r}; the lines name {', '.join(named)}")
    if settings.app and not named:
        print("loganalyzer: no line names its app, so --app leaves nothing out", file=sys.stderr)
    outside = [words for report in analysis.reports if (words := _tell_outside(settings, report.source))]
    if outside and len(outside) == len(analysis.reports):
        raise UsageError("\nloganalyzer: ".join(outside))
    for words in outside:
        print(f"loganalyzer: {words}", file=sys.stderr)
    process = settings.process
    seen = {entry.process for report in analysis.reports for entry in report.timeline if entry.process}
    if process and not any(process in (name, name.partition(".")[0]) for name in seen):
        print(f"loganalyzer: no line that is known is of the process {process!r}", file=sys.stderr)


def _tell_outside(settings: Settings, source: SourceInfo) -> str:
    """Say that the whole of a dated log lies before or behind the time that is asked for; empty where it does not."""
    if source.start is None or source.end is None:
        return ""
    is_before = settings.since is not None and source.end < settings.since
    is_behind = settings.until is not None and source.start > settings.until
    name = source.app or ", ".join(source.inputs)
    told = f"it goes from {source.start:%Y-%m-%dT%H:%M:%SZ} to {source.end:%Y-%m-%dT%H:%M:%SZ}"
    return f"{name}: no line lies between --since and --until; {told}" if is_before or is_behind else ""


def _run(wishes: Wishes, colored: bool, width: int) -> Analysis:
    """Run the pipeline; what an open pipe brings is told as it comes."""
    since, until = read_span(wishes.since, wishes.until)
    patterns = use_folders(wishes.patterns)
    from loganalyzer.pipeline import Settings, analyze  # noqa: PLC0415 (start-up time)

    settings = Settings(
        paths=wishes.inputs or ("-",),
        platform=None if wishes.platform == "auto" else wishes.platform,
        since=since,
        until=until,
        app=wishes.app,
        process=wishes.process,
        patterns=patterns,
        jobs=wishes.jobs,
    )
    is_told = wishes.form == "text" and _is_open_pipe(settings.paths)
    progress = _live_printer(colored, width) if is_told else None
    analysis = _run_with_unknown(settings, progress) if wishes.unknown else analyze(settings, progress=progress)
    tell_unused(settings, analysis)
    return analysis


def _run_with_unknown(settings: Settings, progress: Callable[[Report], None] | None) -> Analysis:
    """Analyse, then read again for the lines that no pattern knows; standard input is kept on disk for that."""
    from dataclasses import replace  # noqa: PLC0415 (start-up time)

    from loganalyzer.commands.files import RecordedInput  # noqa: PLC0415
    from loganalyzer.commands.unknown_lines import find_unknown_lines  # noqa: PLC0415
    from loganalyzer.pipeline import analyze  # noqa: PLC0415

    with ExitStack() as stack:
        recorded = stack.enter_context(RecordedInput()) if "-" in settings.paths else None
        analysis = analyze(settings, progress=progress)
        if recorded is not None:
            recorded.rewind()
        return replace(analysis, unknown_lines=find_unknown_lines(settings))


def exit_status(analysis: Analysis) -> int:
    """Give the exit status of an analysis; of several reports the worst, and what cannot be read is worse than any."""
    if analysis.unreadable:
        return UNUSABLE
    statuses = {STATUS_BY_VERDICT[report.verdict.status] for report in analysis.reports}
    return next(status for status in (1, 3, 0) if status in statuses)


def _is_open_pipe(paths: tuple[str, ...]) -> bool:
    """Say whether the input is a standard input that may stay open."""
    if paths != ("-",):
        return False
    try:
        return not stat.S_ISREG(os.fstat(sys.stdin.fileno()).st_mode)
    except (OSError, ValueError, AttributeError):  # closed, or replaced by a caller
        return False


def _live_printer(colored: bool, width: int) -> Callable[[Report], None]:
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
            print(render_finding(report, color=colored, width=width), flush=True)

    return show
