"""Remarks about the input: what is missing, odd or was mended."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from loganalyzer.diagnosis.case import Case
from loganalyzer.diagnosis.facts import Facts
from loganalyzer.diagnosis.situation import Situation
from loganalyzer.model import UNDATED_YEAR
from loganalyzer.remarks import REMARKS
from loganalyzer.summary import FOLDED

__all__ = ["make_notes", "make_remarks"]

LIMITS = {"heroku": (1500, 100), "cloudfoundry": (1000,)}
"""How many lines the platforms give at most; a pasted log holds a line more or less."""

LIMIT_NAMES = {"heroku": "Heroku", "cloudfoundry": "Cloud Foundry"}
NEAR_LIMIT = 2
LONG_LIMIT = 1000
"""A shorter limit counts to the line, because many whole logs are about that long."""

GAP = timedelta(hours=1)
"""A process that starts writes something more often than this."""

JUMP = timedelta(minutes=30)
"""Lines come late, but not that late: the clock or its zone has changed."""

UNREADABLE = frozenset({"cut-lines", "truncated-archive", "corrupt-archive", "read-error"})


def make_remarks(situation: Situation) -> tuple[tuple[str, ...], bool]:
    """Say what is odd about the log, and whether it is complete as far as can be told."""
    case = situation.case
    if not case.lines:
        return ("empty input",), False
    missing = [*_head_remarks(situation), *_loss_remarks(case), *_time_remarks(situation)]
    remarks = [text for text, _ in missing]
    if case.backwards:
        remarks.append("the log ran backwards and was turned round")
    if case.first_at is None:
        remarks.append("no line begins with a time")
    elif case.first_at.year == UNDATED_YEAR:
        remarks.append("times have no date")
    return tuple(remarks), not any(is_loss for _, is_loss in missing)


def _head_remarks(situation: Situation) -> list[tuple[str, bool]]:
    """Say whether the beginning is missing: (remark, whether lines that matter are missing)."""
    case = situation.case
    remarks: list[tuple[str, bool]] = []
    if (
        situation.runs
        and not situation.runs[0].run.started
        and not case.of("build-started", "deploy-started")
        and case.platform != "plain"
    ):
        remarks.append(("starts in the middle of a run", situation.runs[0].failure is not None))
    for limit in LIMITS.get(case.platform, ()):
        if abs(case.lines - limit) <= (NEAR_LIMIT if limit >= LONG_LIMIT else 0):
            name = LIMIT_NAMES[case.platform]
            remarks.append((f"has {case.lines} lines: {name} cuts at {limit}, earlier lines are missing", True))
    return remarks


def _loss_remarks(case: Case) -> list[tuple[str, bool]]:
    """Say which lines were lost on the way."""
    remarks: list[tuple[str, bool]] = []
    if case.of("log-lines-lost"):
        remarks.append(("the platform says that lines were lost", True))
    if case.of("log-seam"):
        remarks.append(("the stream was cut and went on", True))
    if UNREADABLE & set(case.mended):
        remarks.append(("part of the input could not be read", True))
    if FOLDED in case.mended:
        remarks.append((REMARKS[FOLDED], True))
    return remarks


def _time_remarks(situation: Situation) -> list[tuple[str, bool]]:
    """Say where the clock jumps, and where a start is interrupted by a gap."""
    remarks: list[tuple[str, bool]] = []
    jump = _find_jump(situation.case)
    if jump is not None:
        number, span = jump
        remarks.append((f"the clock jumps back {_words(span)} at line {number}", True))
    gap = next((gap for facts in situation.failing if (gap := _find_gap(facts)) is not None), None)
    if gap is not None:
        remarks.append((f"no line for {_words(gap[1])} behind {gap[0]:%H:%M:%S}, while the app starts", True))
    return remarks


def _find_jump(case: Case) -> tuple[int, timedelta] | None:
    """Find the first line whose time is much earlier than that of the line before it, in a log that runs forwards."""
    if case.backwards:
        return None
    lines = sorted((one.input, one.number, one.at) for one in case.sightings if one.at and one.at.year != UNDATED_YEAR)
    for (name, _, before), (other, number, at) in pairwise(lines):
        if name == other and before - at >= JUMP:
            return number, before - at
    return None


def _find_gap(facts: Facts) -> tuple[datetime, timedelta] | None:
    """Find a long silence between the start of a run and its failure to come up."""
    if facts.was_up or facts.failure is None or not facts.run.started:
        return None
    times: list[datetime] = []
    for one in facts.run.sightings:
        if one.at is not None:
            times.append(one.at)
        if one is facts.failure.sighting:
            break
    for before, at in pairwise(times):
        if at - before >= GAP:
            return before, at - before
    return None


def _words(span: timedelta) -> str:
    """Write a time in words."""
    minutes = round(span.total_seconds() / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"


def make_notes(case: Case) -> tuple[str, ...]:
    """Say how the input was understood, for people who ask."""
    notes = [
        f"platform {case.platform}, confidence {case.platform_confidence:.2f}",
        f"{case.understood} of {case.lines} lines understood as the platform's",
    ]
    notes += [REMARKS.get(name, name) for name in case.mended]
    return tuple(notes)
