"""Running the tasks: in this process, in worker processes, or on a cluster; the outcomes are the same."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from loganalyzer.batch.columns import failure_row
from loganalyzer.batch.records import Failure, Log, Options, Outcome
from loganalyzer.batch.summarizing import Worker
from loganalyzer.library import Library

__all__ = ["Task", "died", "run_in_processes", "run_tasks"]

Task = tuple[Log, ...]

AHEAD = 4
"""Tasks that wait for each process, so that none is idle."""

_worker: Worker | None = None


def run_tasks(
    tasks: Sequence[Task], options: Options, library: Library, known: Mapping[str, str], jobs: int
) -> Iterator[Outcome]:
    """Run tasks on this machine.

    Args:
        tasks: from `bundle_logs`.
        options: of the batch.
        library: loaded once, here.
        known: name of a log → key of the rows that an earlier run left.
        jobs: worker processes; 1 runs everything in this one.

    Yields:
        The outcomes, as they come.
    """
    if jobs > 1 and len(tasks) > 1:
        yield from run_in_processes(tasks, options, library, known, min(jobs, len(tasks)))
        return
    worker = Worker(options, library)
    for task in tasks:
        yield from worker.run(task, known)


def run_in_processes(
    tasks: Sequence[Task], options: Options, library: Library, known: Mapping[str, str], jobs: int
) -> Iterator[Outcome]:
    """Run tasks in worker processes; a task whose process dies twice is a failure, and the others go on."""
    left = deque(tasks)
    while left:
        running: dict[Future[list[Outcome]], Task] = {}
        suspects: list[Task] = []
        with _pool(options, library, jobs) as pool:
            try:
                while left or running:
                    while left and len(running) < jobs * AHEAD:
                        running[_submit(pool, left[0], known)] = left[0]
                        left.popleft()
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield from future.result()
                        del running[future]
            except BrokenProcessPool:
                suspects = list(running.values())
            except KeyboardInterrupt:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        for task in suspects:
            yield from _run_alone(task, options, library, known)


def _run_alone(task: Task, options: Options, library: Library, known: Mapping[str, str]) -> list[Outcome]:
    """Run a task that was under way when a process died, in a process of its own."""
    with _pool(options, library, 1) as pool:
        try:
            return _submit(pool, task, known).result()
        except BrokenProcessPool:
            return [died(log) for log in task]


def died(log: Log) -> Outcome:
    """Give the outcome of a log whose worker died."""
    return Outcome(
        log.name, "", (failure_row(Failure(log.name, "the process that read it died, perhaps for want of memory")),)
    )


def _pool(options: Options, library: Library, jobs: int) -> ProcessPoolExecutor:
    """Start worker processes that share nothing with this one, so that they are the same on every system."""
    return ProcessPoolExecutor(jobs, get_context("spawn"), _start, (options, library))


def _submit(pool: ProcessPoolExecutor, task: Task, known: Mapping[str, str]) -> Future[list[Outcome]]:
    """Hand a task to the pool, with the keys that it needs."""
    return pool.submit(_run, task, {log.name: known[log.name] for log in task if log.name in known})


def _start(options: Options, library: Library) -> None:
    """Compile the library once in a worker process; Ctrl-C is the first process's to handle."""
    global _worker  # noqa: PLW0603 (the only way for an initializer to leave something behind)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker = Worker(options, library)


def _run(task: Task, known: Mapping[str, str]) -> list[Outcome]:
    """Run a task in a worker process."""
    assert _worker is not None, "made by _start"
    return _worker.run(task, known)
