"""Requests: the router's lines are taken out of a block, counted, and judged by their shapes."""

from __future__ import annotations

from dataclasses import replace

from loganalyzer.ingesters import parse
from loganalyzer.library import Library, Matcher
from loganalyzer.model import Line, Match
from loganalyzer.scanning import MarkFinder
from loganalyzer.summarizing.counting import count_requests
from loganalyzer.summarizing.judging import Judge
from loganalyzer.summarizing.request_lines import FORMS, Form, Part, Requests, take_requests
from loganalyzer.summarizing.settings import Settings
from loganalyzer.summarizing.spots import BlockLines, RequestSpot
from loganalyzer.summarizing.tally import Tally
from loganalyzer.summary import Summary

__all__ = ["RequestReader"]

SAMPLE_BYTES = 4 << 10
"""Bytes of a block by which the form is guessed that most of its requests have."""


class RequestReader:
    """Takes request lines out of blocks."""

    def __init__(self, settings: Settings, matcher: Matcher, judge: Judge) -> None:
        """Choose the forms that are taken: none where single lines count, for the user's times or patterns.

        Args:
            settings: what the user wants.
            matcher: the library.
            judge: judges the shapes.
        """
        self._platform = settings.platform
        self._matcher = matcher
        self._judge = judge
        self._mark_finder = MarkFinder([form.mark for form in FORMS])
        self._forms = (
            []
            if settings.is_timed or _reads_requests(matcher.library)
            else [form for form in FORMS if settings.platform in (None, form.platform)]
        )

    def take(self, part: Part, lines: BlockLines, summary: Summary, tally: Tally) -> Part:
        """Take out, count and tally request lines; give the other lines."""
        if not self._forms:
            return part
        if not lines.is_large:
            return self._take_by_regexes(part, lines, summary, tally)
        # Most blocks have requests of one form, and columns take nearly all of them.
        self._forms.sort(key=lambda form: form.mark not in part.data[:SAMPLE_BYTES])
        part = self._take_columns(part, self._forms[0], lines, summary, tally)
        marks = self._mark_finder.find(part.data)
        if marks is None or len({number for _, number in marks}) > 1:
            for form in self._forms:
                part = self._take_columns(part, form, lines, summary, tally)
            return self._take_by_regexes(part, lines, summary, tally)
        if marks and FORMS[marks[0][1]] in self._forms:
            part = self._take(part, FORMS[marks[0][1]], [end for end, _ in marks], lines, summary, tally)
        return part

    def _take_by_regexes(self, part: Part, lines: BlockLines, summary: Summary, tally: Tally) -> Part:
        """Take lines of any form."""
        for form in self._forms:
            if form.mark in part.data:
                part = self._take(part, form, None, lines, summary, tally)
        return part

    def _take(
        self, part: Part, form: Form, marks: list[int] | None, lines: BlockLines, summary: Summary, tally: Tally
    ) -> Part:
        """Take lines of one form; see take_requests."""
        rest, requests = take_requests(part, form, marks)
        if requests is not None:
            count_requests(requests.counts, summary)
            self._tally_requests(requests, lines, tally)
        return rest

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
        event = parse(Line(0, text), self._platform)
        return self._matcher.match_pattern(event, model.pattern) or replace(model, event=event)


def _reads_requests(library: Library) -> bool:
    """Say whether a pattern of the user's may look at any text of a request line."""
    return any("router" in library.patterns[place].sources for place in library.own)
