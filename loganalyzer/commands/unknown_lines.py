"""`analyze --unknown`: platform lines that no pattern knows, found in a second reading of the inputs.

A platform that words its messages anew shows here first. The second reading looks at every line, while the analysis
looks at candidates alone, so it is slower and done on demand.
"""

from __future__ import annotations

import contextlib

from loganalyzer.commands.coverage import Coverage, measure
from loganalyzer.errors import InputError
from loganalyzer.model import Event
from loganalyzer.outcome import UnknownLines
from loganalyzer.pipeline import Settings, Summarizer
from loganalyzer.reading import find_sources

__all__ = ["OWN_SOURCES", "find_unknown_lines"]

OWN_SOURCES = ("router", "platform", "build", "health", "api")
"""Who writes in the platform's own words; add-ons are other people's programs."""


def find_unknown_lines(settings: Settings) -> tuple[UnknownLines, ...]:
    """Read the inputs of an analysis once more. An input that cannot be read counts as far as it can be.

    Args:
        settings: those of the analysis; its filters hold here as well.

    Returns:
        Kinds of lines, the most frequent first. Of more than coverage.MOST_TEMPLATES kinds, those seen once are
        forgotten, so that memory is bounded.
    """
    coverage = Coverage()
    summarizer = Summarizer(settings)

    def is_wanted(event: Event) -> bool:
        return (
            event.source in OWN_SOURCES
            and summarizer.settings.is_wanted(event)
            and summarizer.settings.is_in_time(event.at)
        )

    for source in find_sources(settings.paths)[0]:
        with contextlib.suppress(InputError):
            measure([source], summarizer, coverage, is_wanted)
    kinds = (UnknownLines(count, *key, *coverage.examples[key]) for key, count in coverage.unmatched.items())
    return tuple(sorted(kinds, key=lambda one: (-one.count, one.input, one.line)))
