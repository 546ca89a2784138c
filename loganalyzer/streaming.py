"""Streaming: an input that is read as it arrives, and what has been found so far is told while it stays open.

What arrives fast is gathered into larger blocks, and from some size on handed to worker processes, so that a pipe is
read about as fast as a file. What arrives slowly is worked on at once.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from loganalyzer.diagnosis import diagnose
from loganalyzer.live import Announcer, StopSignal, is_readable
from loganalyzer.outcome import Report
from loganalyzer.parallel import LEAST_BYTES, Tasked, Workers, count_jobs, result_of
from loganalyzer.reading import Block, Source, read_blocks
from loganalyzer.summarizing import Summarizer
from loganalyzer.summary import Summary

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["summarize_stream"]

PAUSE_S = 0.005
"""A pipe that is empty for so long makes a pause."""

GATHERED_S = 0.03
"""Lines that arrive without a pause wait so long for others."""


def summarize_stream(
    source: Source, summarizer: Summarizer, stop: StopSignal, progress: Callable[[Report], None] | None
) -> Summary:
    """Read one input to its end, or until a signal.

    Args:
        source: the input.
        summarizer: what turns blocks into summaries.
        stop: ends the reading.
        progress: told what has been found so far; None where nobody wants to know.

    Raises:
        InputError: the input cannot be read.
    """
    settings = summarizer.settings
    blocks = read_blocks(source, block_bytes=settings.block_bytes, live=progress is not None)
    jobs = count_jobs(settings)
    if progress is None and jobs == 1:
        total = Summary()
        summarizer.add_all(total, iter(lambda: stop.take(blocks), None), source.name)
        return total
    with Workers(summarizer, jobs) as workers:
        stream = _Stream(source.name, summarizer, Announcer(progress) if progress else None)
        gathered = blocks if progress is None else gather(blocks, settings.block_bytes)
        while (block := stop.take(gathered)) is not None:
            if jobs > 1 and stream.bytes >= LEAST_BYTES and len(block.data) >= settings.block_bytes // 2:
                stream.hand_out(block, workers)
            else:
                stream.add(block)
            stream.announce()
        return stream.finish()


class _Stream:
    """The summary so far, and the blocks that workers have.

    Attributes:
        bytes: bytes read so far.
    """

    def __init__(self, name: str, summarizer: Summarizer, announcer: Announcer | None) -> None:
        """Start empty."""
        self._name = name
        self._summarizer = summarizer
        self._announcer = announcer
        self._total = Summary()
        self._waiting: deque[Future[Tasked]] = deque()
        self.bytes = 0

    def add(self, block: Block) -> None:
        """Work on a block here."""
        self.bytes += block.raw_bytes
        self._merge(0)
        self._note(self._summarizer.add(self._total, block, self._name))

    def hand_out(self, block: Block, workers: Workers) -> None:
        """Give a block to the workers."""
        self.bytes += block.raw_bytes
        self._waiting.append(workers.submit_block(block, self._name))
        self._merge(workers.most_waiting)

    def announce(self) -> None:
        """Tell what has been found, when it is time for that."""
        if self._announcer is None:
            return
        if self._waiting and not is_readable(0):
            self._merge(0)
        if self._announcer.due():
            platform = self._summarizer.settings.platform
            self._announcer.tell(lambda: diagnose([(self._name, self._total)], platform))

    def finish(self) -> Summary:
        """Give the summary of everything."""
        self._merge(0)
        return self._total

    def _merge(self, most_waiting: int) -> None:
        """Wait until no more than so many blocks are with the workers."""
        while len(self._waiting) > most_waiting:
            (part,) = result_of(self._waiting.popleft())
            assert isinstance(part, Summary)
            self._total.merge(part)
            self._note(any(app.groups for app in part.apps.values()))

    def _note(self, is_telling: bool) -> None:
        """Remember that something new came."""
        if self._announcer is not None:
            self._announcer.note(is_telling)


def gather(blocks: Iterator[Block], block_bytes: int) -> Iterator[Block]:
    """Join blocks that arrive without a pause.

    Args:
        blocks: the blocks of standard input.
        block_bytes: about how large a joined block may be.
    """
    for block in blocks:
        joined = [block]
        size = len(block.data)
        until = time.monotonic() + GATHERED_S
        while size < block_bytes and time.monotonic() < until and is_readable(PAUSE_S):
            following = next(blocks, None)
            if following is None:
                break
            joined.append(following)
            size += len(following.data)
        yield _join(joined)


def _join(blocks: list[Block]) -> Block:
    """Make one block of several that follow one another."""
    if len(blocks) == 1:
        return blocks[0]
    numbers: list[int] | None = None
    if any(block.numbers is not None for block in blocks):
        numbers = []
        before = 0
        for block in blocks:
            numbers += [before + number for number in block.numbers or range(1, block.lines + 1)]
            before += block.raw_lines
    return Block(
        b"".join(block.data for block in blocks),
        sum(block.lines for block in blocks),
        sum(block.raw_bytes for block in blocks),
        tuple(numbers) if numbers is not None else None,
        sum(block.raw_lines for block in blocks),
        frozenset().union(*(block.remarks for block in blocks)),
    )
