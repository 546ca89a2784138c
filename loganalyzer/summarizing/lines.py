"""Lines that are no requests: they are counted by their heads, and those that have a hint are judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from loganalyzer.model import Match
from loganalyzer.scanning import Scanner
from loganalyzer.summarizing.counting import count_headed, count_odd, count_old_requests
from loganalyzer.summarizing.headed import Headed, Odd, read_lines
from loganalyzer.summarizing.judging import Judge, Statements
from loganalyzer.summarizing.request_lines import Part
from loganalyzer.summarizing.settings import Settings
from loganalyzer.summarizing.spots import BlockLines, EventSpot, Spot, WordSpot
from loganalyzer.summarizing.tally import Tally
from loganalyzer.summary import Summary, minute_of

__all__ = ["LineReader"]


class LineReader:
    """Reads the lines of blocks that are left when the requests are out."""

    def __init__(self, settings: Settings, scanner: Scanner, judge: Judge) -> None:
        """Take what all blocks share.

        Args:
            settings: what the user wants.
            scanner: finds the hints of the library.
            judge: judges lines that have one.
        """
        self._settings = settings
        self._scanner = scanner
        self._judge = judge

    def read(self, part: Part, lines: BlockLines, summary: Summary, tally: Tally) -> None:
        """Count lines, and tally what they state."""
        if lines.is_large and part.data:
            part = self._take_heads(part, lines, summary, tally)
        if not part.data:
            return
        parts, odd = read_lines(part, self._settings.platform)
        for headed in parts:
            count_headed(headed, summary)
            if headed.shape.request_mark in part.data:
                count_old_requests(part.data, headed.shape, summary)
            self._tally_headed(headed, lines, tally)
        count_odd(odd, summary)
        self._tally_odd(odd, part, lines, tally)

    def _take_heads(self, part: Part, lines: BlockLines, summary: Summary, tally: Tally) -> Part:
        """Take out, count and tally lines of the main shapes, many at once; give the other lines."""
        from loganalyzer.summarizing.head_columns import take_heads  # noqa: PLC0415 (numpy takes time to import)

        known = lines.columns if part.data is lines.block.data else None
        rest, taken = take_heads(part, known, self._settings.platform)
        for headed in taken:
            count_headed(headed, summary)
            self._tally_headed(headed, lines, tally)
        return rest

    def _tally_headed(self, headed: Headed, lines: BlockLines, tally: Tally) -> None:
        """Tally what lines of the main shapes state."""
        candidates = headed.candidates(self._scanner)
        stating = self._judge_all(headed) if candidates is None else self._judge_some(headed, candidates)
        alike: dict[int, tuple[Statements, list[int]]] = {}
        for place, statements in stating:
            alike.setdefault(id(statements), (statements, []))[1].append(place)

        def spot(place: int) -> WordSpot:
            return WordSpot.at(lines, headed.number(place), headed.shape, self._judge.match_again)

        for statements, places in alike.values():
            wanted = self._in_time(sorted(places), statements[0].match, spot)
            minutes = Counter(map(headed.minute, wanted)) if len(wanted) > 1 else {}
            tally.add(statements, minutes or {headed.minute(place): 1 for place in wanted}, wanted, spot)

    def _judge_some(
        self, headed: Headed, candidates: Sequence[tuple[int, frozenset[int]]]
    ) -> Iterator[tuple[int, Statements]]:
        """Judge lines whose hints are known; give place and statements of those that state something, in order."""
        known = self._judge.remembered(headed.shape)
        for place, hints in candidates:
            words = headed.word(place)
            statements = known(words)
            if statements is None:
                statements = self._judge.judge_words(headed.shape, words, headed.tag(place), hints)
            if statements:
                yield place, statements

    def _judge_all(self, headed: Headed) -> Iterator[tuple[int, Statements]]:
        """Judge all lines, those of the same words once; give what `_judge_some` gives, but known ones first."""
        words = headed.words()
        judged = list(map(self._judge.remembered(headed.shape), words))
        fresh = {words[place]: place for place, statements in enumerate(judged) if statements is None}
        texts = list(fresh)
        found: dict[bytes, Statements] = {}
        for number, hints in self._scanner.scan_texts(texts):
            text = texts[number]
            found[text] = self._judge.judge_words(headed.shape, text, headed.tag(fresh[text]), hints)
        yield from ((place, statements) for place, statements in enumerate(judged) if statements)
        if found:
            for place, known in enumerate(judged):
                if known is None and (statements := found.get(words[place])):
                    yield place, statements

    def _tally_odd(self, odd: Sequence[Odd], part: Part, lines: BlockLines, tally: Tally) -> None:
        """Tally what lines state that were parsed one by one."""

        def spot(number: int) -> EventSpot:
            return EventSpot.at(lines, part.number(number))

        for place, hints in self._scanner.scan_texts([one.event.text.encode("utf-8", "replace") for one in odd]):
            event, numbers = odd[place]
            statements = self._judge.judge_event(event, hints)
            if statements and self._settings.is_in_time(event.at):
                tally.add(statements, {minute_of(event.at) if event.at else None: len(numbers)}, numbers, spot)

    def _in_time(self, places: list[int], match: Match, spot: Callable[[int], Spot]) -> list[int]:
        """Give the lines that are in the time that the user asked for."""
        if not self._settings.is_timed:
            return places
        return [place for place in places if self._settings.is_in_time(spot(place).sighting(match).at)]
