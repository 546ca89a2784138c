"""Summarizing: a block of lines becomes a summary, or is added to that of the lines before it.

Request lines are taken out first and judged by their kinds; the other lines are counted by their heads and scanned for
hints, and those that have one are judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from loganalyzer.ingesters import parse
from loganalyzer.late import late_regex
from loganalyzer.library import Library, Matcher, load
from loganalyzer.model import Event, Line, Match
from loganalyzer.reading import Block
from loganalyzer.scanning import Scanner
from loganalyzer.summarizing.counting import count_headed, count_odd, count_old_requests, count_requests
from loganalyzer.summarizing.headed import Headed, Odd, line_spans, read_lines
from loganalyzer.summarizing.judging import Judge, Statements
from loganalyzer.summarizing.request_lines import FORMS, Form, Part, Requests, take_requests
from loganalyzer.summarizing.spots import BlockLines, EventSpot, RequestSpot, Spot, WordSpot
from loganalyzer.summarizing.tally import Tally
from loganalyzer.summary import Summary, minute_of

__all__ = ["Settings", "Summarizer", "summarize_blocks"]

MAY_BE_TIME = late_regex(rb"\d:\d\d|\d{9}")
"""What every line with a time has: a time of day, or seconds since 1970."""


LEAST_FOR_COLUMNS = 256 << 10
"""Bytes of a block from which it pays to work on columns of many lines, the import of numpy included."""

LEAST_OF_MANY = 16 << 10
"""The same where so much is to be read that numpy is imported anyway."""


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
        jobs: how many processes may work; None for as many as there are processors.
    """

    paths: tuple[str, ...] = ("-",)
    platform: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    app: str | None = None
    process: str | None = None
    patterns: tuple[Path, ...] = ()
    block_bytes: int = 2 << 20
    jobs: int | None = None


class Summarizer:
    """Turns blocks into summaries; the compiled library is shared by all of them.

    Attributes:
        settings: what is wanted.
        library, matcher, scanner: the patterns.
        least_for_columns: bytes of a block from which columns are used; the summary is the same.
    """

    def __init__(self, settings: Settings, library: Library | None = None) -> None:
        """Load and compile what every block needs. Raises LibraryError."""
        self.settings = settings
        self.least_for_columns = LEAST_FOR_COLUMNS
        self.library = library or load(settings.patterns)
        self.matcher = Matcher(self.library)
        self.scanner = Scanner(self.matcher.hints)
        self._judge = Judge(self.matcher, self.scanner, settings.platform, self.is_wanted)
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
        tally = Tally()
        is_telling = self._add(summary, block, input_name, tally)
        tally.write(summary)
        summary.close()
        return is_telling

    def add_all(self, summary: Summary, blocks: Iterable[Block], input_name: str) -> None:
        """Add blocks that follow one another; faster than one by one, for most kept lines give way to later ones."""
        tally = Tally()
        for block in blocks:
            self._add(summary, block, input_name, tally)
            if tally.is_full:
                tally.write(summary)
            summary.close()
        tally.write(summary)
        summary.close()

    def _add(self, summary: Summary, block: Block, input_name: str, tally: Tally) -> bool:
        """Add a block, and tally what its lines state; say whether any of them matched."""
        before = dict(self.matcher.timeouts)
        lines = BlockLines(block, input_name, summary.lines, is_large=len(block.data) >= self.least_for_columns)
        part = Part(block.data, block.lines, lambda line: line)
        for form in self._forms:
            if form.mark not in part.data:
                continue
            # No line is of two forms, so the order only decides how much is looked through for the other marks.
            self._forms = [form, *(one for one in self._forms if one is not form)]
            if lines.is_large:
                part = self._take_columns(part, form, lines, summary, tally)
            part, requests = take_requests(part, form)
            if requests is not None:
                count_requests(requests.counts, summary)
                self._tally_requests(requests, lines, tally)
        self._take_lines(part, lines, summary, tally)
        is_telling = tally.end_block()
        summary.lines += block.raw_lines
        summary.bytes += block.raw_bytes
        summary.remarks.update(block.remarks)
        for pattern, count in self.matcher.timeouts.items():
            if count > before.get(pattern, 0):
                summary.timeouts[pattern] += count - before.get(pattern, 0)
        summary.first_at = summary.first_at or self._first_time(block, line_spans(block.data))
        summary.last_at = self._first_time(block, _spans_backwards(block.data)) or summary.last_at
        return is_telling

    def _take_columns(self, part: Part, form: Form, lines: BlockLines, summary: Summary, tally: Tally) -> Part:
        """Take out, count and tally request lines, many at once; give the other lines."""
        from loganalyzer.summarizing.request_columns import take_columns  # noqa: PLC0415 (numpy takes time to import)

        known = lines.columns if part.data is lines.block.data else None
        rest, taken = take_columns(part, known, form, lambda shape: bool(self._judge.judge_model(form.model_of(shape))))
        if taken is not None:
            count_requests(taken.counts, summary)

            def spot(place: int) -> RequestSpot:
                return RequestSpot.at(lines, part.number(place), self._read_request)

            for shape, places in taken.stating.items():
                tally.add(self._judge.judge_model(form.model_of(shape)), taken.counts.by_shape[shape], places, spot)
        return rest

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

        def spot(place: int) -> RequestSpot:
            return RequestSpot.at(lines, requests.number(place), self._read_request)

        for shape, statements in stating.items():
            if statements:
                tally.add(statements, counts.by_shape[shape], places[shape], spot)

    def _read_request(self, text: str, model: Match) -> Match:
        """Read the values of a match from a request line; its model has none of the client's."""
        event = parse(Line(0, text), self.settings.platform)
        return self.matcher.match_pattern(event, model.pattern) or replace(model, event=event)

    def _take_lines(self, part: Part, lines: BlockLines, summary: Summary, tally: Tally) -> None:
        """Count the lines that are no requests, and tally what they state."""
        if lines.is_large and part.data:
            part = self._take_heads(part, lines, summary, tally)
        if not part.data:
            return
        parts, odd = read_lines(part.data, part.lines, self.settings.platform)
        for headed in parts:
            count_headed(headed, summary)
            if headed.shape.request_mark in part.data:
                count_old_requests(part.data, headed.shape, summary)
            self._tally_headed(headed, part, lines, tally)
        count_odd(odd, summary)
        self._tally_odd(odd, part, lines, tally)

    def _take_heads(self, part: Part, lines: BlockLines, summary: Summary, tally: Tally) -> Part:
        """Take out, count and tally lines of the main shapes, many at once; give the other lines."""
        from loganalyzer.summarizing.head_columns import read_heads  # noqa: PLC0415 (numpy takes time to import)

        known = lines.columns if part.data is lines.block.data else None
        rest, taken = read_heads(part, known, self.settings.platform)
        for of_part, headed in taken:
            count_headed(headed, summary)
            self._tally_headed(headed, of_part, lines, tally)
        return rest

    def _tally_headed(self, headed: Headed, part: Part, lines: BlockLines, tally: Tally) -> None:
        """Tally what lines of the main shapes state."""
        shape, words = headed.shape, headed.words
        judged = list(map(self._judge.remembered(shape), words))
        fresh = {words[place]: place for place, statements in enumerate(judged) if statements is None}
        texts = list(fresh)
        found: dict[bytes, Statements] = {}
        for candidate in self.scanner.scan(b"\n".join(texts)):
            text = texts[candidate.line]
            found[text] = self._judge.judge_words(shape, text, headed.tags[fresh[text]], candidate.hints)
        alike: dict[int, tuple[Statements, list[int]]] = {}
        for place, known in enumerate(judged):
            statements = found.get(words[place]) if known is None else known
            if statements:
                alike.setdefault(id(statements), (statements, []))[1].append(place)

        def spot(place: int) -> WordSpot:
            return WordSpot.at(lines, part.number(headed.numbers[place]), shape)

        for statements, places in alike.values():
            wanted = self._in_time(places, statements[0].match, spot)
            minutes = Counter(map(headed.minutes.__getitem__, wanted)) if len(wanted) > 1 else {}
            tally.add(statements, minutes or {headed.minutes[place]: 1 for place in wanted}, wanted, spot)

    def _tally_odd(self, odd: Sequence[Odd], part: Part, lines: BlockLines, tally: Tally) -> None:
        """Tally what lines state that were parsed one by one."""

        def spot(number: int) -> EventSpot:
            return EventSpot.at(lines, part.number(number))

        for candidate in self.scanner.scan(b"\n".join([one.event.text.encode("utf-8", "replace") for one in odd])):
            event, numbers = odd[candidate.line]
            statements = self._judge.judge_event(event, candidate.hints)
            if statements and self.is_in_time(event.at):
                tally.add(statements, {minute_of(event.at) if event.at else None: len(numbers)}, numbers, spot)

    def _in_time(self, places: list[int], match: Match, spot: Callable[[int], Spot]) -> list[int]:
        """Give the lines that are in the time that the user asked for."""
        if not self._is_timed:
            return places
        return [place for place in places if self.is_in_time(spot(place).sighting(match).at)]

    def _first_time(self, block: Block, spans: Iterable[tuple[int, int]]) -> datetime | None:
        """Give the first time that a walk over lines meets."""
        for start, end in spans:
            if MAY_BE_TIME.search(block.data, start, end):
                event = parse(Line(1, block.data[start:end].decode("utf-8", "replace")), self.settings.platform)
                if event.at is not None:
                    return event.at
        return None

    def is_wanted(self, event: Event) -> bool:
        """Say whether the user's filters, but for the times, let an event through."""
        settings = self.settings
        if settings.app is not None and event.app is not None and settings.app not in event.app:
            return False
        if settings.process is not None and event.process is not None:
            return event.process == settings.process or event.process.partition(".")[0] == settings.process
        return True

    def is_in_time(self, at: datetime | None) -> bool:
        """Say whether a line is in the time that the user asked for; one without a time is."""
        since, until = self.settings.since, self.settings.until
        return at is None or ((since is None or at >= since) and (until is None or at <= until))


def _reads_requests(library: Library) -> bool:
    """Say whether a pattern of the user's may look at any text of a request line."""
    return any("router" in library.patterns[place].sources for place in library.own)


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
