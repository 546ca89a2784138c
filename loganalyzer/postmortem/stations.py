"""Stations of an incident: cause, first symptom, detection, mitigation and recovery, each with its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from loganalyzer.outcome import Evidence, Finding, Report, TimelineEntry
from loganalyzer.postmortem.kinds import AUTOMATIC, HUMAN, NOTICES, is_recovery
from loganalyzer.postmortem.points import mask
from loganalyzer.postmortem.record import Moment
from loganalyzer.postmortem.slots import Slots
from loganalyzer.postmortem.windows import Window, first_good_after

__all__ = ["EARLIEST", "View", "find_moments"]


EARLIEST = datetime.min.replace(tzinfo=UTC)
STEADY = timedelta(seconds=60)


STEADY_REQUESTS = 10


CLUSTER = timedelta(minutes=2)
"""Lines of one deploy or restart are less far apart."""


@dataclass(frozen=True, slots=True)
class View:
    """What an occurrence is made from: the findings have one cause, the first tells most."""

    report: Report
    findings: tuple[Finding, ...]
    slots: Slots

    @property
    def finding(self) -> Finding:
        """Give the finding that tells most."""
        return self.findings[0]

    @property
    def causes(self) -> list[Evidence]:
        """Give the lines that are the cause."""
        return [one for finding in self.findings for one in finding.evidence if one.role == "cause"]

    @property
    def is_over(self) -> bool:
        """Say whether the diagnosis saw a good run after every bad one."""
        return all(one.status == "recovered" for one in self.findings)


def find_moments(view: View, window: Window) -> tuple[Moment, ...]:
    """Find the stations of one occurrence, in the order of time where all have one."""
    recovery = _recovery(view, window)
    end = recovery.at if recovery is not None else None
    found = (
        _cause(view, window),
        _symptom(view.finding, window),
        _detection(window),
        _mitigation(view, window, end),
        recovery,
    )
    moments = [one for one in found if one is not None]
    if all(one.at is not None for one in moments):
        moments.sort(key=lambda one: one.at or EARLIEST)
    return tuple(moments)


def _symptom(finding: Finding, window: Window) -> Moment | None:
    """Give the first sign of trouble, as a line where one stands at its time."""
    first = next(iter(window.points), None)
    if first is None:
        cited = next(iter(finding.evidence), None)
        return (
            None
            if cited is None
            else Moment(
                "first symptom",
                cited.at,
                cited.line,
                cited.input,
                cited.text,
                certain=False,
                note="the only line that is known",
            )
        )
    if first.line is None:
        first = next(
            (one for one in window.points if one.line is not None and one.at is not None and one.at == first.at), first
        )
    return Moment("first symptom", first.at, first.line, first.input, first.text)


def _cause(view: View, window: Window) -> Moment | None:
    """Give the line that caused this occurrence: the finding's own, or the one that says the same in this run."""
    cited = view.causes
    if not cited:
        return None
    first_order = min((one.order for one in window.points), default=0)
    begin = _run_begin(view.report.timeline, first_order)
    last = window.last
    first = [
        next(one for one in finding.evidence if one.role == "cause")
        for finding in view.findings
        if any(one.role == "cause" for one in finding.evidence)
    ]
    texts = {mask(one.text) for one in first}
    places = {(one.input, one.line) for one in first}
    for entry in view.report.timeline[begin:]:
        if last is not None and entry.at is not None and entry.at > last:
            break
        text = mask(entry.text)
        if (entry.input, entry.line) in places or (len(text) > 8 and any(text in other for other in texts)):
            return Moment("cause", entry.at, entry.line, entry.input, entry.text)
    inside = [
        one
        for one in cited
        if one.at is not None
        and last is not None
        and one.at <= last
        and (window.start is None or one.at >= window.start - CLUSTER)
    ]
    if not inside and window.until is not None:
        return None
    one = (inside or cited)[0]
    return Moment("cause", one.at, one.line, one.input, one.text)


def _run_begin(timeline: Sequence[TimelineEntry], order: int) -> int:
    """Give the place of the last start of a process before a place in the timeline; 0 when there is none."""
    for place in range(min(order, len(timeline) - 1), -1, -1):
        if timeline[place].kind in ("process-starting", "container-created", "deploy-started"):
            return place
    return 0


def _detection(window: Window) -> Moment | None:
    """Give the first line with which the platform noticed."""
    for one in window.points:
        if one.kind in NOTICES or (one.kind == "exited" and one.line is not None) or one.kind == "cited":
            line = (
                one
                if one.line is not None
                else next((other for other in window.points if other.line is not None and other.at == one.at), one)
            )
            return Moment("detection", line.at, line.line, line.input, line.text)
        if one.kind == "requests":
            return Moment("detection", one.at, one.line, one.input, one.text)
    return None


def _recovery(view: View, window: Window) -> Moment | None:
    """Give the first sign that the app was well again, and whether it is a sure one."""
    last = window.last
    if last is None:
        return None
    ups = [
        entry
        for entry in view.report.timeline
        if _ends(view.finding, entry) and entry.at is not None and last < entry.at
    ]
    ups = [entry for entry in ups if window.until is None or (entry.at is not None and entry.at < window.until)]
    good = first_good_after(last, view.slots)
    if good is not None and window.until is not None and good >= window.until:
        good = None
    up = ups[0] if ups else None
    if up is not None and up.at is not None and (good is None or up.at <= good):
        certain, note = _steadiness(view, window, up.at)
        return Moment("recovery", up.at, up.line, up.input, up.text, certain, note)
    if good is None:
        return None
    certain, note = _steadiness(view, window, good)
    if not certain and not view.is_over:
        after = view.slots.between(good, window.until)
        if after.requests < 3:
            return None
    return Moment("recovery", good, None, "", "first request that was answered well", certain, note)


def _ends(finding: Finding, entry: TimelineEntry) -> bool:
    """Say whether an entry ends an incident."""
    more = {"build-failed": ("build-succeeded", "release-succeeded"), "release-failed": ("release-succeeded",)}
    return is_recovery(entry) or entry.kind in more.get(finding.cause, ())


def _steadiness(view: View, window: Window, at: datetime) -> tuple[bool, str]:
    """Say whether the log goes on long enough after a recovery to be sure of it."""
    end = view.report.source.end
    after = view.slots.between(at, window.until)
    if window.until is not None or view.is_over:
        return True, ""
    if end is not None and end - at >= STEADY:
        return True, ""
    if after.requests >= STEADY_REQUESTS and not after.errors:
        return True, ""
    seconds = round((end - at).total_seconds()) if end is not None else 0
    return False, f"the log ends {seconds} s later"


def _mitigation(view: View, window: Window, end: datetime | None) -> Moment | None:
    """Give the step that came last before the recovery: of people where there is one, else of the platform."""
    start = window.start
    if start is None or end is None:
        return None
    steps = [entry for entry in view.report.timeline if entry.at is not None and start < entry.at <= end]
    human = [entry for entry in steps if entry.kind in HUMAN]
    if human:
        cluster = [human[-1]]
        for entry in reversed(human[:-1]):
            if cluster[0].at is not None and entry.at is not None and cluster[0].at - entry.at <= CLUSTER:
                cluster.insert(0, entry)
        best = next((entry for entry in cluster if entry.kind == "rolled-back"), cluster[0])
        return Moment("mitigation", best.at, best.line, best.input, best.text)
    own = [entry for entry in steps if entry.kind in AUTOMATIC and entry.kind != "state-changed"]
    if own:
        return Moment(
            "mitigation", own[-1].at, own[-1].line, own[-1].input, own[-1].text, note="by the platform itself"
        )
    return None
