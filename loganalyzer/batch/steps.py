"""Steps: a task is done as a whole, or, where one log is large, in steps that several processes do side by side.

    check whether anything has changed ─► summarize each unit ─► (join the parts as a tree) ─► conclude

A unit is a file, or a range of a large one. Parts are joined here, where the steps are handed out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from loganalyzer.batch.columns import failure_row
from loganalyzer.batch.records import Failure, Log, Outcome, Part, Piece
from loganalyzer.batch.summarizing import Worker, join_parts

__all__ = ["Result", "Step", "Steps", "Task", "died", "units_of"]

Task = tuple[Log, ...]
Result = list[Outcome] | Part | None
"""Outcomes; the part of a unit; None when a log has changed."""

MANY_UNITS = 4
"""Pieces of one log from which they are read side by side."""


def units_of(task: Task) -> tuple[Piece, ...]:
    """Give what of a task is read side by side, in its order; nothing when it is done as a whole.

    Members of a compressed tar archive can only be read in one go.
    """
    pieces = task[0].pieces
    if len(task) > 1 or any(piece.kind == "packed-tar" for piece in pieces):
        return ()
    units = tuple(unit for piece in pieces for unit in piece.units)
    return units if len(units) > len(pieces) or len(units) >= MANY_UNITS else ()


def died(log: Log) -> Outcome:
    """Give the outcome of a log whose worker died."""
    reason = "the process that read it died, perhaps for want of memory"
    return Outcome(log.name, "", (failure_row(Failure(log.name, reason)),))


@dataclass(frozen=True, slots=True)
class Step:
    """What a process does in one go.

    Attributes:
        task: what it belongs to.
        known: keys of its logs from an earlier run.
        place: number of the unit; None when it is about the whole.
        part: of the whole log, to be concluded.
        is_check: whether it only looks for changes.
    """

    task: Task
    known: Mapping[str, str] = field(default_factory=dict)
    place: int | None = None
    part: Part | None = None
    is_check: bool = False

    def do(self, worker: Worker) -> Result:
        """Do it."""
        log = self.task[0]
        if self.place is not None:
            return worker.summarize(units_of(self.task)[self.place])
        if self.part is not None:
            return [worker.conclude(log, self.part)]
        if self.is_check:
            unchanged = worker.check(log, self.known[log.name])
            return [unchanged] if unchanged is not None else None
        return worker.run(self.task, self.known)


class Steps:
    """The steps of many tasks: those that are ready, and those that wait for others."""

    def __init__(self, tasks: deque[Task], known: Mapping[str, str]) -> None:
        """Cut nothing yet.

        Args:
            tasks: are taken from its left when they are begun.
            known: name of a log → key of the rows that an earlier run left.
        """
        self._tasks = tasks
        self._known = known
        self._ready: deque[Step] = deque()
        self._begun: dict[str, Task] = {}
        self._parts: dict[str, dict[int, Part]] = {}

    @property
    def is_more(self) -> bool:
        """Whether a step can be taken now."""
        return bool(self._ready or self._tasks)

    def under_way(self) -> list[Task]:
        """Give the tasks that were begun and are not finished."""
        return list(self._begun.values())

    def take(self) -> Step | None:
        """Give the next step; None when all are taken, or wait for others."""
        if not self._ready and self._tasks:
            task = self._tasks.popleft()
            self._begun[task[0].name] = task
            known = {log.name: self._known[log.name] for log in task if log.name in self._known}
            if units_of(task) and not known:
                self._cut(task)
            else:
                self._ready.append(Step(task, known, is_check=bool(units_of(task))))
        return self._ready.popleft() if self._ready else None

    def finish(self, step: Step, result: Result) -> Iterator[Outcome]:
        """Take in the result of a step; give the outcomes that come of it."""
        name = step.task[0].name
        if isinstance(result, Part):
            assert step.place is not None, "parts come of units"
            parts = self._parts[name]
            parts[step.place] = result
            if len(parts) == len(units_of(step.task)):
                del self._parts[name]
                whole = join_parts([parts[place] for place in range(len(parts))])
                self._ready.appendleft(Step(step.task, part=whole))
        elif result is None:
            self._cut(step.task)
        else:
            del self._begun[name]
            yield from result

    def _cut(self, task: Task) -> None:
        """Make a step for each unit of a task."""
        self._parts[task[0].name] = {}
        self._ready.extend(Step(task, place=place) for place in range(len(units_of(task))))
