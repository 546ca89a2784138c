"""Bounds: which entries are kept where there are too many, without regard to the order in which they came.

The entries whose keys have the smallest digests are kept. Which these are depends on the set of keys alone, and a key
that is among the smallest of the whole is among the smallest of each part: so its value is complete however the parts
were merged, and what is dropped on the way is dropped in the end.
"""

from __future__ import annotations

import zlib
from collections.abc import Hashable, Mapping
from typing import TypeVar

__all__ = ["keep_smallest"]

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


def keep_smallest(entries: Mapping[Key, Value], most: int) -> dict[Key, Value]:
    """Keep the entries whose keys have the smallest digests, in their present order.

    Args:
        entries: by keys whose `repr` does not depend on the run of the program.
        most: how many are kept.
    """
    if len(entries) <= most:
        return dict(entries)
    digests = sorted((zlib.crc32(text.encode()), text) for text in map(repr, entries))
    limit = digests[most - 1]
    return {key: value for key, value in entries.items() if (zlib.crc32((text := repr(key)).encode()), text) <= limit}
