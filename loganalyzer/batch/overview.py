"""The overview page: causes over time, apps by cause, worst offenders, what is new; one file that needs no other."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files

from loganalyzer.batch.records import Row

__all__ = ["Overview", "render_overview", "survey"]

MOST_ROWS = 50
MOST_CAUSES = 8
MOST_PERIODS = 60
DAYS_BY_DAY = 21
TROUBLE = frozenset({"incident", "recovered"})
OTHERS = "others"

Period = tuple[str, tuple[int, ...], int]
"""First day, incidents by column, all of them."""


@dataclass(frozen=True, slots=True)
class Offender:
    """An app or log with its incidents.

    Attributes:
        name: of the app, or of the log where lines name no app.
        incidents: rows with an incident.
        rows: all of its rows.
        errors: failed requests.
        causes: with how many rows each, the most frequent first.
    """

    name: str
    incidents: int
    rows: int
    errors: int
    causes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page shows.

    Attributes:
        statuses: status → rows.
        causes: cause of an incident → rows, apps; the most frequent first.
        columns: causes that have a column of their own in the table over time.
        periods: first day of each period, rows of its incidents by column, and all of them.
        period_name: `day` or `week`.
        offenders: the worst first.
        fresh: (name, cause, time) that were first seen within the last seven days, the latest first.
        failures: (name, reason).
        left_out: failures that are not shown.
    """

    statuses: tuple[tuple[str, int], ...]
    causes: tuple[tuple[str, int, int], ...]
    columns: tuple[str, ...]
    periods: tuple[Period, ...]
    period_name: str
    offenders: tuple[Offender, ...]
    fresh: tuple[tuple[str, str, str], ...]
    failures: tuple[tuple[str, str], ...]
    left_out: int


def survey(rows: Sequence[Row]) -> Overview:
    """Add up the rows."""
    incidents = [row for row in rows if row["status"] in TROUBLE]
    counts = Counter(str(row["cause"]) for row in incidents)
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for row in incidents:
        owners[str(row["cause"])].add(_owner(row))
    causes = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    columns = tuple(cause for cause, _ in causes[:MOST_CAUSES]) + ((OTHERS,) if len(causes) > MOST_CAUSES else ())
    period_name, periods = _periods(incidents, columns)
    failures = [(row["log"], row["failure"] or "") for row in rows if row["status"] == "failed"]
    return Overview(
        statuses=tuple(sorted(Counter(row["status"] for row in rows).items())),
        causes=tuple((cause, count, len(owners[cause])) for cause, count in causes),
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
    most = max((total for _, _, total in overview.periods), default=1)
    return environment.get_template("overview.html").render(
        overview=overview,
        most=most,
        policy=policy,
        total=len(rows),
        style=Markup(style),  # noqa: S704 (the package's own file)
    )


def _owner(row: Row) -> str:
    """Give the app, or the log where lines name no app."""
    return str(row["app"] or row["log"])


def _time(row: Row) -> datetime | None:
    """Give the time that a row is about."""
    text = row["incident_start"] or row["log_start"]
    return datetime.fromisoformat(text) if text else None


def _periods(incidents: Iterable[Row], columns: tuple[str, ...]) -> tuple[str, tuple[Period, ...]]:
    """Count incidents by day, or by week where that would be too many days."""
    timed = [(at.date(), str(row["cause"])) for row in incidents if (at := _time(row))]
    days = {day for day, _ in timed}
    by_day = not days or (max(days) - min(days)).days < DAYS_BY_DAY
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for day, cause in timed:
        start = day if by_day else day - timedelta(days=day.weekday())
        counts[start.isoformat()][cause if cause in columns else OTHERS] += 1
    periods = [
        (start, tuple(counts[start][name] for name in columns), counts[start].total()) for start in sorted(counts)
    ]
    return "day" if by_day else "week", tuple(periods[-MOST_PERIODS:])


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
            ordered = tuple(sorted(causes.items(), key=lambda item: (-item[1], item[0])))
            offenders.append(
                Offender(name, causes.total(), len(mine), sum(row["errors"] or 0 for row in mine), ordered)
            )
    offenders.sort(key=lambda one: (-one.incidents, -one.errors, one.name))
    return tuple(offenders[:MOST_ROWS])


def _fresh(rows: Iterable[Row], incidents: Iterable[Row]) -> tuple[tuple[str, str, str], ...]:
    """Find what was first seen within the last seven days that the logs know of."""
    latest = max((row["log_end"] or "" for row in rows), default="")
    if not latest:
        return ()
    since = datetime.fromisoformat(latest) - timedelta(days=7)
    first: dict[tuple[str, str], datetime] = {}
    for row in incidents:
        at = _time(row)
        if at is not None:
            key = (_owner(row), str(row["cause"]))
            first[key] = min(at, first.get(key, at))
    new = [(at, *key) for key, at in first.items() if at > since]
    new.sort(key=lambda one: (-one[0].timestamp(), one[1:]))
    return tuple((name, cause, at.strftime("%Y-%m-%d %H:%M")) for at, name, cause in new[:MOST_ROWS])
