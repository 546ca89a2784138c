"""The pipeline: blocks → candidates → events → matches → summary → diagnosis; it alone knows every stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from loganalyzer.diagnosis import diagnose
from loganalyzer.errors import InputError
from loganalyzer.library import Library
from loganalyzer.live import StopSignal
from loganalyzer.outcome import Analysis, Report
from loganalyzer.parallel import LEAST_BYTES, Outcome, Workers, count_jobs, size_of
from loganalyzer.reading import SkippedInput, Source, find_sources
from loganalyzer.streaming import summarize_stream
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
    with StopSignal() as stop:
        outcomes = _summarize_all(sources, summarizer, stop, progress)
    problems += [outcome for outcome in outcomes.values() if isinstance(outcome, InputError)]
    summaries = [(sources[place].name, one) for place, one in sorted(outcomes.items()) if isinstance(one, Summary)]
    reports = diagnose(summaries, settings.platform)
    skipped = tuple((p.name, p.reason) for p in problems if isinstance(p, SkippedInput))
    unreadable = tuple((p.name, p.reason) for p in problems if not isinstance(p, SkippedInput))
    return Analysis(tuple(reports), unreadable, len(summarizer.library.patterns), skipped)


def _summarize_all(
    sources: Sequence[Source],
    summarizer: Summarizer,
    stop: StopSignal,
    progress: Callable[[Report], None] | None,
) -> dict[int, Outcome]:
    """Read all inputs to their ends, or until a signal; give what came of each by its place."""
    outcomes: dict[int, Outcome] = {}
    jobs = count_jobs(summarizer.settings)
    is_large = jobs > 1 and sum(size_of(source) or 0 for source in sources) >= LEAST_BYTES
    if not is_large or progress is not None:
        for place, source in enumerate(sources):
            try:
                outcomes[place] = summarize_stream(source, summarizer, stop, progress)
            except InputError as problem:
                outcomes[place] = problem
        return outcomes
    with Workers(summarizer, jobs) as workers:
        parts = workers.summarize(sources)
        while (found := stop.take(parts)) is not None:
            place, part = found
            known = outcomes.setdefault(place, part)
            if known is not part and isinstance(known, Summary) and isinstance(part, Summary):
                known.merge(part)
    for place in range(len(sources)):
        outcomes.setdefault(place, Summary())
    return outcomes
