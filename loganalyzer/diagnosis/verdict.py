"""Verdict: every cause judges every run and the whole log; one finding explains the trouble first."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from loganalyzer.diagnosis.cause import Cause, Judgement
from loganalyzer.diagnosis.causes import CAUSES
from loganalyzer.diagnosis.facts import Facts
from loganalyzer.diagnosis.runs import seconds_between
from loganalyzer.diagnosis.situation import CHANGES, Situation

__all__ = ["LEAST", "Ranked", "find_incidents", "judge"]

LEAST = 0.4
"""A cause that holds with less confidence is named as an alternative, not as the verdict."""

SURE = 0.8
CLEAR = 0.6
CHANGE_S = 240.0

TIERS = {"platform-limit": 0, "build-failed": 1, "release-failed": 1, "platform-fault": 6}
WORDLESS = ("exited-early", "crash-exception")
"""Causes that an exit line alone can bear."""

RUN_TIER, TRAFFIC_TIER, SIDE_TIER = 2, 4, 5
RESOURCE_TIER = 1


@dataclass
class Ranked:
    """A finding in the making.

    Attributes:
        cause: the best cause.
        judgement: what it said.
        others: the other causes that said something, the closest first.
        facts: of the run, None for a finding of the whole log.
        current: whether it still holds at the end of the log.
        tier: smaller explains first.
        place: position of its first primary line.
        recurrences: how many runs failed alike.
    """

    cause: Cause
    judgement: Judgement
    others: list[tuple[Cause, Judgement]] = field(default_factory=list)
    facts: Facts | None = None
    current: bool = True
    tier: int = TRAFFIC_TIER
    place: int = 0
    recurrences: int = 1


def find_incidents(situation: Situation) -> list[Ranked]:
    """Judge every run and the whole log.

    Returns:
        What was found, the one that explains the trouble first in front.
    """
    by_run, by_case = _judge_runs(situation), _judge_case(situation)
    _retire_runs(situation, by_run, by_case)
    found = [*by_run, *by_case]
    found = _merge_alike(found)
    return sorted(
        found,
        key=lambda one: (
            not one.current,
            one.judgement.confidence < LEAST,
            one.tier,
            -one.judgement.confidence,
            one.place,
        ),
    )


def _judge_runs(situation: Situation) -> list[Ranked]:
    """Judge each run; runs that fail alike stay apart until they are merged."""
    found: list[Ranked] = []
    for facts in situation.runs:
        ranked = judge(facts)
        if ranked is None:
            continue
        ranked.current = not _is_mended(situation, facts)
        ranked.tier = RUN_TIER if facts in situation.web_runs else SIDE_TIER
        if facts.failure is None and ranked.judgement.confidence < SURE and not _is_retry(situation, facts):
            ranked.tier = TRAFFIC_TIER  # nothing ended, so what the router says weighs as much
        if facts.is_one_off and ranked.cause.id in ("memory-exceeded", "disk-exceeded"):
            ranked.tier = RESOURCE_TIER
        ranked.place = situation.position(ranked.judgement.primary[0])
        if (
            facts.is_one_off
            and facts.run.process.startswith("release")
            and ranked.cause.id not in ("memory-exceeded", "disk-exceeded")
        ):
            continue  # the release command's own cause covers it
        if facts.is_one_off and facts.failure is None and (situation.web_runs or _are_frames(ranked.judgement)):
            continue  # where the log tells of nothing else, its errors are all there is
        found.append(ranked)
    found = _without_explained(situation, found)
    _retire_older(situation, found)
    return found


def _without_explained(situation: Situation, found: Sequence[Ranked]) -> list[Ranked]:
    """Leave out a failure without a word of the app where another try of the same thing shows the reason.

    It is the platform's next try, or lines that were pasted before the start that they belong to.
    """
    kept = list(found)
    for earlier, later in pairwise(found):
        if earlier.facts is None or later.facts is None or earlier.facts.run.process != later.facts.run.process:
            continue
        if _is_wordless(earlier) and _is_open(later) and _is_retry(situation, later.facts):
            mute, telling = earlier, later
        elif _is_open(earlier) and _is_wordless(later) and not earlier.facts.run.started:
            mute, telling = later, earlier
        else:
            continue
        if mute in kept:
            kept.remove(mute)
            telling.recurrences += mute.recurrences
            telling.tier = min(telling.tier, mute.tier)
    return kept


def _is_wordless(one: Ranked) -> bool:
    """Say whether a failure rests on an exit line, or on frames of a stack whose error is cut off."""
    if one.cause.id not in WORDLESS or one.facts is None:
        return False
    return all(error.statement == "traceback" for error in one.facts.errors)


def _is_open(one: Ranked) -> bool:
    """Say whether a run shows an error of the app and not its end."""
    return one.facts is not None and one.facts.failure is None and bool(one.facts.errors)


def _is_retry(situation: Situation, facts: Facts) -> bool:
    """Say whether a run is the platform's next try of a process that has just failed to start."""
    earlier = [one for one in situation.runs if one.run.process == facts.run.process]
    place = earlier.index(facts)
    return place > 0 and earlier[place - 1].failure is not None and not earlier[place - 1].was_settled


def _retire_older(situation: Situation, found: Sequence[Ranked]) -> None:
    """Call a failure over when a later run of the same kind of process failed for another reason.

    Something was changed between them, so the older reason is mended; the restart of an unchanged app fails alike.
    """
    for older in found:
        for later in found:
            if older.facts is None or not older.current:
                break
            if later.facts is None:
                continue
            if later.cause is older.cause or later.facts.is_web != older.facts.is_web:
                continue
            if situation.order[id(later.facts)] <= situation.order[id(older.facts)]:
                continue
            clear = later.judgement.confidence >= (
                LEAST if _was_released(situation, older.facts, later.facts) else CLEAR
            )
            if clear and _was_changed(situation, older.facts, later.facts):
                older.current = False


def _retire_runs(situation: Situation, by_run: Sequence[Ranked], by_case: Sequence[Ranked]) -> None:
    """Call a failed run over when the app was changed behind it and something else keeps the traffic away now."""
    changes = [situation.position(one) for one in situation.case.of(*CHANGES, "process-starting", "container-created")]
    for older in by_run:
        if older.facts is None or not older.facts.run.sightings:
            continue
        end = situation.position(older.facts.run.sightings[-1])
        for later in by_case:
            if later.judgement.confidence >= SURE and any(end < change < later.place for change in changes):
                older.current = False


def _was_released(situation: Situation, older: Facts, later: Facts) -> bool:
    """Say whether a release or a change of the configuration stands between two runs."""
    if not older.run.sightings or not later.run.sightings:
        return False
    end = older.failure.sighting if older.failure is not None else older.run.sightings[-1]
    place = bisect_left(situation.changes, situation.position(end))
    return place < len(situation.changes) and situation.changes[place] <= situation.position(later.run.sightings[0])


def _was_changed(situation: Situation, older: Facts, later: Facts) -> bool:
    """Say whether the app was changed between two runs: a release, another command, or time to do it."""
    if not older.run.sightings or not later.run.sightings:
        return False
    if older.command and later.command and older.run.process == later.run.process:
        plain = [re.sub(r"\d+", "", command) for command in (older.command, later.command)]
        if plain[0] != plain[1]:
            return True
    if _was_released(situation, older, later):
        return True
    first, last = older.run.sightings[-1], later.run.sightings[0]
    waited = seconds_between(first, last)
    return waited is not None and waited >= CHANGE_S


def judge(facts: Facts) -> Ranked | None:
    """Let every cause judge one run; give the best that holds, or None."""
    said = [
        (cause, judgement) for cause in CAUSES if cause.judge_run and (judgement := cause.judge_run(facts)) is not None
    ]
    return _best(said, facts)


def _best(said: list[tuple[Cause, Judgement]], facts: Facts | None) -> Ranked | None:
    """Choose the best of what the causes said; of equal ones the earlier in the catalogue."""
    holding = [(cause, judgement) for cause, judgement in said if judgement.confidence > 0]
    if not holding:
        return None
    best = max(holding, key=lambda pair: pair[1].confidence)
    others = sorted((pair for pair in said if pair is not best), key=lambda pair: -pair[1].confidence)
    return Ranked(best[0], best[1], others, facts)


def _is_mended(situation: Situation, facts: Facts) -> bool:
    """Say whether a later run of the same kind of process went well."""
    index = situation.order[id(facts)]
    for later in reversed(situation.runs[index + 1 :]):
        if later.is_web != facts.is_web or (not facts.is_web and later.run.process != facts.run.process):
            continue
        if later.failure is not None or later.ends_in_error:
            return False
        if later.up is not None or later.run.has("became-up", "request-served"):
            return True
    return False


def _judge_case(situation: Situation) -> list[Ranked]:
    """Let the causes of the whole log judge; the router's findings compete, the others stand for themselves."""
    found: list[Ranked] = []
    said = [
        (cause, judgement)
        for cause in CAUSES
        if cause.judge_case and (judgement := cause.judge_case(situation)) is not None
    ]
    for cause, judgement in said:
        if judgement.confidence <= 0:
            continue
        others = sorted((pair for pair in said if pair[0] is not cause), key=lambda pair: -pair[1].confidence)
        facts = _owner(situation, judgement) or situation.main
        place = situation.position(judgement.primary[0])
        found.append(Ranked(cause, judgement, others, facts, True, TIERS.get(cause.id, TRAFFIC_TIER), place))
    return found


def _owner(situation: Situation, judgement: Judgement) -> Facts | None:
    """Give the run to which the lines of a finding belong."""
    for facts in reversed(situation.runs):
        if any(one is own for one in judgement.primary for own in facts.run.sightings):
            return facts
    return None


def _merge_alike(found: Sequence[Ranked]) -> list[Ranked]:
    """Make one finding of runs that failed for the same cause without a good run between."""
    merged: list[Ranked] = []
    for one in found:
        before = next((other for other in merged if other.cause is one.cause and other.current == one.current), None)
        if before is None:
            merged.append(one)
            continue
        if one.facts is None or one.facts is not before.facts:  # a run and the traffic it lost are one failure
            before.recurrences += one.recurrences
        if one.judgement.confidence > before.judgement.confidence:
            before.judgement, before.facts, before.others = one.judgement, one.facts, one.others
            before.tier = min(before.tier, one.tier)
    return merged


def _are_frames(judgement: Judgement) -> bool:
    """Say whether a judgement rests on the frames of a stack alone, which tell no error."""
    return all(one.statement == "traceback" for one in judgement.primary)
