"""Resource causes: memory and disk."""

from __future__ import annotations

from loganalyzer.diagnosis.cause import Cause, Judgement, against, holds
from loganalyzer.diagnosis.facts import Facts
from loganalyzer.diagnosis.situation import Situation
from loganalyzer.summary import Sighting

__all__ = ["CAUSES"]

KILLED = 137
WHOLE = 100.0
"""The quota, in per cent."""

KILLERS = (
    "worker-timeout",
    "killed",
    "stopping",
    "boot-timeout",
    "app-stopping",
    "probe-never-passed",
    "became-unhealthy",
)
"""What ends a process by force for a reason of its own."""

MEMORY_DOCS = {
    "heroku": "https://devcenter.heroku.com/articles/error-codes#r14-memory-quota-exceeded",
    "render": "https://render.com/docs/troubleshooting-deploys#out-of-memory-errors",
    "cloudfoundry": "https://docs.cloudfoundry.org/devguide/deploy-apps/manifest-attributes.html#memory",
}
DISK_DOCS = {
    "heroku": "https://devcenter.heroku.com/articles/slug-compiler#slug-size",
    "render": "https://render.com/docs/disks",
    "cloudfoundry": "https://docs.cloudfoundry.org/devguide/deploy-apps/manifest-attributes.html#disk-quota",
}


def judge_memory(facts: Facts) -> Judgement | None:
    """The process needs more memory than it has."""
    killed = facts.run.first("memory-kill")
    if killed is not None:
        return holds(
            0.96,
            [killed, facts.run.first("out-of-memory"), facts.run.first("memory-over-quota")],
            "The process was ended because it used more memory than it may",
            [facts.exit],
        )
    ran_out = facts.run.first("out-of-memory")
    if ran_out is not None:
        healthy = facts.failure is None and facts.up is not None
        said = facts.run.of("out-of-memory")
        clearest = max(said, key=lambda one: len(str(one.values.get("error_text", ""))))
        return holds(
            0.8 if healthy else 0.92,
            [clearest, ran_out, said[-1], facts.run.first("memory-over-quota")],
            "The app ran out of memory",
            [facts.exit],
        )
    over = facts.run.first("memory-over-quota") or _measured_over(facts)
    if over is not None:
        earlier = facts.failure is None or facts.run.sightings.index(over) < _place(facts)
        return holds(
            0.88 if earlier else 0.5,
            over,
            "The process uses more memory than its quota",
            [facts.failure.sighting if facts.failure else None],
        )
    shot = facts.run.first("process-killed")
    if shot is not None:
        before = facts.run.sightings[: facts.run.sightings.index(shot)]
        if not any(one.statement in KILLERS for one in before):
            return holds(0.72, shot, "A process was killed from outside, most likely for its memory", [facts.exit])
    if facts.exit is not None and facts.exit_status == KILLED and facts.timeout is None and not facts.is_one_off:
        if facts.run.has("exit-timeout"):
            return against("the platform killed the process because it did not end when told to")
        if facts.platform == "render":
            return holds(0.62, facts.exit, "The process was killed (status 137), most likely for its memory")
        return holds(0.3, facts.exit, "The process was killed (status 137)", doubt="no line speaks of memory")
    return None


def _measured_over(facts: Facts) -> Sighting | None:
    """Give a measure above the quota; Heroku prints one only beside the code for it, which a copy may lack."""
    if facts.platform != "heroku":
        return None
    measured = facts.run.of("memory-measured")
    return next((one for one in measured if float(one.values.get("memory_share", 0) or 0) > WHOLE), None)


def _place(facts: Facts) -> int:
    """Give the position of the failure in the run."""
    if facts.failure is None or facts.failure.sighting not in facts.run.sightings:
        return len(facts.run.sightings)
    return facts.run.sightings.index(facts.failure.sighting)


def judge_memory_case(situation: Situation) -> Judgement | None:
    """Memory trouble of lines that belong to no run (events, builds)."""
    owned = {id(one) for facts in situation.runs for one in facts.run.sightings}
    loose = [one for one in situation.case.of("memory-kill", "out-of-memory") if id(one) not in owned]
    return holds(0.85, loose[0], "Memory ran out") if loose else None


def judge_disk(facts: Facts) -> Judgement | None:
    """The disk or its quota is full."""
    full = facts.run.first("disk-full")
    if full is None:
        return None
    return holds(
        0.9 if facts.failure is not None else 0.75, full, "", [facts.failure.sighting if facts.failure else None]
    )


def judge_disk_case(situation: Situation) -> Judgement | None:
    """Disk trouble of lines that belong to no run."""
    full = situation.case.of("disk-full")
    return holds(0.8, full[0]) if full else None


CAUSES = (
    Cause(
        "memory-exceeded",
        "The process needs more memory than it has",
        (
            "The process uses more memory than its plan gives. It is slowed down by swapping or ended by the "
            "platform, and requests fail meanwhile."
        ),
        judge_run=judge_memory,
        judge_case=judge_memory_case,
        urls=MEMORY_DOCS,
    ),
    Cause(
        "disk-exceeded",
        "The disk quota is used up",
        "The container has less disk space than the app or its image needs.",
        judge_run=judge_disk,
        judge_case=judge_disk_case,
        urls=DISK_DOCS,
    ),
)
