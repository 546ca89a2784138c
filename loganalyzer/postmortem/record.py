"""The records of a postmortem: what every form of it is written from.

Times are aware UTC, None where the log has none; durations are whole seconds, None where the log does not show both
ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from loganalyzer.outcome import Advisory, Finding, SourceInfo, TimelineEntry
from loganalyzer.postmortem.figures import Comparison, ProcessShare, TrafficReview

__all__ = [
    "AppReview",
    "Change",
    "CitedLine",
    "Cost",
    "EvidenceBlock",
    "FirstReading",
    "Headline",
    "Incident",
    "Moment",
    "Occurrence",
    "Postmortem",
    "Prevention",
]


@dataclass(frozen=True, slots=True)
class Moment:
    """One station of an incident.

    Attributes:
        name: `cause`, `first symptom`, `detection`, `mitigation` or `recovery`.
        at: when.
        line: number of the line that shows it; None when a count of requests shows it.
        input: name of its input.
        text: what the line says.
        certain: False when the log allows another reading.
        note: why it is uncertain, or who acted; empty when there is nothing to add.
    """

    name: str
    at: datetime | None
    line: int | None
    input: str
    text: str
    certain: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """What an incident cost, as far as the router's lines say.

    Attributes:
        requests: requests from its start to its end.
        failed: of them answered 5xx or by an error code of the router.
        by_code: status or code of the failed ones → how many.
        by_process: requests by process, the most failed first.
    """

    requests: int = 0
    failed: int = 0
    by_code: Mapping[str, int] = field(default_factory=dict)
    by_process: tuple[ProcessShare, ...] = ()

    @property
    def share(self) -> float | None:
        """Give the share of requests that failed; None without requests."""
        return self.failed / self.requests if self.requests else None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a fault showed itself.

    Attributes:
        start: time of the first symptom.
        end: time of the recovery; None when the log shows none.
        last_seen: time of the last line that shows trouble.
        moments: its stations in the order of time.
        cost: what it cost.
        detect_s: from the first symptom to the platform's notice.
        mitigate_s: from the first symptom to the step that mended it.
        recover_s: from the first symptom to the recovery.
        p95_before_ms: 95th percentile of the time to answer before it, p95_during_ms and p95_after_ms likewise.
    """

    start: datetime | None
    end: datetime | None
    last_seen: datetime | None
    moments: tuple[Moment, ...]
    cost: Cost = Cost()
    detect_s: int | None = None
    mitigate_s: int | None = None
    recover_s: int | None = None
    p95_before_ms: int | None = None
    p95_during_ms: int | None = None
    p95_after_ms: int | None = None

    def moment(self, name: str) -> Moment | None:
        """Give one of its stations."""
        return next((one for one in self.moments if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Incident:
    """A finding with the times at which it showed itself.

    Attributes:
        number: 1 for the earliest.
        finding: the cause with its evidence.
        occurrences: at least one, the earliest first.
        release: what was released last before it; None when the log does not show it.
        part_of: number of the incident whose consequence this one is, as far as their times tell; None for
            one of its own.
    """

    number: int
    finding: Finding
    occurrences: tuple[Occurrence, ...]
    release: str | None = None
    part_of: int | None = None

    @property
    def is_open(self) -> bool:
        """Say whether the log ends before the recovery."""
        return self.occurrences[-1].end is None


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was changed, by people or by the platform.

    Attributes:
        entry: its line in the timeline.
        before_s: seconds from it to the first symptom; negative when it came later, None without times or incident.
        is_nearest: whether it is the last one before the first symptom.
    """

    entry: TimelineEntry
    before_s: int | None = None
    is_nearest: bool = False


@dataclass(frozen=True, slots=True)
class CitedLine:
    """A line of input as it is shown.

    Attributes:
        role: `cause`, `symptom` or `context` for evidence, `near` for the lines around it, `timeline` for
            other cited ones.
        values: captured values to be marked in the text.
    """

    input: str
    line: int
    text: str
    role: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceBlock:
    """Lines that stand together, around at least one that is evidence."""

    input: str
    lines: tuple[CitedLine, ...]


@dataclass(frozen=True, slots=True)
class Prevention:
    """How to rehearse a fix and what to watch.

    Attributes:
        rehearse: (what, command); the command is empty when there is none.
        monitor: what to alert on.
    """

    rehearse: tuple[tuple[str, str], ...] = ()
    monitor: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Headline:
    """The facts that a reader looks for first; each None when the log does not show it."""

    start: datetime | None = None
    end: datetime | None = None
    duration_s: int | None = None
    is_open: bool = False
    requests: int | None = None
    failed: int | None = None
    share: float | None = None
    cause: str | None = None
    confidence: float | None = None
    port: int | None = None
    expected_port: int | None = None
    address: str | None = None
    first_symptom: Moment | None = None
    release: str | None = None
    p95_before_ms: int | None = None
    p95_during_ms: int | None = None
    p95_after_ms: int | None = None
    recovery: Moment | None = None


@dataclass(frozen=True, slots=True)
class FirstReading:
    """What `loganalyzer analyze` says of the same log; it knows the runs of the processes, not each request.

    Attributes:
        cause, status, confidence: of its verdict.
        note: why the document's verdict is another one; empty when it is the same.
    """

    cause: str
    status: str
    confidence: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class AppReview:
    """Everything about one app.

    Attributes:
        verdict: what the document is about.
        analysis: what the diagnosis alone says.
    """

    name: str
    source: SourceInfo
    verdict: Finding
    analysis: FirstReading
    summary: tuple[str, ...]
    headline: Headline
    incidents: tuple[Incident, ...] = ()
    changes: tuple[Change, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    traffic: TrafficReview = field(default_factory=TrafficReview)
    evidence: tuple[EvidenceBlock, ...] = ()
    cited: tuple[CitedLine, ...] = ()
    prevention: Prevention = Prevention()
    questions: tuple[str, ...] = ()
    advisories: tuple[Advisory, ...] = ()
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True)
class Postmortem:
    """The whole document.

    Attributes:
        reviews: one for each app; never empty.
        unreadable: input name and reason.
        redacted: how many different values were replaced; None when nothing was to be replaced.
    """

    reviews: tuple[AppReview, ...]
    unreadable: tuple[tuple[str, str], ...] = ()
    redacted: int | None = None
