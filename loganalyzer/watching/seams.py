"""Seams: a stream that was cut and taken up again repeats its last lines; the repetition is left out."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import replace

from loganalyzer.reading import Block

__all__ = ["SeamFilter"]

REMEMBERED = 20_000
STAMP = re.compile(rb"[ \t]*(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?)")


class SeamFilter:
    """Leaves out lines that came before, byte for byte, when their time is older than what came last.

    Lines without a time are never left out, and an app that writes the same line twice in a moment keeps both, because
    the second one is not older than the newest line.
    """

    def __init__(self) -> None:
        """Remember nothing."""
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._newest = b""
        self._replaying = False
        self.left_out = 0

    def filter(self, block: Block) -> Block:
        """Give a block without the lines that are repeated; the others keep their numbers."""
        lines = block.data.splitlines(keepends=True)
        kept = [place for place, line in enumerate(lines) if not self._is_repeated(line)]
        if len(kept) == len(lines):
            return block
        self.left_out += len(lines) - len(kept)
        numbers = block.numbers or tuple(range(1, len(lines) + 1))
        data = b"".join(lines[place] for place in kept)
        return replace(block, data=data, lines=len(kept), numbers=tuple(numbers[place] for place in kept))

    def _is_repeated(self, line: bytes) -> bool:
        """Say whether a line belongs to a repetition, and remember it."""
        found = STAMP.match(line)
        if found is None:
            return False
        stamp, key = found[1], hash(line)
        known = key in self._seen
        self._replaying = known and (stamp < self._newest or self._replaying)
        self._newest = max(self._newest, stamp)
        self._seen[key] = None
        self._seen.move_to_end(key)
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return self._replaying
