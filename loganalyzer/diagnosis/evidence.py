"""Evidence: sightings written out for a report."""

from __future__ import annotations

from collections.abc import Iterable

from loganalyzer.model import UNDATED_YEAR
from loganalyzer.outcome import Evidence
from loganalyzer.summary import Sighting

__all__ = ["make_evidence"]


def make_evidence(sightings: Iterable[tuple[Sighting, str]], most: int = 8) -> tuple[Evidence, ...]:
    """Write out sightings with their roles; each record once, at most *most*."""
    seen: set[tuple[str, int, str]] = set()  # a line can hold several records
    lines: list[Evidence] = []
    for one, role in sightings:
        if (one.input, one.number, one.text) in seen or len(lines) >= most:
            continue
        seen.add((one.input, one.number, one.text))
        at = one.at if one.at and one.at.year != UNDATED_YEAR else None
        lines.append(Evidence(one.number, one.input, at, one.process, one.source, one.text, one.pattern, role))
    return tuple(lines)
