"""Progress: a bar on standard error for long inputs, on a terminal alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from loganalyzer.reading import Source

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from loganalyzer.batch import Progress

__all__ = ["total_bytes", "watched_batch", "watched_pass"]

LONG_BYTES = 20_000_000
"""Less is read before a bar could be looked at."""

PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip", ".tgz")


@contextmanager
def watched_pass(words: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show how far a pass over the inputs has come.

    Args:
        words: what is being done.
        total: bytes that there are; None when that is not known.

    Yields:
        A function that is told how many bytes were read.
    """
    if not sys.stderr.isatty() or (total is not None and total < LONG_BYTES):
        yield lambda _: None
        return
    with _bar() as bar:
        task = bar.add_task(words, total=total)
        yield lambda count: bar.advance(task, count)


@contextmanager
def watched_batch() -> Iterator[Callable[[Progress], None] | None]:
    """Show how far a batch has come: logs, and bytes as they are stored.

    Yields:
        A function that is told how far it is; None where nobody looks.
    """
    if not sys.stderr.isatty():
        yield None
        return
    with _bar() as bar:
        task = bar.add_task("", total=None)

        def show(progress: Progress) -> None:
            words = f"{progress.logs:,} of {progress.of_logs:,} logs"
            bar.update(task, description=words, completed=progress.stored_bytes, total=progress.of_bytes)

        yield show


def _bar() -> Bar:
    """Make a bar for bytes, with their speed and the time that is left."""
    from rich.console import Console  # noqa: PLC0415 (start-up time)
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(file=sys.stderr), transient=True)


def total_bytes(sources: Sequence[Source]) -> int | None:
    """Give how many bytes there are to read; None when a pipe or a packed file is among them."""
    total = 0
    for source in sources:
        try:
            if source.path is None or not source.path.is_file() or source.path.suffix in PACKED:
                return None
            total += source.path.stat().st_size
        except OSError:
            continue
    return total
