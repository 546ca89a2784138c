"""The records of an answer: findings with their evidence, the timeline, the traffic, the report.

Their form follows the output contract; renderers read these records and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

__all__ = [
    "Advisory",
    "Alternative",
    "Analysis",
    "Evidence",
    "Finding",
    "Fix",
    "MinuteOfTraffic",
    "Report",
    "SourceInfo",
    "TimelineEntry",
    "TrafficInfo",
    "UnknownLines",
]

FactValue = int | str | list[str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A line that speaks for a finding.

    Attributes:
        line: 1-based number in its input.
        input: name of the input.
        at: aware UTC; None when the log has no time (or no date) there.
        process: who the line is about; None when it does not say.
        source: who wrote it.
        text: the line, colour codes stripped.
        pattern: the pattern that matched.
        role: `cause`, `symptom` or `context`.
    """

    line: int
    input: str
    at: datetime | None
    process: str | None
    source: str
    text: str
    pattern: str
    role: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """A cause that was close.

    Attributes:
        cause: its id.
        confidence: 0 to 1.
        ruled_out: what speaks against it, in words.
    """

    cause: str
    confidence: float
    ruled_out: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that mends the cause.

    Attributes:
        title: what to do, in one line.
        snippet: code or command; empty when there is none to give.
        url: the page of the platform or framework that says so; empty when there is none.
    """

    title: str
    snippet: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A cause that holds, with its evidence.

    Attributes:
        status: `incident`, `recovered`, `healthy` or `unknown`.
        cause: id from the catalogue.
        title: one sentence with the concrete values.
        explanation: some sentences: what happened and why that stops the traffic.
        confidence: 0 to 1, the share of such findings that is right.
        facts: by name, as in the contract; a fact that the log does not show is absent.
        evidence: lines, the cause's first.
        alternatives: close causes with what ruled them out, the closest first.
        fixes: what to change, the most specific first.
        next: for `unknown`, commands that fetch what is missing.
        start: first line's time of the incident; None without times.
        end: its last line's time.
    """

    status: str
    cause: str
    title: str
    explanation: str
    confidence: float
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    fixes: tuple[Fix, ...] = ()
    next: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Advisory:
    """A risk that is no incident."""

    id: str
    title: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened, or several alike.

    Attributes:
        at: time of the first; None without times.
        line: number of the first.
        input: name of its input.
        process: who it is about.
        kind: the statement, or `gap`.
        text: message without the platform's prefix.
        count: how many alike are folded into it.
        until: time of the last one when folded.
    """

    at: datetime | None
    line: int
    input: str
    process: str | None
    kind: str
    text: str
    count: int = 1
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class MinuteOfTraffic:
    """Requests of one minute (or of several, in very long logs).

    Attributes:
        at: start of it.
        requests: how many.
        errors: of them answered 5xx, or with an error code of the router.
        p50_ms: median time to answer; None without times.
        p95_ms: 95th percentile.
    """

    at: datetime
    requests: int
    errors: int
    p50_ms: int | None = None
    p95_ms: int | None = None


@dataclass(frozen=True, slots=True)
class TrafficInfo:
    """What the router's lines add up to."""

    requests: int = 0
    errors: int = 0
    by_status: Mapping[str, int] = field(default_factory=dict)
    by_code: Mapping[str, int] = field(default_factory=dict)
    per_minute: tuple[MinuteOfTraffic, ...] = ()
    p50_ms: int | None = None
    p95_ms: int | None = None
    p99_ms: int | None = None


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """How the input was understood.

    Attributes:
        inputs: names.
        platform: one of model.PLATFORMS.
        platform_confidence: 0 to 1.
        app: the app's name when the log carries it.
        lines: lines read.
        bytes: bytes read, after decompression.
        understood: lines that an ingester recognised by more than being text.
        start: earliest time; None without times.
        end: latest time.
        complete: False when lines are known to be missing.
        remarks: oddities, in words.
        notes: how the input was read and mended, for `-v`.
    """

    inputs: tuple[str, ...]
    platform: str
    platform_confidence: float
    app: str | None
    lines: int
    bytes: int
    understood: int
    start: datetime | None = None
    end: datetime | None = None
    complete: bool = True
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything about one app (or one input, when the log does not name its app)."""

    source: SourceInfo
    verdict: Finding
    incidents: tuple[Finding, ...] = ()
    advisories: tuple[Advisory, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    traffic: TrafficInfo = TrafficInfo()


@dataclass(frozen=True, slots=True)
class UnknownLines:
    """Lines of one kind that are the platform's own and that no pattern knows.

    Attributes:
        count: how many.
        platform: whose they are.
        source: who wrote them: router, platform, build, health or api.
        template: their text without the prefix, with what varies masked.
        input: name of the input with the first of them.
        line: its 1-based number.
    """

    count: int
    platform: str
    source: str
    template: str
    input: str
    line: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """The answer to one call.

    Attributes:
        reports: one for each app, in the order of the inputs; never empty.
        unreadable: input name and reason for each input that could not be read.
        patterns: size of the library.
        skipped: input name and reason for each file of a folder that is no log.
        unknown_lines: kinds of platform lines that no pattern knows, the most frequent first; None when nobody asked.
    """

    reports: tuple[Report, ...]
    unreadable: tuple[tuple[str, str], ...] = ()
    patterns: int = 0
    skipped: tuple[tuple[str, str], ...] = ()
    unknown_lines: tuple[UnknownLines, ...] | None = None

    @property
    def worst(self) -> Report:
        """Give the report that counts for the exit status: an incident, then unknown, then healthy."""
        order = {"incident": 0, "recovered": 1, "unknown": 2, "healthy": 3}
        return min(self.reports, key=lambda report: order[report.verdict.status])
