"""Summarizing: a block of lines becomes a summary, or is added to that of the lines before it.

Request lines are taken out first and judged by their kinds; the other lines are counted by their heads and scanned for
hints, and those that have one are judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from loganalyzer.counting import count_lines, count_requests, line_spans
from loganalyzer.groups import KEPT_FIRST, KEPT_LAST
from loganalyzer.ingesters import parse
from loganalyzer.judging import Judge
from loganalyzer.library import Library, Matcher, find_patterns, load
from loganalyzer.model import Event, Line, Match
from loganalyzer.reading import Block
from loganalyzer.request_lines import FORMS, Form, Part, RequestCounts, Requests, take_requests
from loganalyzer.scanning import Scanner
from loganalyzer.spots import BlockLines, LineSpot, RequestSpot
from loganalyzer.summary import Summary
from loganalyzer.tally import Tally

__all__ = ["Settings", "Summarizer", "summarize_blocks"]

LEAST_FOR_COLUMNS = 256 << 10
"""Bytes from which it pays to read request lines in columns."""


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
        self._judge = Judge(self.matcher, settings.platform, self._is_wanted)
        self._is_timed = settings.since is not None or settings.until is not None
        self._forms = (
            []
            if self._is_timed or _reads_requests(self.library)
            else [form for form in FORMS if settings.platform in (None, form.platform)]
        )

    def summarize(self, block: Block, input_name: str) -> Summary:
        """Summarize one block; line numbers count from its first line."""
        summary = Summary()
        self.add(summary, block, input_name)
        return summary

    def add(self, summary: Summary, block: Block, input_name: str) -> bool:
        """Add a block to the summary of the lines before it; say whether any of its lines matched."""
        before = dict(self.matcher.timeouts)
        lines = BlockLines(block, input_name, summary.lines)
        tally = Tally()
        part = Part(block.data, block.lines, lambda line: line)
        for form in self._forms:
            part, silent = self._take_silent(part, form)
            if silent is not None:
                count_requests(silent, summary)
            part, requests = take_requests(part, form)
            if requests is not None:
                count_requests(requests.counts, summary)
                self._tally_requests(requests, lines, tally)
        parsed = count_lines(part.data, part.lines, summary, self.settings.platform)
        self._tally_lines(part, parsed, lines, tally)
        tally.write(summary)
        summary.lines += block.raw_lines
        summary.bytes += block.raw_bytes
        summary.remarks.update(block.remarks)
        for pattern, count in self.matcher.timeouts.items():
            if count > before.get(pattern, 0):
                summary.timeouts[pattern] += count - before.get(pattern, 0)
        summary.first_at = summary.first_at or self._first_time(block, line_spans(block.data))
        summary.last_at = self._first_time(block, _spans_backwards(block.data)) or summary.last_at
        summary.close()
        return bool(tally)

    def _take_silent(self, part: Part, form: Form) -> tuple[Part, RequestCounts | None]:
        """Take out request lines that state nothing, where there are enough lines."""
        if len(part.data) < LEAST_FOR_COLUMNS or form.mark not in part.data:
            return part, None
        from loganalyzer.ordinary import take_ordinary  # noqa: PLC0415 (numpy takes time to import)

        return take_ordinary(part, form, lambda shape: not self._judge.judge_model(form.model_of(shape)))

    def _tally_requests(self, requests: Requests, lines: BlockLines, tally: Tally) -> None:
        """Tally what request lines state."""
        counts = requests.counts
        stating = {shape: self._judge.judge_model(counts.form.model_of(shape)) for shape in counts.by_shape}
        places: dict[object, list[int]] = {shape: [] for shape, statements in stating.items() if statements}
        if not places:
            return
        for place, shape in enumerate(requests.shapes):
            if shape in places:
                places[shape].append(place)
        for shape, statements in stating.items():
            if statements:
                kept = places[shape]
                if len(kept) > KEPT_FIRST + KEPT_LAST:
                    kept = kept[:KEPT_FIRST] + kept[-KEPT_LAST:]
                spots = [RequestSpot(lines, requests.number(place), self._match_text) for place in kept]
                tally.add_requests(statements, counts.by_shape[shape], spots)

    def _match_text(self, text: str) -> list[Match]:
        """Give the matches of a line."""
        return self.matcher.match(parse(Line(0, text), self.settings.platform))

    def _tally_lines(self, part: Part, parsed: dict[int, Event], lines: BlockLines, tally: Tally) -> None:
        """Tally what the other lines state."""
        for candidate in self.scanner.scan(part.data):
            event = parsed.get(candidate.line)
            if event is not None:
                statements, minute, stamp = self._judge.judge_event(event, candidate.hints)
            else:
                statements, minute, stamp = self._judge.judge(
                    part.data, candidate.start, candidate.end, candidate.hints
                )
            if statements:
                spot = LineSpot(lines, part, candidate, stamp)
                if not self._is_timed or self._is_in_time(spot.sighting(statements[0].match).at):
                    tally.add_line(statements, minute, spot)

    def _first_time(self, block: Block, spans: Iterable[tuple[int, int]]) -> datetime | None:
        """Give the first time that a walk over lines meets."""
        for start, end in spans:
            event = parse(Line(1, block.data[start:end].decode("utf-8", "replace")), self.settings.platform)
            if event.at is not None:
                return event.at
        return None

    def _is_wanted(self, event: Event) -> bool:
        """Say whether the user's filters, but for the times, let an event through."""
        settings = self.settings
        if settings.app is not None and event.app is not None and settings.app not in event.app:
            return False
        if settings.process is not None and event.process is not None:
            return event.process == settings.process or event.process.partition(".")[0] == settings.process
        return True

    def _is_in_time(self, at: datetime | None) -> bool:
        """Say whether a line is in the time that the user asked for; one without a time is."""
        since, until = self.settings.since, self.settings.until
        return at is None or ((since is None or at >= since) and (until is None or at <= until))


def _reads_requests(library: Library) -> bool:
    """Say whether a pattern of the user's may look at any text of a request line."""
    shipped = f"{find_patterns()}/"
    return any("router" in one.sources and not one.path.startswith(shipped) for one in library.patterns)


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
