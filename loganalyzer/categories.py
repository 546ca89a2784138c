"""Categories: a column of texts of which many are the same, as the distinct texts and a number in each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["Category", "categories_of"]

WORD = 8
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
"""An odd number whose bits look like chance (2**64 over the golden ratio), so that words that are put together by it
are seldom the same unless the texts are."""


@dataclass(frozen=True, slots=True)
class Category:
    """Texts, put into categories.

    Attributes:
        values: the distinct ones.
        codes: for each row its place among them.
    """

    values: list[bytes]
    codes: NDArray[np.int64]

    @classmethod
    def of(cls, values: Sequence[bytes], codes: NDArray[np.int64]) -> Self:
        """Put texts into categories by categories in which several may stand for the same text."""
        places: dict[bytes, int] = {}
        merged = [places.setdefault(value, len(places)) for value in values]
        return cls(list(places), np.array(merged, np.int64)[codes])

    def __getitem__(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Self:
        """Give some of the rows."""
        return type(self)(self.values, self.codes[rows])


def categories_of(words: NDArray[np.uint64]) -> Category:
    """Put texts into categories.

    Args:
        words: a row for each text, filled up with NUL, of little-endian words of eight bytes.
    """
    count, width = words.shape
    mixed = words[:, 0]
    for place in range(1, width):
        mixed = mixed * MULTIPLIER + words[:, place]
    distinct, codes = np.unique(mixed, return_inverse=True)
    one_of_each = np.empty(len(distinct), np.int64)
    one_of_each[codes] = np.arange(count)
    texts = words[one_of_each]
    if width > 1 and not np.array_equal(texts[codes], words):  # different texts with the same mixture
        texts, codes = np.unique(words, axis=0, return_inverse=True)
    whole = np.ascontiguousarray(texts).view(np.uint8)
    return Category([text.tobytes().rstrip(b"\0") for text in whole], codes.reshape(count))
