"""Words of a postmortem: durations, times, and the three sentences of the summary."""

from __future__ import annotations

from datetime import datetime

from loganalyzer.model import PLATFORM_NAMES
from loganalyzer.outcome import Finding, Report
from loganalyzer.postmortem.record import Incident

__all__ = ["UNSURE", "app_name", "duration_words", "moment_words", "summary_sentences"]

IMPACT = (
    (("build-failed", "release-failed"), "a new version could not be released"),
    (("memory-exceeded", "disk-exceeded"), "processes ran out of what the platform gives them"),
    (
        (
            "request-timeout",
            "crash-runtime",
            "connection-dropped",
            "overload",
            "route-unknown",
            "platform-limit",
            "platform-fault",
        ),
        "requests were not answered as they should",
    ),
    (("health-check-failing",), "the platform found the app unhealthy"),
)
UNSURE = 0.85
"""A confidence below which the words say that the cause is not certain."""


def app_name(report: Report) -> str:
    """Give what the reader calls the app: its name, or that of its log."""
    names = [
        "standard input" if name == "-" else name.replace("\\", "/").rpartition("/")[2] for name in report.source.inputs
    ]
    return (
        report.source.app
        or (", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else ""))
        or "the app"
    )


def duration_words(seconds: int | None) -> str:
    """Write a duration in its two largest units.

    Examples:
        >>> duration_words(45), duration_words(754), duration_words(7384), duration_words(90000)
        ('45 s', '12 min 34 s', '2 h 3 min', '1 d 1 h')
    """
    if seconds is None:
        return "not shown"
    units = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
    sign, rest = ("-" if seconds < 0 else ""), abs(seconds)
    for place, (size, name) in enumerate(units):
        if rest >= size:
            words = f"{rest // size} {name}"
            if place + 1 < len(units):
                below, below_name = units[place + 1]
                if rest % size // below:
                    words += f" {rest % size // below} {below_name}"
            return sign + words
    return "0 s"


def moment_words(at: datetime | None) -> str:
    """Write a time with its day."""
    return "time not shown" if at is None else at.strftime("%Y-%m-%d %H:%M:%S")


def summary_sentences(report: Report, incident: Incident | None, others: int, unexplained: int) -> tuple[str, ...]:
    """Write what happened, what it cost and why, in three sentences.

    Args:
        report: of one app.
        incident: the one that explains the trouble first; None when there is none.
        others: how many incidents there are besides.
        unexplained: signs of trouble that no finding explains.
    """
    name, platform = app_name(report), PLATFORM_NAMES.get(report.source.platform, "")
    where = f"{name} ({platform})" if platform else name
    if incident is None:
        return _without_incident(report, where, unexplained)
    return (
        _what(where, incident, report),
        _cost(incident),
        _why(incident, others),
    )


def _what(where: str, incident: Incident, report: Report) -> str:
    """Write what happened, since when and until when."""
    impact = next(
        (words for causes, words in IMPACT if incident.finding.cause in causes), "the app did not take traffic"
    )
    first, last = incident.occurrences[0], incident.occurrences[-1]
    if first.start is None:
        return f"{where}: {impact}; the log has no times that say since when."
    if last.end is not None:
        span = f"from {moment_words(first.start)} until {moment_words(last.end)} UTC"
        if len(incident.occurrences) == 1:
            span += f" ({duration_words(incident.occurrences[0].recover_s)})"
    else:
        span = f"since {moment_words(first.start)} UTC, and still when the log ends" + (
            f" at {moment_words(report.source.end)} UTC" if report.source.end else ""
        )
    times = f", {len(incident.occurrences)} times" if len(incident.occurrences) > 1 else ""
    return f"{where}: {impact}{times} {span}."


def _cost(incident: Incident) -> str:
    """Write how many requests failed."""
    requests = sum(one.cost.requests for one in incident.occurrences)
    failed = sum(one.cost.failed for one in incident.occurrences)
    if not requests:
        return "The log has no requests in that time, so it does not show how many users were affected."
    words = (
        f"{failed:,} of {requests:,} requests failed in that time ({failed / requests:.1%})"
        if failed
        else f"None of {requests:,} requests in that time failed"
    )
    shares = [share for one in incident.occurrences for share in one.cost.by_process if share.failed]
    names = list(dict.fromkeys(share.process for share in shares))
    if len(names) > 1:
        parts = [f"{name} {sum(one.failed for one in shares if one.process == name):,}" for name in names[:4]]
        words += f"; of them {', '.join(parts)}"
    elif names:
        words += f", those of {names[0]}" if failed == sum(one.failed for one in shares) else ""
    return words + "."


def _why(incident: Incident, others: int) -> str:
    """Write the cause, how sure it is, and how it ended."""
    finding = incident.finding
    words = f"The root cause is {finding.cause} ({finding.confidence:.0%} sure): {finding.title}"
    last = incident.occurrences[-1]
    mitigation = last.moment("mitigation")
    if last.end is None:
        words += "; the log does not show a recovery"
    elif mitigation is not None:
        words += f"; it ended after \u201c{_short(mitigation.text)}\u201d" + (
            f", {mitigation.note}" if mitigation.note else ""
        )
    if others:
        words += f"; {others} other incident{'s are' if others > 1 else ' is'} described below"
    return words + "."


def _without_incident(report: Report, where: str, unexplained: int) -> tuple[str, ...]:
    """Write that there is none, or that it cannot be told."""
    verdict: Finding = report.verdict
    traffic = report.traffic
    if traffic.requests:
        cost = f"{traffic.errors:,} of {traffic.requests:,} requests failed ({traffic.errors / traffic.requests:.1%})."
    else:
        cost = "The log has no requests."
    loose = f" Signs of trouble without a cause that explains them: {unexplained}." if unexplained else ""
    first = f"{where}: {verdict.title[:1].lower()}{verdict.title[1:]}."
    return (first, cost, f"{verdict.explanation}{loose}")


def _short(text: str) -> str:
    """Cut a quoted line."""
    plain = " ".join(text.split())
    return plain if len(plain) <= 80 else plain[:77] + "..."
