"""Case: the sightings of one app, in the order of time, each with its platform and process settled.

File order is not time order: lines are sorted stably by time, lines without a time stay behind the line before them,
and a log that runs backwards is turned round first.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from loganalyzer.diagnosis.building import give_to_build
from loganalyzer.diagnosis.complaints import without_known
from loganalyzer.diagnosis.pasted import give_back
from loganalyzer.model import UNDATED_YEAR, Claim
from loganalyzer.summary import AppSummary, Sighting, Summary

__all__ = ["Case", "build_cases", "is_web", "process_type"]

PLATFORM_WEIGHTS = {Claim.HEADED: 10.0, Claim.BARE: 5.0, Claim.WEAK: 0.1}
MARK_WEIGHT = 8.0
MIXED_SHARE = 0.6
"""A log in which so many prefixed lines are another platform's is of both."""

RENDER_PORT = 10000
ONE_OFF = frozenset({"run", "scheduler", "console", "rake", "release", "task", "staging", "cron"})
SIDE_TAGS = ("CELL", "PROXY")


@dataclass(frozen=True)
class Case:
    """One app's log, ready to be judged.

    Attributes:
        inputs: names of the inputs.
        app: the app's name when the log carries it.
        platform: the platform of the log.
        platform_confidence: 0 to 1.
        sightings: in the order of time.
        backwards: whether the log ran backwards.
        summary: counts of activity and traffic.
        lines, bytes, understood: of the inputs.
        first_at, last_at: of the inputs; None without times.
        mended: what the reader mended.
    """

    inputs: tuple[str, ...]
    app: str | None
    platform: str
    platform_confidence: float
    sightings: tuple[Sighting, ...]
    backwards: bool
    summary: AppSummary
    lines: int
    bytes: int
    understood: int
    first_at: datetime | None
    last_at: datetime | None
    mended: tuple[str, ...]

    def of(self, *statements: str) -> list[Sighting]:
        """Give the sightings that make one of the statements."""
        return [sighting for sighting in self.sightings if sighting.statement in statements]


def build_cases(summaries: Sequence[tuple[str, Summary]], platform: str | None = None) -> list[Case]:
    """Sort what was seen into one case an app.

    Args:
        summaries: (input name, its summary), in the order of the inputs.
        platform: the platform that the user named.

    Returns:
        A case for each app that lines name, over all inputs; else a case for each input. Never empty for one input
        or more.
    """
    cases: dict[tuple[str, str], list[tuple[str, Summary, AppSummary]]] = {}
    for name, summary in summaries:
        named = [app for app in summary.apps if app]
        for app, part in summary.apps.items() or [("", AppSummary())]:
            owner = app or (named[0] if len(named) == 1 else "")
            cases.setdefault((owner, "" if owner else name), []).append((name, summary, part))
        if not summary.apps:
            cases.setdefault(("", name), []).append((name, summary, AppSummary()))
    built = [_build_case(app or None, parts, platform) for (app, _), parts in cases.items()]
    told = {name for case in built if not _is_blank(case) for name in case.inputs}
    return [case for case in built if not _is_blank(case) or not told.issuperset(case.inputs)]


def _is_blank(case: Case) -> bool:
    """Say whether nothing at all was seen of a case."""
    return not (case.sightings or case.summary.activity or case.summary.traffic.requests)


def _build_case(app: str | None, parts: list[tuple[str, Summary, AppSummary]], named: str | None) -> Case:
    """Make one case of its parts."""
    whole = AppSummary()
    sightings: list[Sighting] = []
    wholes: dict[str, Summary] = {}
    for name, summary, part in parts:
        whole.merge(part, 0)
        wholes[name] = summary
        sightings += sorted(
            (one for group in part.groups.values() for one in group.sightings()),
            key=lambda one: (one.number, one.pattern),
        )
    claims: Counter[tuple[str, str]] = Counter()
    for summary in wholes.values():
        claims.update(summary.claims)
    platform, confidence = (named, 1.0) if named else choose_platform(claims, sightings)
    sightings = [one for one in sightings if not (one.statement == "exited" and one.tag.startswith(SIDE_TAGS))]
    own = sum(count for (name, _), count in claims.items() if name == platform)
    headed = Counter({name: count for (name, claim), count in claims.items() if claim == Claim.HEADED})
    mixed = [name for name, count in headed.items() if count >= MIXED_SHARE * own]
    sightings = give_back(sightings, {source for source, _ in whole.activity})
    sightings = _settle(without_known(_without_copies(sightings)), platform, mixed if not named else ())
    ordered, backwards = order_by_time(sightings)
    ordered = give_to_build(ordered, platform)
    firsts = [summary.first_at for summary in wholes.values() if summary.first_at]
    lasts = [summary.last_at for summary in wholes.values() if summary.last_at]
    return Case(
        inputs=tuple(wholes),
        app=app,
        platform=platform,
        platform_confidence=round(confidence, 2),
        sightings=tuple(ordered),
        backwards=backwards,
        summary=whole,
        lines=sum(summary.lines for summary in wholes.values()),
        bytes=sum(summary.bytes for summary in wholes.values()),
        understood=sum(count for (name, _), count in claims.items() if name != "plain"),
        first_at=min(firsts + lasts, default=None),
        last_at=max(firsts + lasts, default=None),
        mended=tuple(sorted({remark for summary in wholes.values() for remark in summary.remarks})),
    )


def choose_platform(claims: Counter[tuple[str, str]], sightings: Sequence[Sighting]) -> tuple[str, float]:
    """Choose the platform of a stream by counting claims over all its lines.

    Returns:
        Its name and the share of the weight that speaks for it; `plain` when nothing speaks for any.
    """
    # A shape that others write as well is this platform's where its own words stand in the same log.
    certain = {one.platform for one in sightings if one.claim == Claim.HEADED}
    scores: defaultdict[str, float] = defaultdict(float)
    for (platform, claim), count in claims.items():
        if platform != "plain":
            sure = claim == Claim.WEAK and platform in certain
            scores[platform] += PLATFORM_WEIGHTS[Claim.HEADED if sure else claim] * count
    for one in sightings:
        if one.platform != "plain" and one.claim != Claim.WEAK:
            scores[one.platform] += PLATFORM_WEIGHTS[one.claim]
    marks = {(str(one.values["platform"]), one.pattern) for one in sightings if one.statement == "platform-seen"}
    for platform, _ in marks:
        scores[platform] += MARK_WEIGHT
    if not scores and any(one.values.get("bound_port") == RENDER_PORT for one in sightings):
        scores["render"] += PLATFORM_WEIGHTS[Claim.WEAK]
    if not scores:
        return "plain", 1.0
    best = max(sorted(scores), key=lambda name: scores[name])
    share = scores[best] / sum(scores.values())
    return best, share if scores[best] >= PLATFORM_WEIGHTS[Claim.BARE] else share * 0.5


def _without_copies(sightings: list[Sighting]) -> list[Sighting]:
    """Drop what was pasted twice: the same line with the same time to the fraction of a second."""
    seen: set[tuple[str, str]] = set()
    kept: list[Sighting] = []
    for one in sightings:
        if one.at is not None and one.at.microsecond:
            if (one.pattern, one.text) in seen:
                continue
            seen.add((one.pattern, one.text))
        kept.append(one)
    return kept


def _settle(sightings: list[Sighting], platform: str, mixed: Sequence[str] = ()) -> list[Sighting]:
    """Give every sighting the stream's platform and a process; drop what another platform cannot have said here."""
    main = _main_process(sightings, platform)
    settled: list[Sighting] = []
    for one in sightings:
        if one.source != "app" and one.platform not in (platform, "plain", *mixed):
            continue  # a line in the shape of another platform, in a log that is not of it: text of the app
        process = one.process
        if platform == "render" and one.source not in ("build", "router"):
            process = "web"  # platform lines of Render carry no instance, so its runs cannot be told apart by it
        elif process is None and (
            one.source in ("app", "platform", "health") or one.statement in ("crashed", "stop-requested")
        ):
            kind = str(one.values.get("process_type", ""))
            process = main if not kind or kind == process_type(main) else f"{kind}.0"
        settled.append(replace(one, process=process) if process != one.process else one)
    return settled


def _main_process(sightings: Sequence[Sighting], platform: str) -> str:
    """Give the process that lines without one belong to: the first web process seen, else the first at all."""
    names = [one.process for one in sightings if one.process]
    for name in names:
        if is_web(name):
            return name
    lasting = [name for name in names if process_type(name) not in ONE_OFF]
    if lasting:
        return lasting[0]
    return {"heroku": "web.1", "cloudfoundry": "web.0"}.get(platform, "web")


def order_by_time(sightings: list[Sighting]) -> tuple[list[Sighting], bool]:
    """Sort stably by time; give the sorted list and whether the log ran backwards."""
    dated = sum(1 for one in sightings if one.at and one.at.year != UNDATED_YEAR)
    timed = [one.at if one.at and (not dated or one.at.year != UNDATED_YEAR) else None for one in sightings]
    known = [at for at in timed if at]
    steps = [later - earlier for earlier, later in itertools.pairwise(known)]
    falling = sum(1 for step in steps if step < timedelta(0))
    rising = sum(1 for step in steps if step > timedelta(0))
    backwards = falling > 2 * rising and falling >= 2
    paired = list(zip(timed, sightings, strict=True))
    if backwards:
        paired.reverse()
    moments: list[datetime | None] = []
    current: datetime | None = next((at for at, _ in paired if at), None)
    for at, _ in paired:
        current = at or current
        moments.append(current)
    if current is None:
        return [one for _, one in paired], backwards
    order = sorted(range(len(paired)), key=lambda position: moments[position] or current)
    return [paired[position][1] for position in order], backwards


def process_type(process: str) -> str:
    """Give the type of a process: `web.1` and `web-848cd4f64d-pvpr2` are both `web`."""
    return re.sub(r"(?:\.[\w-]+|-[0-9a-z]+-[0-9a-z]{5})$", "", process).lower() or process


def is_web(process: str | None) -> bool:
    """Say whether a process takes traffic, by its type."""
    return process is not None and process_type(process) == "web"


def is_one_off(process: str | None) -> bool:
    """Say whether a process is meant to end: one-off, scheduled and release processes, tasks and builds."""
    return process is not None and process_type(process) in ONE_OFF
