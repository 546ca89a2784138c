"""Batch: thousands of saved logs become one table; on one machine or on a cluster, with the same result.

    sources ─► pieces ─► logs ─► tasks ─► parts ─► outcomes ─► rows ─► results

A piece is a file or a member of an archive; a log is the pieces that belong together; a part is the summary of some
pieces, and parts are joined as a tree, because the summary is a monoid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from loganalyzer.batch.columns import COLUMNS, failure_row, to_frame
from loganalyzer.batch.finding import find_pieces
from loganalyzer.batch.joining import JOINS, bundle_logs, join_pieces
from loganalyzer.batch.journal import Journal
from loganalyzer.batch.naming import apps_of
from loganalyzer.batch.progress import Meter, Progress
from loganalyzer.batch.records import Client, Limits, Log, Options, Outcome, Row
from loganalyzer.batch.reports import FORMS, report_name
from loganalyzer.batch.results import read_rows, sort_rows, write_report, write_results
from loganalyzer.batch.running import run_tasks
from loganalyzer.errors import UsageError
from loganalyzer.library import load

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "COLUMNS",
    "JOINS",
    "Journal",
    "Limits",
    "Options",
    "Plan",
    "Progress",
    "analyze_many",
    "make_plan",
    "read_rows",
    "run_plan",
    "write_results",
]


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to do.

    Attributes:
        logs: the logs in the order of their names.
        rows: of what cannot be read at all.
    """

    logs: tuple[Log, ...]
    rows: tuple[Row, ...]


def make_plan(
    sources: Sequence[str],
    options: Options,
    *,
    names: Sequence[str] = (),
    join: str = "names",
    without: Path | None = None,
) -> Plan:
    """Find the logs; see `find_pieces` and `join_pieces` for the arguments. Raises UsageError."""
    if join not in JOINS:
        raise UsageError(f"{join!r} is none of {', '.join(JOINS)}")
    pieces, failures = find_pieces(sources, options, names=names, without=without)
    apps = apps_of(pieces, options) if join == "app" else None
    return Plan(tuple(join_pieces(pieces, join, apps)), tuple(failure_row(failure) for failure in failures))


def run_plan(  # noqa: PLR0913 (where it runs, and where it goes to)
    plan: Plan,
    options: Options,
    *,
    jobs: int = 1,
    client: Client = None,
    journal: Journal | None = None,
    progress: Callable[[Progress], None] | None = None,
    folder: Path | None = None,
) -> list[Row]:
    """Analyse every log of a plan.

    Args:
        plan: from `make_plan`.
        options: the same as for the plan.
        jobs: worker processes on this machine.
        client: a client of Dask, whose cluster is used instead.
        journal: where finished logs are written down and looked up.
        progress: told how far it is, again and again.
        folder: of the results, where reports are written as they come; needed when *options* ask for reports.

    Returns:
        The rows in their one order, which depends on nothing but the inputs, the patterns and the options.

    Raises:
        LibraryError: the patterns cannot be used.
        UsageError: the cluster cannot do it.
        InputError: a report cannot be written.
    """
    form = options.report
    if form and (folder is None or form not in FORMS):
        raise UsageError(f"reports are {' or '.join(FORMS)}, and need a folder")
    known = dict(journal.keys) if journal else {}
    if form and folder is not None:
        known = {log: key for log, key in known.items() if (folder / report_name(log, form)).exists()}
    rows = list(plan.rows)
    meter = Meter(plan.logs, progress)
    for outcome in _outcomes(plan, options, known, jobs, client, meter):
        if outcome.report and folder is not None:
            write_report(folder, report_name(outcome.log, form), outcome.report)
        if journal is not None:
            journal.add(outcome)
            rows += journal.rows(outcome)
        else:
            rows += outcome.rows
        meter.finish(outcome.log)
    return sort_rows(rows)


def _outcomes(
    plan: Plan, options: Options, known: Mapping[str, str], jobs: int, client: Client, meter: Meter
) -> Iterator[Outcome]:
    """Run the tasks where they are to run."""
    tasks = bundle_logs(plan.logs)
    library = load(options.settings.patterns)
    if client is None:
        return run_tasks(tasks, options, library, known, jobs, meter)
    from loganalyzer.batch.cluster import run_on_cluster  # noqa: PLC0415 (an extra)

    return run_on_cluster(tasks, options, library, known, client)


def analyze_many(
    paths: Sequence[str | Path],
    client: Client = None,
    *,
    jobs: int = 1,
    join: str = "names",
    options: Options | None = None,
) -> pd.DataFrame:
    """Analyse many logs and give a table, for notebooks.

    Args:
        paths: files, folders, wildcards, archives, URLs.
        client: a client of Dask; without one everything runs on this machine.
        jobs: worker processes on this machine. More than 1 in a script needs the usual `if __name__ == "__main__":`.
        join: which files are one log; see `join_pieces`.
        options: filters, patterns and limits.

    Returns:
        A row for each log and app, with the columns of COLUMNS.

    Raises:
        LibraryError: the patterns cannot be used.
        UsageError: a path needs a package that is not installed, or the cluster cannot do it.
    """
    chosen = options or Options()
    plan = make_plan([str(path) for path in paths], chosen, join=join)
    return to_frame(run_plan(plan, chosen, jobs=jobs, client=client))
