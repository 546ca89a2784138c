"""What is read of many lines at once, as arrays with a row for each line.

An offset into the block is an element of an array here, and a short text a row of a matrix of bytes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from loganalyzer.categories import Category

__all__ = ["Bytes", "Fields", "Heads", "Numbers", "Rows"]

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64]
Rows = NDArray[np.bool_]


class Fields(NamedTuple):
    """What was read of some lines of a block; all arrays have a row for each of them.

    Attributes:
        lines: numbers of the lines in the block, rising.
        moments: the distinct minutes, each with the zone where the platform writes one.
        moment: which of them.
        kind, process, status: see request_lines.Shape.
        time_ms: time to answer; 0 where the line has none.
        is_timed: whether the line has it.
    """

    lines: Numbers
    moments: list[tuple[bytes, ...]]
    moment: Numbers
    kind: Category
    process: Category
    status: Category
    time_ms: Numbers
    is_timed: Rows


class Heads(NamedTuple):
    """The heads of some lines of a block; all arrays have a row for each of them.

    Attributes:
        lines, moments, moment: as in Fields.
        words: offset behind the time, see headed.Headed.
        tag_ends: offset behind the tag, with which the words begin.
    """

    lines: Numbers
    moments: list[tuple[bytes, ...]]
    moment: Numbers
    words: Numbers
    tag_ends: Numbers
