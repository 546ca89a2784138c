"""Worker processes: inputs are cut into tasks, and the summaries of the tasks are merged in the order of the lines.

A large plain file is cut into ranges, small files are put together into one task, and what can only be read from its
beginning (standard input, a large compressed file) is read here and handed out in blocks. A summary is a monoid, so
that the report is the same for any number of workers.
"""

from __future__ import annotations

import gc
import os
import signal
import stat
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

from loganalyzer.errors import InputError, WorkerError
from loganalyzer.library import Library
from loganalyzer.reading import Block, Source, read_blocks
from loganalyzer.reading.ranges import cut_file, read_range
from loganalyzer.summarizing import LEAST_OF_MANY, Settings, Summarizer
from loganalyzer.summary import Summary

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

__all__ = ["LEAST_BYTES", "Outcome", "Tasked", "Workers", "count_jobs", "result_of", "size_of"]

LEAST_BYTES = 32 << 20
"""Bytes of input from which it pays to start workers."""

MOST_BY_DEFAULT = 4
"""More workers are started only where the user asks for them, because each takes memory."""

RANGE_BYTES = 32 << 20
"""About how long a range of a file is, that makes one task, unless the workers would have too few."""

LEAST_RANGES = 4
"""Ranges for each worker in one large file, so that all of them end at about the same time."""

BATCH_BYTES = 8 << 20
"""Bytes of small files that make one task."""

STREAMED_BYTES = 16 << 20
"""Bytes from which a file that cannot be cut is read here, and its blocks are handed out."""

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
KEPT_BYTES = 32 << 20
"""What mallopt(3) is told: sizes up to which memory is kept for the next block."""

Outcome = Summary | InputError
"""What comes of an input, or of a part of it."""


class Failure(NamedTuple):
    """An InputError, as it comes from a worker."""

    name: str
    reason: str


Tasked = list[Summary | Failure]

# What a worker process has: set once when it starts, and used for all of its tasks.
_summarizers: list[Summarizer] = []


def count_jobs(settings: Settings) -> int:
    """Give how many workers may run: what the user asked for, or as many as there are usable processors."""
    if settings.jobs is not None:
        return max(1, settings.jobs)
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MOST_BY_DEFAULT)


def size_of(source: Source) -> int | None:
    """Give the size of an input; None when only reading tells, 0 when it cannot be read."""
    try:
        status = os.fstat(sys.stdin.fileno()) if source.path is None else source.path.stat()
    except (OSError, ValueError, AttributeError):
        return None if source.path is None else 0
    return status.st_size if stat.S_ISREG(status.st_mode) else None


class Workers:
    """Worker processes; they are started with the first task."""

    def __init__(self, summarizer: Summarizer, jobs: int) -> None:
        """Start nothing yet."""
        self._summarizer = summarizer
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        """Give the workers."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End the workers; tasks that were not begun are dropped."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def most_waiting(self) -> int:
        """How many tasks may be under way, so that no worker waits and little is held in memory."""
        return self._jobs + 1

    def summarize(self, sources: Sequence[Source]) -> Iterator[tuple[int, Outcome]]:
        """Summarize inputs.

        Yields:
            Place of an input in *sources* and what comes of a part of it, in the order of the inputs and their lines.
        """
        waiting: deque[tuple[list[int], Future[Tasked]]] = deque()
        for places, task in self._cut(sources):
            waiting.append((places, task))
            while len(waiting) > self.most_waiting:
                yield from _outcomes(*waiting.popleft())
        while waiting:
            yield from _outcomes(*waiting.popleft())

    def submit_block(self, block: Block, name: str) -> Future[Tasked]:
        """Hand out a block. Raises WorkerError."""
        return self._submit(_summarize_block, block, name)

    def _cut(self, sources: Sequence[Source]) -> Iterator[tuple[list[int], Future[Tasked]]]:
        """Cut the inputs into tasks and hand them out; give the places of a task's inputs and what will come of it."""
        batch: list[int] = []
        batch_bytes = 0
        for place, source in enumerate(sources):
            size = size_of(source)
            if size is not None and source.path is not None and size < STREAMED_BYTES:
                batch.append(place)
                batch_bytes += size
                if batch_bytes < BATCH_BYTES:
                    continue
            if batch:
                yield batch, self._submit(_summarize_files, [sources[one] for one in batch])
                batch, batch_bytes = [], 0
            if size is None or source.path is None or size >= STREAMED_BYTES:
                for task in self._cut_large(source, size):
                    yield [place], task
        if batch:
            yield batch, self._submit(_summarize_files, [sources[one] for one in batch])

    def _cut_large(self, source: Source, size: int | None) -> Iterator[Future[Tasked]]:
        """Hand out one large input, in ranges or in blocks."""
        from concurrent.futures import Future  # noqa: PLC0415 (start-up time)

        ranges: list[tuple[int, int]] = []
        if source.path is not None and size:
            ranges = cut_file(source.path, max(LEAST_RANGES * self._jobs, size // RANGE_BYTES))
        for start, end in ranges:
            yield self._submit(_summarize_range, source, start, end)
        if not ranges:
            try:
                for block in read_blocks(source, block_bytes=self._summarizer.settings.block_bytes):
                    yield self.submit_block(block, source.name)
            except InputError as problem:
                failed: Future[Tasked] = Future()
                failed.set_result([Failure(problem.name, problem.reason)])
                yield failed

    def _submit(self, task: Callable[..., Tasked], *arguments: object) -> Future[Tasked]:
        """Hand out a task."""
        from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415 (start-up time)

        try:
            return self._started().submit(task, *arguments)
        except BrokenProcessPool:
            raise WorkerError from None

    def _started(self) -> ProcessPoolExecutor:
        """Give the worker processes, started when there are none yet."""
        import multiprocessing  # noqa: PLC0415 (start-up time)
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

        if self._pool is None:
            summarizer = self._summarizer
            # A forked worker has the library already; others load it.
            is_forked = sys.platform == "linux"
            self._pool = ProcessPoolExecutor(
                self._jobs,
                multiprocessing.get_context("fork" if is_forked else "spawn"),
                _start_worker,
                (summarizer if is_forked else None, summarizer.settings, None if is_forked else summarizer.library),
            )
        return self._pool


def result_of(task: Future[Tasked]) -> Tasked:
    """Wait for a task. Raises WorkerError."""
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415 (start-up time)

    try:
        return task.result()
    except BrokenProcessPool:
        raise WorkerError from None


def _outcomes(places: Sequence[int], task: Future[Tasked]) -> Iterator[tuple[int, Outcome]]:
    """Wait for a task, and give what came of its inputs."""
    for place, outcome in zip(places, result_of(task), strict=True):
        yield place, InputError(*outcome) if isinstance(outcome, Failure) else outcome


def _start_worker(summarizer: Summarizer | None, settings: Settings, library: Library | None) -> None:
    """Make ready a worker; Ctrl-C is for the process that merges."""
    # Nothing here refers to itself, and looking for that among so many small objects takes a tenth of the time.
    gc.disable()
    _keep_memory()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    summarizer = summarizer or Summarizer(settings, library)
    summarizer.least_for_columns = LEAST_OF_MANY
    _summarizers.append(summarizer)


def _keep_memory() -> None:
    """Have glibc keep what is freed: the memory of each block would be given back, and mapped anew for the next one."""
    import ctypes  # noqa: PLC0415 (start-up time)

    try:
        set_option = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):  # another C library, or Windows
        return
    set_option(M_MMAP_THRESHOLD, KEPT_BYTES)
    set_option(M_TRIM_THRESHOLD, KEPT_BYTES)


def _summarize_range(source: Source, start: int, end: int) -> Tasked:
    """Summarize a range of a file."""
    assert source.path is not None
    block_bytes = _summarizers[-1].settings.block_bytes
    return [_summarize(source.name, read_range(source.path, start, end, block_bytes=block_bytes))]


def _summarize_files(sources: Sequence[Source]) -> Tasked:
    """Summarize whole files."""
    block_bytes = _summarizers[-1].settings.block_bytes
    return [_summarize(source.name, read_blocks(source, block_bytes=block_bytes)) for source in sources]


def _summarize_block(block: Block, name: str) -> Tasked:
    """Summarize a block."""
    return [_summarize(name, iter((block,)))]


def _summarize(name: str, blocks: Iterator[Block]) -> Summary | Failure:
    """Summarize blocks that follow one another."""
    total = Summary()
    try:
        _summarizers[-1].add_all(total, blocks, name)
    except InputError as problem:
        return Failure(name, problem.reason)
    return total
