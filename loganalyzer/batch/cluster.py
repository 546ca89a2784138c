"""The same tasks on a Dask cluster: pieces are summarized where they can be, and summaries are joined as a tree.

The workers must see the same files under the same paths, or read URLs. Patterns are sent to them; the program's version
must be the same. Nothing of Dask is imported before a cluster is asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from loganalyzer import __version__
from loganalyzer.batch.records import Client, Log, Options, Outcome, Part, Piece
from loganalyzer.batch.steps import Task, died, units_of
from loganalyzer.batch.summarizing import Worker, library_digest
from loganalyzer.errors import InputError, UsageError
from loganalyzer.library import Library

__all__ = ["connect", "run_on_cluster"]

AHEAD = 2000
"""Logs that are handed over at once."""

CONNECT_S = 15.0
RETRIES = 2
Future = Any
_kept = threading.local()


@contextmanager
def connect(address: str, jobs: int) -> Iterator[Any]:
    """Connect to a scheduler.

    Args:
        address: `tcp://host:port`, or `local` to start a cluster of processes on this machine.
        jobs: worker processes of a local cluster.

    Raises:
        UsageError: Dask is not installed.
        InputError: no scheduler answers.
    """
    try:
        from distributed import Client, LocalCluster  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise UsageError("--cluster needs Dask; pip install 'loganalyzer[cluster]'") from error
    if address == "local":
        with (
            LocalCluster(n_workers=jobs, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(address, timeout=CONNECT_S)
    except (OSError, ValueError) as error:
        raise InputError(address, "no scheduler answers there") from error
    with client:
        yield client


def run_on_cluster(
    tasks: Sequence[Task], options: Options, library: Library, known: Mapping[str, str], client: Client
) -> Iterator[Outcome]:
    """Run tasks on a cluster.

    Args:
        tasks: from `bundle_logs`.
        options: of the batch.
        library: sent to every worker once.
        known: name of a log → key of the rows that an earlier run left.
        client: of Dask.

    Raises:
        UsageError: the workers run another version of this program.
    """
    _check_versions(client)
    digest = library_digest(library)
    shared = client.scatter(library, broadcast=True, hash=False)
    kept = (options, digest, shared)
    for start in range(0, len(tasks), AHEAD):
        some = tasks[start : start + AHEAD]
        changed = _find_changed(client, [task[0] for task in some if units_of(task)], kept, known)
        still = {log: key for log, key in known.items() if log not in changed}
        yield from _gather({_submit(client, task, kept, still): task for task in some})


def _find_changed(
    client: Client, logs: Sequence[Log], kept: tuple[Options, str, Any], known: Mapping[str, str]
) -> set[str]:
    """Find the large logs that have changed since an earlier run, so that they can be done as trees."""
    checks = {
        log.name: client.submit(_check, *kept, log, known[log.name], pure=False, retries=RETRIES)
        for log in logs
        if log.name in known
    }
    unchanged = client.gather(checks, errors="skip")
    return {name for name in checks if not unchanged.get(name)}


def _submit(client: Client, task: Task, kept: tuple[Options, str, Any], known: Mapping[str, str]) -> Future:
    """Hand a task over: a log that is large or has many pieces as a tree, everything else as a whole."""
    log = task[0]
    mine = {one.name: known[one.name] for one in task if one.name in known}
    units = units_of(task)
    if mine or not units:
        return client.submit(_run, *kept, task, mine, pure=False, retries=RETRIES)
    level = [client.submit(_summarize, *kept, unit, pure=False, retries=RETRIES) for unit in units]
    while len(level) > 1:
        level = [
            client.submit(_join, level[at], level[at + 1], pure=False, retries=RETRIES)
            if at + 1 < len(level)
            else level[at]
            for at in range(0, len(level), 2)
        ]
    return client.submit(_conclude, *kept, log, level[0], pure=False, retries=RETRIES)


def _gather(futures: dict[Any, Task]) -> Iterator[Outcome]:
    """Give the outcomes as they come; a task that killed its workers is a failure."""
    from distributed import KilledWorker, as_completed  # noqa: PLC0415 (an extra)

    for future in as_completed(list(futures)):
        try:
            yield from future.result()
        except KilledWorker:
            for log in futures[future]:
                yield died(log)
        del futures[future]


def _check_versions(client: Client) -> None:
    """Refuse workers with another version, because their rows would differ."""
    try:
        versions = client.run(_version)
    except Exception as error:  # a worker without the program cannot even read the question
        raise UsageError(f"the workers cannot run loganalyzer {__version__}; install it there") from error
    others = sorted({version for version in versions.values() if version != __version__})
    if others:
        raise UsageError(f"the workers run loganalyzer {', '.join(others)}, here it is {__version__}; install the same")


def _version() -> str:
    """Give a worker's version."""
    return __version__


def _worker(options: Options, digest: str, library: Library) -> Worker:
    """Give this thread's worker, made when patterns or options are new: a scanner must not be shared by threads."""
    kept: tuple[object, Worker] | None = getattr(_kept, "worker", None)
    if kept is None or kept[0] != (options, digest):
        kept = _kept.worker = ((options, digest), Worker(options, library))
    return kept[1]


def _run(options: Options, digest: str, library: Library, task: Task, known: Mapping[str, str]) -> list[Outcome]:
    """Run a whole task on a worker."""
    return _worker(options, digest, library).run(task, known)


def _check(options: Options, digest: str, library: Library, log: Log, key: str) -> bool:
    """Say whether nothing of a log has changed."""
    return _worker(options, digest, library).check(log, key) is not None


def _summarize(options: Options, digest: str, library: Library, piece: Piece) -> Part:
    """Summarize a piece on a worker."""
    return _worker(options, digest, library).summarize(piece)


def _join(part: Part, other: Part) -> Part:
    """Join two parts on a worker."""
    return part + other


def _conclude(options: Options, digest: str, library: Library, log: Log, part: Part) -> list[Outcome]:
    """Judge a log on a worker."""
    return [_worker(options, digest, library).conclude(log, part)]
