"""The record that the reading room hands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    LineEnds: TypeAlias = NDArray[np.int64]

__all__ = ["Block"]


@dataclass(frozen=True, slots=True)
class Block:
    r"""Some whole lines of one input, in their order.

    All blocks of an input, put one behind the other, are the input; how it is cut depends on block size and arrival,
    the lines do not.

    Attributes:
        data: UTF-8 with invalid bytes kept; each line ends with `\n`, the last one too; no NUL, no carriage return, no
            whole colour code.
        lines: number of lines in *data*.
        raw_bytes: bytes of input, after decompression, that the block stands for; over all blocks they add up to the
            size of the input.
        numbers: the original line number of each line in *data*, the block's first original line being 1; None when
            they are 1, 2, 3, ….
        raw_lines: number of original line ends that the block stands for, so that the next block's numbers go on
            behind it.
        remarks: what was mended in it, keys of remarks.REMARKS.
        ends: offset of each line's end in *data*, where the reader found them by the way.
    """

    data: bytes
    lines: int
    raw_bytes: int
    numbers: tuple[int, ...] | None
    raw_lines: int
    remarks: frozenset[str]
    ends: LineEnds | None = field(default=None, compare=False, repr=False)
