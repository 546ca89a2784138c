"""The watch: joins the feed, the ordinary summary and diagnosis, and the voice; decides when a deployment is over."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from loganalyzer.diagnosis import diagnose
from loganalyzer.diagnosis.timeline import LEFT_OUT
from loganalyzer.library import Library
from loganalyzer.outcome import Report
from loganalyzer.pipeline import Settings, Summarizer
from loganalyzer.reading import Block, read_stream
from loganalyzer.summary import Sighting, Summary
from loganalyzer.watching.feed import Feed
from loganalyzer.watching.reaction import Reaction
from loganalyzer.watching.recorder import open_recorder
from loganalyzer.watching.seams import SeamFilter
from loganalyzer.watching.voice import Voice, verdict_words
from loganalyzer.watching.waiting import MOST_ALIKE, Repeats, Waiting
from loganalyzer.watching.wording import span_words

__all__ = ["Watch", "WatchSettings", "watch"]

INPUT = "-"
QUIET_S = 0.04
LONGEST_DELAY_S = 0.15
LONGEST_QUIET_S = 600.0
OLD_S = 120.0
REST = 4
SILENT = LEFT_OUT | {"addon-event", "error-field", "failure-worded"}
"""Statements that are no event of the timeline."""

OUTCOMES = frozenset(
    {
        "boot-timeout",
        "bad-bind",
        "probe-never-passed",
        "port-scan-timeout",
        "deploy-timeout",
        "deploy-failed",
        "exited",
        "crashed",
        "killed",
        "memory-kill",
        "became-unhealthy",
        "build-failed",
        "release-failed",
        "state-changed",
        "quota-exhausted",
        "suspended",
        "router-error",
        "endpoint-failed",
        "not-http",
    }
)
"""Statements by which a deployment is over when they are evidence of an incident; before, it may still come right."""

UPS = frozenset({"became-up", "state-changed"})
STATUS_BY_VERDICT = {"healthy": 0, "incident": 1, "recovered": 1, "unknown": 3}
UNDECIDED = 3


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """How to watch.

    Attributes:
        platform: the platform that the user named; None to find out.
        since: earlier lines are left out.
        until_verdict: whether the watch ends with the outcome of the deployment.
        timeout_s: how long at most; None for ever.
        settle_s: how long an outcome must hold before the watch ends with it.
        quiet_s: after so long without an event it is said what is being waited for.
        is_terminal: whether that line is written over; elsewhere it comes less and less often.
        record: file for what came by; None for none.
        before_trigger_s: record only so many seconds before a finding; None records everything.
        on_finding: command that a finding runs; None for none.
    """

    platform: str | None = None
    since: datetime | None = None
    until_verdict: bool = False
    timeout_s: float | None = None
    settle_s: float = 3.0
    quiet_s: float = 20.0
    is_terminal: bool = False
    record: Path | None = None
    before_trigger_s: float | None = None
    on_finding: str | None = None


class Watch:
    """One watch over one pipe."""

    def __init__(self, settings: WatchSettings, voice: Voice, library: Library, descriptor: int) -> None:
        """Prepare everything; raises UsageError or InputError when something cannot be used."""
        self.settings = settings
        self._voice = voice
        self._summarizer = Summarizer(Settings(platform=settings.platform, since=settings.since), library)
        self._statements = {pattern.id: pattern.states for pattern in library.patterns}
        self._reaction = Reaction(settings.on_finding)
        self._recorder = open_recorder(settings.record, settings.before_trigger_s)
        self._feed = Feed(descriptor, self._recorder.write, self._tick)
        self._seams = SeamFilter()
        self._waiting = Waiting()
        self._repeats = Repeats()
        self._total = Summary()
        self._started = self._spoke_at = time.monotonic()
        self._quiet_s = settings.quiet_s
        self._started_at = datetime.now(UTC)
        self._new_since: float | None = None
        self._judged_at = self._judging_s = 0.0
        self._shown: dict[str, str] = {}
        self._reports: list[Report] = []
        self._decided: tuple[float, str] | None = None
        self._reason = "the input ended"

    def run(self) -> int:
        """Watch until the end.

        Returns:
            The exit status: 0 healthy, 1 an incident, 3 it cannot be told.
        """
        try:
            with self._feed as feed:
                for block in read_stream(feed.read, INPUT, live=True):
                    self._take(block)
                if feed.interrupted:
                    self._reason = "interrupted"
            self._judge(last=True)
        finally:
            self._recorder.close()
            self._reaction.finish()
        status = self._status()
        self._voice.end(self._reason, self._reports, status)
        return status

    def _take(self, block: Block) -> None:
        """Take in some lines."""
        part = self._summarizer.summarize(self._seams.filter(block), INPUT)
        fresh = _sightings(part)
        offset = self._total.lines
        for one in fresh:
            self._waiting.note(one)
        told: set[int] = set()
        for one in fresh:
            if one.statement in SILENT or one.number in told or not one.message.strip():
                continue
            told.add(one.number)
            count = self._repeats.count(one)
            if 0 < count <= MOST_ALIKE + 1:
                self._voice.event(_moved(one, offset), is_storm=count > MOST_ALIKE)
                self._note_speaking()
        self._total.merge(part)
        if fresh and self._new_since is None:
            self._new_since = time.monotonic()
        if self._is_due():
            self._judge()

    def _is_due(self) -> bool:
        """Say whether to judge now: at a pause of the stream, or when it has not paused for long enough."""
        if self._new_since is None:
            return False
        now = time.monotonic()
        rest = self._judged_at + REST * self._judging_s - now
        if rest <= 0 and now - self._new_since >= LONGEST_DELAY_S:
            return True
        return not self._feed.ready(max(QUIET_S, rest))

    def _judge(self, *, last: bool = False) -> None:
        """Judge what was seen so far; say a verdict that is new."""
        start = time.monotonic()
        self._reports = diagnose([(INPUT, self._total)], self.settings.platform)
        for report in self._reports:
            self._say(report, last=last)
        self._decide()
        self._judged_at = time.monotonic()
        self._judging_s = self._judged_at - start
        self._new_since = None

    def _say(self, report: Report, *, last: bool) -> None:
        """Say a verdict when it is new: an incident at once, health when the platform says so or at the end."""
        verdict, key = report.verdict, report.source.app or ""
        known = self._shown.get(key)
        if not last and known is None and not self._is_outcome(report) and verdict.status != "incident":
            return
        words = verdict_words(verdict)
        if known == words:
            return
        self._shown[key] = words
        self._voice.verdict(report)
        self._note_speaking()
        before = known.split()[1] if known else ""
        if verdict.status == "incident" and verdict.cause != before:
            self._recorder.trigger()
            self._reaction.run(report)

    def _is_outcome(self, report: Report) -> bool:
        """Say whether the platform itself has decided, by the lines that are evidence of the verdict."""
        verdict = report.verdict
        stated = {self._statements.get(one.pattern, "") for one in verdict.evidence}
        if verdict.status == "healthy":
            return bool(stated & UPS)
        return verdict.status in ("incident", "recovered") and bool(stated & OUTCOMES)

    def _decide(self) -> None:
        """Remember since when the present outcome holds."""
        outcomes = [report for report in self._reports if self._is_outcome(report)]
        if not outcomes:
            self._decided = None
            return
        words = " / ".join(verdict_words(report.verdict) for report in outcomes)
        if self._decided is None or self._decided[1] != words:
            self._decided = (time.monotonic(), words)

    def _tick(self) -> None:
        """Let time pass: judge at a pause, end when it is time, say what is being waited for."""
        now = time.monotonic()
        self._recorder.tick()
        if self._new_since is not None and now - self._new_since >= LONGEST_DELAY_S:
            self._judge()
        settings = self.settings
        if settings.until_verdict and self._decided is not None and now - self._decided[0] >= settings.settle_s:
            self._reason = "the outcome is known" + self._history_words()
            self._feed.stop()
        elif settings.timeout_s is not None and now - self._started >= settings.timeout_s:
            self._reason = f"the time of {settings.timeout_s:.0f} s is over"
            self._feed.stop()
        elif now - self._spoke_at >= self._quiet_s:
            self._voice.quiet(self._waiting.describe())
            self._spoke_at = now
            if not settings.is_terminal:
                self._quiet_s = min(LONGEST_QUIET_S, 2 * self._quiet_s)

    def _history_words(self) -> str:
        """Warn when the outcome is one of the time before: the tail of a log begins with its history."""
        times = [one.at for report in self._reports for one in report.verdict.evidence if one.at is not None]
        age = (self._started_at - max(times)).total_seconds() if times else 0.0
        if age < OLD_S:
            return ""
        return f", by lines of {span_words(age)} before the watch began; --since now leaves them out"

    def _note_speaking(self) -> None:
        """Begin to wait for the next quiet line anew."""
        self._spoke_at = time.monotonic()
        self._quiet_s = self.settings.quiet_s

    def _status(self) -> int:
        """Give the exit status; with --until-verdict health counts only when the platform has said so."""
        statuses = {STATUS_BY_VERDICT[report.verdict.status] for report in self._reports}
        worst = next((status for status in (1, 3, 0) if status in statuses), UNDECIDED)
        if worst == 0 and self.settings.until_verdict and self._decided is None:
            self._reason += "; the platform has not said that the app is up"
            return UNDECIDED
        return worst


def watch(settings: WatchSettings, voice: Voice, library: Library, descriptor: int) -> int:
    """Watch a pipe; see Watch.run."""
    return Watch(settings, voice, library, descriptor).run()


def _sightings(part: Summary) -> list[Sighting]:
    """Give what some lines stated, in their order."""
    groups = (group for app in part.apps.values() for group in app.groups.values())
    return sorted((one for group in groups for one in group.sightings()), key=lambda one: one.number)


def _moved(one: Sighting, offset: int) -> Sighting:
    """Give a sighting with the number that its line has in the whole stream."""
    return replace(one, number=one.number + offset) if offset else one
