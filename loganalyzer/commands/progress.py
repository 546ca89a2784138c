"""Progress: a bar on standard error for long inputs, on a terminal alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from loganalyzer.reading import Source

__all__ = ["total_bytes", "watched_pass"]

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
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task(words, total=total)
        yield lambda count: bar.advance(task, count)


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
