"""The pipeline: blocks → candidates → events → matches → summary → diagnosis; it alone knows every stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from loganalyzer.counting import count_block, line_spans
from loganalyzer.diagnosis import diagnose
from loganalyzer.errors import InputError
from loganalyzer.ingesters import parse
from loganalyzer.library import Library, Matcher, load
from loganalyzer.live import Announcer, StopSignal
from loganalyzer.model import Event, Line
from loganalyzer.outcome import Analysis, Report
from loganalyzer.reading import Block, SkippedInput, Source, find_sources, read_blocks
from loganalyzer.scanning import Scanner
from loganalyzer.summary import Summary

__all__ = ["Settings", "Summarizer", "analyze"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What is needed for one analysis.

    Attributes:
        paths: inputs; `-` is standard input.
        platform: the platform that the user named; None to find out.
        since: earlier lines are left out.
        until: later lines are left out.
        app: only lines of this app, where lines name their app.
        process: only lines of this process or process type, and those that name none.
        patterns: folders with the user's own patterns.
        block_bytes: size of the blocks.
    """

    paths: tuple[str, ...] = ("-",)
    platform: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    app: str | None = None
    process: str | None = None
    patterns: tuple[Path, ...] = ()
    block_bytes: int = 8 << 20


class Summarizer:
    """Turns blocks into summaries; the compiled library is shared by all of them."""

    def __init__(self, settings: Settings, library: Library | None = None) -> None:
        """Load and compile what every block needs. Raises LibraryError."""
        self.settings = settings
        self.library = library or load(settings.patterns)
        self.matcher = Matcher(self.library)
        self.scanner = Scanner(self.matcher.hints)

    def summarize(self, block: Block, input_name: str) -> Summary:
        """Summarize one block; line numbers count from its first line."""
        summary = Summary(lines=block.raw_lines, bytes=block.raw_bytes)
        summary.remarks.update(block.remarks)
        parsed = count_block(block.data, block.lines, summary, self.settings.platform)
        before = dict(self.matcher.timeouts)
        for candidate in self.scanner.scan(block.data):
            event = self._event(block, candidate.line, candidate.start, candidate.end, parsed)
            if not self._wanted(event):
                continue
            for match in self.matcher.match(event, candidate.hints):
                summary.app(event.app).add(match, input_name)
        for pattern, count in self.matcher.timeouts.items():
            if count > before.get(pattern, 0):
                summary.timeouts[pattern] += count - before.get(pattern, 0)
        summary.first_at = self._first_time(block, line_spans(block.data))
        summary.last_at = self._first_time(block, _spans_backwards(block.data))
        return summary

    def _event(self, block: Block, line: int, start: int, end: int, parsed: dict[int, Event]) -> Event:
        """Parse one line of a block, with the number that it has in the input."""
        number = block.numbers[line] if block.numbers else line + 1
        event = parsed.get(line)
        if event is not None and event.number == number:
            return event
        return parse(Line(number, block.data[start:end].decode("utf-8", "replace")), self.settings.platform)

    def _first_time(self, block: Block, spans: Iterable[tuple[int, int]]) -> datetime | None:
        """Give the first time that a walk over lines meets."""
        for start, end in spans:
            event = parse(Line(1, block.data[start:end].decode("utf-8", "replace")), self.settings.platform)
            if event.at is not None:
                return event.at
        return None

    def _wanted(self, event: Event) -> bool:
        """Say whether the user's filters let an event through."""
        settings = self.settings
        if event.at is not None:
            if settings.since is not None and event.at < settings.since:
                return False
            if settings.until is not None and event.at > settings.until:
                return False
        if settings.app is not None and event.app is not None and settings.app not in event.app:
            return False
        if settings.process is not None and event.process is not None:
            return event.process == settings.process or event.process.partition(".")[0] == settings.process
        return True


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
        part = summarizer.summarize(block, source.name)
        total.merge(part)
        if announcer is not None:
            announcer.note(any(app.groups for app in part.apps.values()))
            if announcer.due():
                announcer.tell(lambda: diagnose([(source.name, total)], settings.platform))
    return total


def _spans_backwards(data: bytes) -> Iterator[tuple[int, int]]:
    """Give start and end of each line, the last one first."""
    end = len(data) - 1 if data.endswith(b"\n") else len(data)
    while end >= 0 and data:
        start = data.rfind(b"\n", 0, end) + 1
        yield start, end
        end = start - 1
        if start == 0:
            return


def summarize_blocks(blocks: Sequence[Block], summarizer: Summarizer, name: str = "-") -> Summary:
    """Summarize blocks that follow one another; for tests and callers that read by themselves."""
    total = Summary()
    for block in blocks:
        total.merge(summarizer.summarize(block, name))
    return total
