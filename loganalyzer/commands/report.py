"""`loganalyzer report`: the postmortem of saved logs, in every form that a team shares."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loganalyzer.commands.analysis import UNUSABLE, exit_status, tell_unread, tell_unused
from loganalyzer.commands.files import RereadableInput, spare_inputs, write_whole
from loganalyzer.commands.options import AppName, ExitZero, Patterns, Platform, ProcessName, Since, Until
from loganalyzer.commands.values import choose, read_span, use_folders
from loganalyzer.errors import InputError, UsageError
from loganalyzer.model import PLATFORMS

if TYPE_CHECKING:
    from loganalyzer.outcome import Analysis
    from loganalyzer.pipeline import Settings
    from loganalyzer.postmortem import Postmortem
    from loganalyzer.postmortem.assemble import Baseline
    from loganalyzer.redaction import Redactor

__all__ = ["report"]

DOCUMENTS = ("html", "markdown", "json")
MACHINES = ("github", "junit", "sarif")
ENDINGS = {
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".json": "json",
    ".xml": "junit",
    ".sarif": "sarif",
}


def report(  # noqa: PLR0913, PLR0917 (every option is an argument)
    inputs: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE|FOLDER|-]...", help="Logs; '-' is standard input.")
    ] = None,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Where to: .html, .md, .json, .sarif or .xml (JUnit); can be repeated.",
        ),
    ] = None,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="html|markdown|json|github|junit|sarif",
            help="Form on standard output, when no -o is given.",
        ),
    ] = "markdown",
    template: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own layout (Jinja) for the HTML or Markdown.")
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Also write events, requests, timeline and traffic as CSV and Parquet."),
    ] = None,
    baseline: Annotated[
        list[str] | None, typer.Option(metavar="GOOD.LOG", help="Say what is new against a good log of the same app.")
    ] = None,
    redact: Annotated[
        bool, typer.Option("--redact/--no-redact", help="Replace secrets, e-mail and public addresses by placeholders.")
    ] = True,
    platform: Platform = "auto",
    since: Since = None,
    until: Until = None,
    app_name: AppName = None,
    process: ProcessName = None,
    patterns: Patterns = None,
    exit_zero: ExitZero = False,
) -> None:
    """Write a postmortem: summary, incidents, changes, timeline, traffic, evidence, fix.

    loganalyzer report saved.log -o postmortem.html -o postmortem.md

    Exit status: 0 no incident, 1 an incident, 2 wrong usage or unreadable input, 3 it cannot be told.
    """
    from loganalyzer.pipeline import Settings  # noqa: PLC0415 (start-up time)
    from loganalyzer.redaction import Redactor  # noqa: PLC0415

    choose("--platform", platform, ("auto", *PLATFORMS))
    choose("--format", form, (*DOCUMENTS, *MACHINES))
    targets = [(path, _form_of(path)) for path in output or []]
    if template is not None and not {"html", "markdown"} & ({kind for _, kind in targets} or {form}):
        raise UsageError("--template is for HTML and Markdown: name an -o FILE.html or FILE.md")
    if not inputs and sys.stdin.isatty():
        raise UsageError("report needs a log: loganalyzer report saved.log -o postmortem.html")
    first, last = read_span(since, until)
    settings = Settings(
        paths=tuple(inputs or ["-"]),
        platform=None if platform == "auto" else platform,
        since=first,
        until=last,
        app=app_name,
        process=process,
        patterns=use_folders(patterns),
    )
    spare_inputs([*settings.paths, *(baseline or [])], [path for path, _ in targets])
    if not redact:
        print("loganalyzer: not redacted: the output may hold secrets and addresses of people", file=sys.stderr)
    with ExitStack() as stack:
        if "-" in settings.paths:
            stack.enter_context(RereadableInput())
        analysis = _analyze(settings)
        tell_unused(settings, analysis)
        redactor = Redactor() if redact else None
        good = _read_baseline(settings, baseline) if baseline else None
        postmortem = _build(settings, analysis, good, redactor, export)
    shared = redactor.redact_record(analysis) if redactor is not None else analysis
    for path, chosen in targets:
        write_whole(path, _render(postmortem, shared, chosen, template))
    if not targets:
        sys.stdout.write(_render(postmortem, shared, form, template))
    _tell(analysis, [path for path, _ in targets])
    status = exit_status(analysis)
    raise typer.Exit(0 if exit_zero and status != UNUSABLE else status)


def _form_of(path: Path) -> str:
    """Give the form for a file by the end of its name."""
    found = ENDINGS.get(path.suffix.lower())
    if found is None:
        raise UsageError(f"{path}: the name must end in {', '.join(ENDINGS)}")
    return found


def _analyze(settings: Settings) -> Analysis:
    """Run the pipeline's stages over the inputs, with a progress bar."""
    from loganalyzer.commands.progress import total_bytes, watched_pass  # noqa: PLC0415 (start-up time)
    from loganalyzer.diagnosis import diagnose  # noqa: PLC0415
    from loganalyzer.outcome import Analysis  # noqa: PLC0415
    from loganalyzer.pipeline import Summarizer  # noqa: PLC0415
    from loganalyzer.reading import SkippedInput, find_sources, read_blocks  # noqa: PLC0415
    from loganalyzer.summary import Summary  # noqa: PLC0415

    sources, problems = find_sources(settings.paths)
    if not sources and problems:
        raise InputError(
            ", ".join(one.name for one in problems), "; ".join(dict.fromkeys(one.reason for one in problems))
        )
    summarizer = Summarizer(settings)
    summaries: list[tuple[str, Summary]] = []
    with watched_pass("Reading", total_bytes(sources)) as on_bytes:
        for source in sources:
            total = Summary()
            try:
                for block in read_blocks(source, block_bytes=settings.block_bytes):
                    total.merge(summarizer.summarize(block, source.name))
                    on_bytes(block.raw_bytes)
            except InputError as problem:
                problems.append(problem)
                continue
            summaries.append((source.name, total))
    if not summaries:
        raise problems[0]
    unreadable = tuple((one.name, one.reason) for one in problems if not isinstance(one, SkippedInput))
    skipped = tuple((one.name, one.reason) for one in problems if isinstance(one, SkippedInput))
    return Analysis(
        tuple(diagnose(summaries, settings.platform)), unreadable, len(summarizer.library.patterns), skipped
    )


def _read_baseline(settings: Settings, paths: Sequence[str]) -> Baseline:
    """Analyse the good log."""
    from loganalyzer.postmortem.survey import survey_inputs  # noqa: PLC0415 (start-up time)

    if "-" in paths:
        raise UsageError("--baseline needs a file")
    good = replace(settings, paths=tuple(paths), since=None, until=None)
    return _analyze(good), survey_inputs(good, with_messages=True)


def _build(
    settings: Settings, analysis: Analysis, baseline: Baseline | None, redactor: Redactor | None, folder: Path | None
) -> Postmortem:
    """Make the postmortem, and the tables on the way."""
    from loganalyzer.commands.progress import watched_pass  # noqa: PLC0415 (start-up time)
    from loganalyzer.postmortem import build  # noqa: PLC0415

    if "-" in settings.paths:
        sys.stdin.seek(0)
    read = sum({one.source.inputs: one.source.bytes for one in analysis.reports}.values())
    with watched_pass("Looking closer", read) as on_bytes, ExitStack() as stack:
        sink: Any = None
        exporter: Any = None
        if folder is not None:
            from loganalyzer.postmortem.export import Exporter, has_parquet  # noqa: PLC0415

            try:
                exporter = stack.enter_context(Exporter(folder, redactor.redact if redactor is not None else None))
            except OSError as error:
                raise InputError(str(folder), error.strerror or str(error)) from error
            sink = exporter.take
        postmortem = build(settings, analysis, baseline=baseline, redactor=redactor, sink=sink, on_bytes=on_bytes)
        if exporter is not None:
            exporter.write_postmortem(postmortem)
            if not has_parquet():
                print(
                    "loganalyzer: only CSV was written: Parquet needs pyarrow (pip install 'loganalyzer[parquet]')",
                    file=sys.stderr,
                )
    return postmortem


def _render(postmortem: Postmortem, analysis: Analysis, form: str, template: Path | None) -> str:
    """Write one form."""
    if form in MACHINES:
        from loganalyzer.report import render as render_report  # noqa: PLC0415 (start-up time)
        from loganalyzer.report import write_job_summary  # noqa: PLC0415

        if form == "github":
            write_job_summary(analysis, redact=False)
        return render_report(analysis, form, redact=False)  # it is redacted already, if it is to be
    from loganalyzer.postmortem import render  # noqa: PLC0415

    return render(postmortem, form, template)


def _tell(analysis: Analysis, written: Sequence[Path]) -> None:
    """Say what was not read, and on a terminal what was written."""
    tell_unread(analysis)
    if sys.stderr.isatty():
        for path in written:
            print(f"loganalyzer: wrote {path} ({path.stat().st_size / 1024:.0f} KiB)", file=sys.stderr)
