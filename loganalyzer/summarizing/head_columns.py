"""Takes lines that are no requests out of a block by their heads, many at once.

What is taken here is what `headed` takes by its regexes, and states the same; but where few lines have a hint no object
is made of the others. The router's own lines are left there, because their requests have to be counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np

from loganalyzer.columns import Lines
from loganalyzer.fields import Heads
from loganalyzer.ingesters.cloudfoundry import columns as cloudfoundry
from loganalyzer.ingesters.heroku import columns as heroku
from loganalyzer.ingesters.render import columns as render
from loganalyzer.scanning import Scanner
from loganalyzer.summarizing.headed import SHAPES, Shape
from loganalyzer.summarizing.moments import minute_of_stamp
from loganalyzer.summarizing.request_columns import without
from loganalyzer.summarizing.request_lines import Part

__all__ = ["ColumnsHeaded", "take_heads"]

READERS: dict[str, Callable[[Lines], Heads | None]] = {
    "heroku": heroku.read_heads,
    "cloudfoundry": cloudfoundry.read_heads,
    "render": render.read_heads,
}
LAST = 0xFF
"""What a key ends with; a NUL would be lost."""

FEW = 0.25
"""Hints for each line up to which it pays to look at single lines; with more, many lines are the same."""


@dataclass(frozen=True)
class ColumnsHeaded:
    """Lines that were read in columns; see Headed.

    Attributes:
        shape: the shape.
        part: where they stand.
        lines: all lines of the part.
        heads: the heads of those that were taken.
        minutes: minutes since 1970 of `heads.moments`.
    """

    shape: Shape
    part: Part
    lines: Lines
    heads: Heads
    minutes: list[int | None]

    def counts(self) -> Counter[tuple[int | None, bytes]]:
        """Count the lines by minute and tag."""
        heads = self.heads
        width = max(1, int((heads.tag_ends - heads.words).max()))
        tags = self.lines.texts_between(heads.words, heads.tag_ends, width)
        moment = heads.moment.astype("<u2").view(np.uint8).reshape(len(tags), 2)
        last = np.full((len(tags), 1), LAST, np.uint8)
        keys: list[bytes] = np.concatenate((tags, moment, last), axis=1).view(f"S{width + 3}").ravel().tolist()
        counts: Counter[tuple[int | None, bytes]] = Counter()
        for key, count in Counter(keys).items():
            counts[self.minutes[int.from_bytes(key[-3:-1], "little")], key[:-3].rstrip(b"\0")] += count
        return counts

    def words(self) -> Sequence[bytes]:
        """Give the words of each line."""
        data = self.part.data
        ends = self.lines.ends[self.heads.lines].tolist()
        return [data[start:end] for start, end in zip(self.heads.words.tolist(), ends, strict=True)]

    def word(self, place: int) -> bytes:
        """Give the words of one line."""
        return self.part.data[int(self.heads.words[place]) : int(self.lines.ends[self.heads.lines[place]])]

    def tag(self, place: int) -> bytes:
        """Give the tag of a line."""
        return self.part.data[int(self.heads.words[place]) : int(self.heads.tag_ends[place])]

    def minute(self, place: int) -> int | None:
        """Give the minute of a line."""
        return self.minutes[int(self.heads.moment[place])]

    def number(self, place: int) -> int:
        """Give the number of a line in its block."""
        return self.part.number(int(self.heads.lines[place]))

    def candidates(self, scanner: Scanner) -> Sequence[tuple[int, frozenset[int]]] | None:
        """Give place and hints of each line that has one in its words; None where there are many."""
        found = scanner.find(self.part.data, most=int(len(self.heads.lines) * FEW))
        if not found:
            return None if found is None else ()
        ends, hints = np.array(found, np.int64).T
        places = np.full(len(self.lines.ends), -1)
        places[self.heads.lines] = np.arange(len(self.heads.lines))
        place = places[np.searchsorted(self.lines.ends, ends - 1)]
        starts = ends - np.array(scanner.lengths)[hints]
        fit = (place >= 0) & (starts >= self.heads.words[place])
        pairs = zip(place[fit].tolist(), hints[fit].tolist(), strict=True)
        return [(one, frozenset(hint for _, hint in group)) for one, group in groupby(pairs, key=itemgetter(0))]


def take_heads(part: Part, lines: Lines | None, platform: str | None) -> tuple[Part, list[ColumnsHeaded]]:
    """Take lines of the main shapes out of a part.

    Args:
        part: at least one line.
        lines: its lines, when they are known.
        platform: the platform that the user named.

    Returns:
        The other lines, and those of each shape.
    """
    taken: list[ColumnsHeaded] = []
    for shape in SHAPES:
        if platform not in (None, shape.platform) or not part.data:
            continue
        lines = lines or Lines(part.data)
        heads = READERS[shape.platform](lines)
        if heads is not None:
            minutes = [minute_of_stamp(*moment) for moment in heads.moments]
            taken.append(ColumnsHeaded(shape, part, lines, heads, minutes))
            part, lines = without(part, lines, heads.lines), None
    return part, taken
