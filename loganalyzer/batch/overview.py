"""The overview page: causes over time, apps by cause, worst offenders, what is new; one file that needs no other."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files

from loganalyzer.batch.periods import MOST_PERIODS, OTHERS, Period, count_periods
from loganalyzer.batch.records import Row

__all__ = ["Overview", "render_overview", "survey"]

MOST_ROWS = 50
MOST_CAUSES = 8
MOST_APPS = 40
BAR_WIDTH = 320
TROUBLE = frozenset({"incident", "recovered"})


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause of incidents.

    Attributes:
        id: from the catalogue.
        rows: how many.
        apps: names of its apps or logs with how many rows each, the most first; at most MOST_APPS.
        owners: how many apps or logs.
    """

    id: str
    rows: int
    apps: tuple[tuple[str, int], ...]
    owners: int


@dataclass(frozen=True, slots=True)
class Offender:
    """An app or log with its incidents.

    Attributes:
        name: of the app, or of the log where lines name no app.
        incidents: rows with an incident.
        rows: all of its rows.
        errors: failed requests.
        causes: with how many rows each, the most frequent first.
        report: file of a report about it; empty when none was asked for.
    """

    name: str
    incidents: int
    rows: int
    errors: int
    causes: tuple[tuple[str, int], ...]
    report: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page shows.

    Attributes:
        statuses: status → rows.
        causes: the most frequent first.
        columns: causes that have a colour of their own in the bars over time.
        periods: the bars.
        period_name: `day`, `week`, `month` or `year`.
        offenders: the worst first.
        fresh: (name, cause, time, report) that were first seen within the last seven days, the latest first.
        failures: (name, reason).
        left_out: failures that are not shown.
    """

    statuses: tuple[tuple[str, int], ...]
    causes: tuple[Cause, ...]
    columns: tuple[str, ...]
    periods: tuple[Period, ...]
    period_name: str
    offenders: tuple[Offender, ...]
    fresh: tuple[tuple[str, str, str, str], ...]
    failures: tuple[tuple[str, str], ...]
    left_out: int


def survey(rows: Sequence[Row]) -> Overview:
    """Add up the rows."""
    incidents = [row for row in rows if row["status"] in TROUBLE]
    owners: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in incidents:
        owners[str(row["cause"])][_owner(row)] += 1
    causes = [Cause(cause, mine.total(), tuple(_ranked(mine)[:MOST_APPS]), len(mine)) for cause, mine in owners.items()]
    causes.sort(key=lambda one: (-one.rows, one.id))
    columns = tuple(one.id for one in causes[:MOST_CAUSES]) + ((OTHERS,) if len(causes) > MOST_CAUSES else ())
    dated = [(at.date(), str(row["cause"])) for row in incidents if (at := _time(row))]
    period_name, periods = count_periods(dated, columns)
    failures = [(row["log"], row["failure"] or "") for row in rows if row["status"] == "failed"]
    return Overview(
        statuses=tuple(sorted(Counter(row["status"] for row in rows).items())),
        causes=tuple(causes),
        columns=columns,
        periods=periods,
        period_name=period_name,
        offenders=_offenders(rows),
        fresh=_fresh(rows, incidents),
        failures=tuple(failures[:MOST_ROWS]),
        left_out=max(0, len(failures) - MOST_ROWS),
    )


def render_overview(rows: Sequence[Row]) -> str:
    """Write the page: no script, nothing from elsewhere, every text escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 (start-up time)
    from markupsafe import Markup  # noqa: PLC0415

    environment = Environment(
        loader=PackageLoader("loganalyzer.batch"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    style = (files("loganalyzer.batch") / "templates" / "overview.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    overview = survey(rows)
    return environment.get_template("overview.html").render(
        overview=overview,
        bars=[_bar(period, max(one.total for one in overview.periods)) for period in overview.periods],
        bar_width=BAR_WIDTH,
        most_periods=MOST_PERIODS,
        policy=policy,
        total=len(rows),
        style=Markup(style),  # noqa: S704 (the package's own file)
    )


def _bar(period: Period, most: int) -> list[tuple[float, float, int]]:
    """Give left edge, width and column of each part of a period's bar, in pixels."""
    parts = []
    before = 0
    for column, count in enumerate(period.counts):
        if count:
            parts.append((round(BAR_WIDTH * before / most, 1), round(BAR_WIDTH * count / most, 1), column))
            before += count
    return parts


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    """Give what was counted, the most frequent first."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _report_of(rows: Iterable[Row]) -> str:
    """Give the first report among rows; empty without one."""
    return next((str(row["report"]) for row in rows if row.get("report")), "")


def _owner(row: Row) -> str:
    """Give the app, or the log where lines name no app."""
    return str(row["app"] or row["log"])


def _time(row: Row) -> datetime | None:
    """Give the time that a row is about."""
    text = row["incident_start"] or row["log_start"]
    return datetime.fromisoformat(text) if text else None


def _offenders(rows: Iterable[Row]) -> tuple[Offender, ...]:
    """Find those with the most incidents."""
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["status"] not in ("failed", "skipped"):
            groups[_owner(row)].append(row)
    offenders = []
    for name, mine in groups.items():
        causes = Counter(str(row["cause"]) for row in mine if row["status"] in TROUBLE)
        if causes:
            errors = sum(row["errors"] or 0 for row in mine)
            report = _report_of(row for row in mine if row["status"] in TROUBLE)
            offenders.append(Offender(name, causes.total(), len(mine), errors, tuple(_ranked(causes)), report))
    offenders.sort(key=lambda one: (-one.incidents, -one.errors, one.name))
    return tuple(offenders[:MOST_ROWS])


def _fresh(rows: Iterable[Row], incidents: Iterable[Row]) -> tuple[tuple[str, str, str, str], ...]:
    """Find what was first seen within the last seven days that the logs know of."""
    latest = max((row["log_end"] or "" for row in rows), default="")
    if not latest:
        return ()
    since = datetime.fromisoformat(latest) - timedelta(days=7)
    first: dict[tuple[str, str], tuple[datetime, str]] = {}
    for row in incidents:
        at = _time(row)
        if at is not None:
            key = (_owner(row), str(row["cause"]))
            seen = (at, _report_of([row]))
            first[key] = min(seen, first.get(key, seen))
    new = [(at, name, cause, report) for (name, cause), (at, report) in first.items() if at > since]
    new.sort(key=lambda one: (-one[0].timestamp(), one[1:]))
    return tuple((name, cause, at.strftime("%Y-%m-%d %H:%M"), report) for at, name, cause, report in new[:MOST_ROWS])
