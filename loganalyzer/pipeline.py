"""The pipeline: blocks → candidates → events → matches → summary → diagnosis; it alone knows every stage."""

from __future__ import annotations

from collections.abc import Callable

from loganalyzer.diagnosis import diagnose
from loganalyzer.errors import InputError
from loganalyzer.library import Library
from loganalyzer.live import Announcer, StopSignal
from loganalyzer.outcome import Analysis, Report
from loganalyzer.reading import SkippedInput, Source, find_sources, read_blocks
from loganalyzer.summarizing import Settings, Summarizer, summarize_blocks
from loganalyzer.summary import Summary

__all__ = ["Settings", "Summarizer", "analyze", "summarize_blocks"]


def analyze(
    settings: Settings, library: Library | None = None, progress: Callable[[Report], None] | None = None
) -> Analysis:
    """Run the whole pipeline over the inputs.

    Args:
        settings: what to analyse and how.
        library: a loaded library; None loads the shipped one and the user's.
        progress: called with the report so far whenever a stream that stays open has brought something new.

    Raises:
        InputError: none of the inputs can be read.
        LibraryError: the patterns cannot be used.
    """
    sources, problems = find_sources(settings.paths)
    if not sources and problems:
        raise (
            problems[0]
            if len(problems) == 1
            else InputError(", ".join(p.name for p in problems), "; ".join(p.reason for p in problems))
        )
    summarizer = Summarizer(settings, library)
    summaries: list[tuple[str, Summary]] = []
    with StopSignal() as stop:
        for source in sources:
            try:
                summaries.append((source.name, _summarize_source(source, summarizer, stop, progress)))
            except InputError as problem:
                problems.append(problem)
    reports = diagnose(summaries, settings.platform)
    skipped = tuple((p.name, p.reason) for p in problems if isinstance(p, SkippedInput))
    unreadable = tuple((p.name, p.reason) for p in problems if not isinstance(p, SkippedInput))
    return Analysis(tuple(reports), unreadable, len(summarizer.library.patterns), skipped)


def _summarize_source(
    source: Source, summarizer: Summarizer, stop: StopSignal, progress: Callable[[Report], None] | None
) -> Summary:
    """Read one input to its end, or until a signal."""
    total = Summary()
    settings = summarizer.settings
    announcer = Announcer(progress) if progress is not None else None
    blocks = read_blocks(source, block_bytes=settings.block_bytes, live=announcer is not None)
    while (block := stop.take(blocks)) is not None:
        is_telling = summarizer.add(total, block, source.name)
        if announcer is not None:
            announcer.note(is_telling)
            if announcer.due():
                announcer.tell(lambda: diagnose([(source.name, total)], settings.platform))
    return total
