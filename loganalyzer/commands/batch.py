"""`loganalyzer batch`: many saved logs become one table; `loganalyzer batch diff OLD NEW` compares two such tables."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from loganalyzer.commands.analysis import STATUS_BY_VERDICT, UNUSABLE
from loganalyzer.commands.options import AppName, ExitZero, Patterns, Platform, Since, Until
from loganalyzer.commands.values import choose, read_span, use_folders
from loganalyzer.errors import InputError, UsageError

if TYPE_CHECKING:
    from loganalyzer.batch import Options
    from loganalyzer.batch.records import Row

__all__ = ["batch"]

STATUSES = {"failed": UNUSABLE, **STATUS_BY_VERDICT, "skipped": 0}
JOURNAL = "journal.jsonl"
REPORTS = ("html", "md")
TROUBLE = ("incident", "recovered", "unknown")
NAME_WIDTH = 44
"""Of a log in the table of trouble."""

LONGEST_NAME = 200
GIB = 1 << 30


class Choices(NamedTuple):
    """How a batch is run; see the options of the same names."""

    out: Path
    jobs: int
    join: str
    names: tuple[str, ...]
    cluster: str | None
    fresh: bool


def batch(  # noqa: PLR0913, PLR0917 (every option is an argument)
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...", help="Files, folders, wildcards, .zip, .tar, .tar.gz, s3:// gs:// az:// https://."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the results.")] = Path("results"),
    jobs: Annotated[int, typer.Option("--jobs", "-j", metavar="N", min=1, max=256, help="Worker processes.")] = 1,
    join: Annotated[
        str,
        typer.Option(
            metavar="names|app|folder|none",
            help="Files that are one log: by rotation and date in the name, by the app that lines name, by folder.",
        ),
    ] = "names",
    names: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="WILDCARD", help="Only files whose name fits; can be repeated."),
    ] = None,
    since: Since = None,
    until: Until = None,
    app_name: AppName = None,
    platform: Platform = "auto",
    patterns: Patterns = None,
    report: Annotated[
        str | None, typer.Option(metavar="html|md", help="Also write one report a log, into DIR/reports.")
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="local|tcp://HOST:PORT", help="Run on a Dask cluster; needs loganalyzer[cluster]."),
    ] = None,
    anonymous: Annotated[bool, typer.Option("--anonymous", help="Read buckets without credentials.")] = False,
    most_ratio: Annotated[
        int, typer.Option("--most-ratio", metavar="N", min=1, help="Give up inputs that unpack to more than N times.")
    ] = 500,
    most_gib: Annotated[
        int, typer.Option("--most-gib", metavar="N", min=1, help="Give up inputs that unpack to more than N GiB.")
    ] = 256,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Analyse everything again, also what has not changed.")
    ] = False,
    show: Annotated[int, typer.Option(metavar="N", min=0, help="Rows with trouble that the terminal shows.")] = 20,
    exit_zero: ExitZero = False,
) -> None:
    """Analyse many saved logs: one row a log and app, and the picture over all of them.

    Writes results.csv, results.jsonl, results.parquet (with pyarrow) and overview.html. A run that was broken goes on
    where it was, and only what has changed is analysed again. 'batch diff OLD NEW' compares the results of two runs.

    Exit status, the worst of all inputs: 0 no incident, 1 an incident, 2 not readable, 3 it cannot be told.
    """
    if sources[0] == "diff":
        raise typer.Exit(_diff(sources[1:]))
    if report is not None:
        choose("--report", report, REPORTS)
    options = _options(platform, since, until, app_name, patterns, (most_ratio, most_gib, anonymous, report or ""))
    chosen = Choices(out, jobs, join, tuple(names or ()), cluster, fresh)
    rows, written = _run(sources, options, chosen)
    _report(rows, out, written, show)
    status = _status(rows)
    raise typer.Exit(0 if exit_zero and status != UNUSABLE else status)


def _options(
    platform: str,
    since: str | None,
    until: str | None,
    app: str | None,
    patterns: list[Path] | None,
    others: tuple[int, int, bool, str],
) -> Options:
    """Turn arguments into options."""
    from loganalyzer.batch import Limits, Options  # noqa: PLC0415 (start-up time)
    from loganalyzer.model import PLATFORMS  # noqa: PLC0415
    from loganalyzer.pipeline import Settings  # noqa: PLC0415

    choose("--platform", platform, ("auto", *PLATFORMS))
    ratio, gib, anonymous, report = others
    first, last = read_span(since, until)
    settings = Settings(
        paths=(),
        platform=None if platform == "auto" else platform,
        since=first,
        until=last,
        app=app,
        patterns=use_folders(patterns),
    )
    return Options(settings, Limits(ratio=ratio, most_bytes=gib * GIB), anonymous, report)


def _run(sources: Sequence[str], options: Options, chosen: Choices) -> tuple[list[Row], list[str]]:
    """Analyse and write the results; give the rows and the names of the files."""
    from loganalyzer.batch import Journal, make_plan, run_plan, write_results  # noqa: PLC0415 (start-up time)
    from loganalyzer.commands.progress import watched_batch  # noqa: PLC0415

    plan = make_plan(sources, options, names=chosen.names, join=chosen.join, without=chosen.out)
    if not plan.logs and not plan.rows:
        raise InputError(", ".join(sources), "no log fits the filters")
    out = chosen.out
    try:
        out.mkdir(parents=True, exist_ok=True)
        with (
            Journal(out / JOURNAL, fresh=chosen.fresh) as journal,
            _connected(chosen.cluster, chosen.jobs) as client,
            watched_batch() as progress,
        ):
            rows = run_plan(
                plan, options, jobs=chosen.jobs, client=client, journal=journal, progress=progress, folder=out
            )
    except OSError as error:
        raise InputError(str(error.filename or out), error.strerror or str(error)) from error
    return rows, write_results(out, rows)


def _connected(cluster: str | None, jobs: int):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """Connect to the cluster that was named; Dask is imported for nothing else."""
    if cluster is None:
        return nullcontext()
    from loganalyzer.batch.cluster import connect  # noqa: PLC0415 (an extra)

    return connect(cluster, jobs)


def _report(rows: Sequence[Row], out: Path, written: Sequence[str], most: int) -> None:
    """Print the table of causes, the worst rows and the failures."""
    from loganalyzer.commands.layout import items, section, table  # noqa: PLC0415 (start-up time)
    from loganalyzer.report.layout import short_names  # noqa: PLC0415

    counts = Counter(row["status"] for row in rows)
    parts = [f"{counts[status]} {status}" for status in STATUSES if counts[status]]
    print(f"{len(rows)} result{'s' if len(rows) != 1 else ''}: {', '.join(parts)}")
    causes = Counter((row["cause"], row["status"]) for row in rows if row["status"] in TROUBLE)
    lines = [
        (cause, status, str(count))
        for (cause, status), count in sorted(causes.items(), key=lambda item: (-item[1], item[0]))
    ]
    trouble = sorted((row for row in rows if row["status"] in TROUBLE), key=lambda row: TROUBLE.index(row["status"]))
    names = short_names([_short(row) for row in trouble[:most]], NAME_WIDTH)
    shown = [(name, row["cause"], f"{row['confidence']:.0%}") for name, row in zip(names, trouble[:most], strict=True)]
    text = section("Causes", table(("CAUSE", "STATUS", "RESULTS"), lines, 0) if lines else [])
    text += section("Trouble", table(("LOG", "CAUSE", "SURE"), shown, 0) if shown else [])
    if len(trouble) > len(shown):
        text.append(f"  and {len(trouble) - len(shown)} more in {out / 'results.csv'}")
    failed = [row for row in rows if row["status"] == "failed"]
    reasons = [f"{_short(row)}: {row['failure']}" for row in failed[:most]]
    text += section("Not readable", items(reasons))
    if len(failed) > len(reasons):
        text.append(f"  and {len(failed) - len(reasons)} more")
    reports = len({row["report"] for row in rows if row["report"]})
    told = [*written, f"{reports} report{'s' if reports != 1 else ''} in reports/"] if reports else written
    print("\n".join([*text, "", *items([f"Written to {out}: {', '.join(told)}"], "")]))
    if "results.parquet" not in written:
        print("loganalyzer: no results.parquet without pyarrow; pip install 'loganalyzer[parquet]'", file=sys.stderr)


def _short(row: Row) -> str:
    """Give the name of a row, cut from the left where it is endless."""
    log, app = str(row["log"]), row["app"]
    name = f"{log} ({app})" if app and log != f"app:{app}" else log
    return name if len(name) <= LONGEST_NAME else f"...{name[-LONGEST_NAME:]}"


def _status(rows: Sequence[Row]) -> int:
    """Give the exit status: the worst of all rows."""
    if all(row["status"] == "skipped" for row in rows):
        print("loganalyzer: none of the inputs is a log", file=sys.stderr)
        return UNUSABLE
    statuses = {STATUSES[row["status"]] for row in rows}
    return next(status for status in (2, 1, 3, 0) if status in statuses)


def _diff(folders: Sequence[str]) -> int:
    """Compare two runs; give 1 when something has become worse, else 0."""
    from loganalyzer.batch import read_rows  # noqa: PLC0415 (start-up time)
    from loganalyzer.batch.difference import compare  # noqa: PLC0415
    from loganalyzer.commands.layout import table  # noqa: PLC0415

    if len(folders) != 2:
        raise UsageError("batch diff needs two folders of results: batch diff OLD NEW")
    changes = compare(read_rows(Path(folders[0])), read_rows(Path(folders[1])))
    if not changes:
        print("Nothing has changed.")
        return 0
    cells = [
        (
            f"{one.log} ({one.app})" if one.app else one.log,
            one.before or "-",
            one.after or "-",
            "worse" if one.is_worse else "",
        )
        for one in changes
    ]
    print(
        "\n".join(
            table(("LOG", "OLD", "NEW", ""), [tuple(str(cell)[-LONGEST_NAME:] for cell in row) for row in cells], 0)
        )
    )
    worse = sum(one.is_worse for one in changes)
    print(f"\n{len(changes)} changed, {worse} of them for the worse")
    return 1 if worse else 0
