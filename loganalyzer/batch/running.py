"""Running the tasks in worker processes of this machine; see `steps` for what they are cut into."""

from __future__ import annotations

import gc
import signal
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from loganalyzer.batch.progress import Meter
from loganalyzer.batch.records import Options, Outcome
from loganalyzer.batch.steps import Result, Step, Steps, Task, died, units_of
from loganalyzer.batch.summarizing import Worker
from loganalyzer.library import Library

__all__ = ["run_tasks"]

AHEAD = 4
"""Steps that wait for each process, so that none is idle."""

_worker: Worker | None = None


def run_tasks(
    tasks: Sequence[Task], options: Options, library: Library, known: Mapping[str, str], jobs: int, meter: Meter
) -> Iterator[Outcome]:
    """Run tasks on this machine.

    Args:
        tasks: from `bundle_logs`.
        options: of the batch.
        library: loaded once, here.
        known: name of a log → key of the rows that an earlier run left.
        jobs: worker processes; 1 runs everything in this one.
        meter: told of each piece or range of a log that is not finished yet.

    Yields:
        The outcomes, as they come.
    """
    most = sum(max(1, len(units_of(task))) for task in tasks)
    if min(jobs, most) > 1:
        yield from _run_in_processes(tasks, options, library, known, min(jobs, most), meter)
        return
    worker = Worker(options, library, meter.add)
    for task in tasks:
        yield from worker.run(task, known)


def _run_in_processes(
    tasks: Sequence[Task], options: Options, library: Library, known: Mapping[str, str], jobs: int, meter: Meter
) -> Iterator[Outcome]:
    """Run tasks in worker processes; a task whose process dies twice is a failure, and the others go on."""
    left = deque(tasks)
    while left:
        steps = Steps(left, known)
        running: dict[Future[Result], Step] = {}
        suspects: list[Task] = []
        with _pool(options, library, jobs) as pool:
            try:
                while running or steps.is_more:
                    while len(running) < jobs * AHEAD and (step := steps.take()) is not None:
                        running[pool.submit(_do, step)] = step
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        step = running.pop(future)
                        if step.place is not None:
                            meter.add(units_of(step.task)[step.place])
                        yield from steps.finish(step, future.result())
            except BrokenProcessPool:
                suspects = steps.under_way()
            except KeyboardInterrupt:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        for task in suspects:
            yield from _run_alone(task, options, library, known)


def _run_alone(task: Task, options: Options, library: Library, known: Mapping[str, str]) -> list[Outcome]:
    """Run a task that was under way when a process died, in a process of its own."""
    step = Step(task, {log.name: known[log.name] for log in task if log.name in known})
    with _pool(options, library, 1) as pool:
        try:
            outcomes = pool.submit(_do, step).result()
        except BrokenProcessPool:
            return [died(log) for log in task]
    assert isinstance(outcomes, list), "of a whole task"
    return outcomes


def _pool(options: Options, library: Library, jobs: int) -> ProcessPoolExecutor:
    """Start worker processes that share nothing with this one, so that they are the same on every system."""
    return ProcessPoolExecutor(jobs, get_context("spawn"), _start, (options, library))


def _start(options: Options, library: Library) -> None:
    """Compile the library once in a worker process; Ctrl-C is the first process's to handle."""
    global _worker  # noqa: PLW0603 (the only way for an initializer to leave something behind)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker = Worker(options, library)
    gc.freeze()  # what stays for good needs no looking through


def _do(step: Step) -> Result:
    """Do a step in a worker process."""
    assert _worker is not None, "made by _start"
    return step.do(_worker)
