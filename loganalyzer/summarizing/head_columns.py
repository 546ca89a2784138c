"""Takes lines that are no requests out of a block by their heads, many at once.

What is taken here is what `headed` takes by its regexes; it is only faster. The router's own lines are left there,
because their requests have to be counted.
"""

from __future__ import annotations

from collections.abc import Callable

from loganalyzer.columns import Heads, Lines
from loganalyzer.ingesters.cloudfoundry import columns as cloudfoundry
from loganalyzer.ingesters.heroku import columns as heroku
from loganalyzer.summarizing.headed import SHAPES, Headed, Shape
from loganalyzer.summarizing.moments import minute_of_stamp
from loganalyzer.summarizing.request_columns import without
from loganalyzer.summarizing.request_lines import Part

__all__ = ["read_heads"]

READERS: dict[str, Callable[[Lines], Heads | None]] = {
    "heroku": heroku.read_heads,
    "cloudfoundry": cloudfoundry.read_heads,
}


def read_heads(part: Part, lines: Lines | None, platform: str | None) -> tuple[Part, list[tuple[Part, Headed]]]:
    """Take lines of the main shapes out of a part.

    Args:
        part: at least one line.
        lines: its lines, when they are known.
        platform: the platform that the user named.

    Returns:
        The other lines, and those of each shape with the part that they were taken out of.
    """
    taken: list[tuple[Part, Headed]] = []
    for shape in SHAPES:
        if shape.platform not in READERS or platform not in (None, shape.platform) or not part.data:
            continue
        lines = lines or Lines(part.data)
        heads = READERS[shape.platform](lines)
        if heads is not None:
            taken.append((part, _gather(shape, part.data, lines, heads)))
            part, lines = without(part, lines, heads.lines), None
    return part, taken


def _gather(shape: Shape, data: bytes, lines: Lines, heads: Heads) -> Headed:
    """Cut the words out of the lines."""
    starts, ends = heads.words.tolist(), lines.ends[heads.lines].tolist()
    minutes = [minute_of_stamp(*moment) for moment in heads.moments]
    return Headed(
        shape=shape,
        minutes=list(map(minutes.__getitem__, heads.moment.tolist())),
        words=[data[start:end] for start, end in zip(starts, ends, strict=True)],
        tags=[data[start:end] for start, end in zip(starts, heads.tag_ends.tolist(), strict=True)],
        numbers=heads.lines.tolist(),
    )
