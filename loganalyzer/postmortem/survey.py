"""Survey: a second pass over the inputs for what the summary does not keep.

The summary is bounded by how many different things happened; a postmortem also wants the lines around the evidence,
routes, and requests fine enough in time to be cut at an incident's edges. This pass streams the inputs once more and
is bounded too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from loganalyzer.errors import InputError
from loganalyzer.ingesters import parse
from loganalyzer.model import UNDATED_YEAR, Event, Line
from loganalyzer.outcome import Analysis, Report
from loganalyzer.pipeline import Settings
from loganalyzer.postmortem.messages import Messages
from loganalyzer.postmortem.ordinary import Asked, Form, forms_of, is_app_output
from loganalyzer.postmortem.releases import MAY_NAME_RELEASE, Release, release_of
from loganalyzer.postmortem.routes import Routes
from loganalyzer.postmortem.slots import Kind, Slot, Slots, kind_of
from loganalyzer.reading import find_sources, read_blocks
from loganalyzer.reading.block import Block
from loganalyzer.summarizing.counting import request_of
from loganalyzer.summarizing.headed import line_spans
from loganalyzer.traffic import Request

__all__ = ["AppSurvey", "Inputs", "Survey", "request_target", "survey_inputs"]

MOST_APPS = 64
MOST_RELEASES = 500
LONGEST_LINE = 1000
AROUND = 3
"""Lines shown before and after one that is evidence."""

MAY_BE_REQUEST = re.compile(rb"router|RTR|clientIP|\bH\d\d\b|_time:|status|HTTP/")
"""What the request lines of every router have one of; lines without are not parsed."""

REQUEST_LINE = re.compile(r'"?(?P<method>[A-Z]{3,10}) (?P<path>/\S*)')


@dataclass
class AppSurvey:
    """What the second pass saw of one app in one input.

    Attributes:
        slots: dated requests by time.
        undated: requests whose lines have no date.
        routes: requests by route.
        messages: forms of messages, for a comparison; empty when none was asked for.
        releases: the last ones that lines name, in the order of the log.
    """

    slots: Slots = field(default_factory=Slots)
    undated: Slot = field(default_factory=Slot)
    routes: Routes = field(default_factory=Routes)
    messages: Messages = field(default_factory=Messages)
    releases: list[Release] = field(default_factory=list)

    def count(self, at: datetime | None, kind: Kind, time_ms: int | None, target: tuple[str, str]) -> None:
        """Count one request.

        Args:
            at: when; None without a date.
            kind: what the router says about it.
            time_ms: time to answer; None when the line does not say.
            target: method and path; an empty path where the line does not say.
        """
        slot = self.undated if at is None else self.slots.at(int(at.timestamp()))
        slot.add(at, kind, time_ms)
        method, path = target
        if path:
            self.routes.add(method, path, failed=kind.failed, milliseconds=time_ms)

    def merge(self, other: AppSurvey) -> None:
        """Add another one's counts."""
        self.slots.merge(other.slots)
        self.undated.merge(other.undated)
        self.routes.merge(other.routes)
        self.messages.merge(other.messages)
        self.releases = (self.releases + other.releases)[-MOST_RELEASES:]


@dataclass
class Survey:
    """What the second pass saw.

    Attributes:
        parts: (app or empty, input) → what was seen.
        lines: (input, number) → text of the lines that were asked for.
    """

    parts: dict[tuple[str, str], AppSurvey] = field(default_factory=dict)
    lines: dict[tuple[str, int], str] = field(default_factory=dict)

    def part(self, app: str | None, name: str) -> AppSurvey:
        """Give the part of an app in an input; apps beyond the bound share the nameless part."""
        key = (app or "", name)
        found = self.parts.get(key)
        if found is not None:
            return found
        if key[0] and len(self.parts) >= MOST_APPS:
            key = ("", name)
        return self.parts.setdefault(key, AppSurvey())

    def of(self, report: Report) -> AppSurvey:
        """Add up what belongs to a report: its app's parts, and nameless parts of inputs that name only this app."""
        total = AppSurvey()
        for (app, name), part in self.parts.items():
            named = {other for other, place in self.parts if place == name and other}
            owner = app or (next(iter(named)) if len(named) == 1 else "")
            if owner == (report.source.app or "") and name in report.source.inputs:
                total.merge(part)
        return total


Sink = Callable[[Event, str, Request | None], None]
"""Takes every event with its input's name and the request that it tells of."""

Inputs = Iterable[tuple[str, Iterable[Block]]]
"""Inputs by name, each as blocks whose lines count from its own first one; reading may raise InputError."""


def survey_inputs(
    settings: Settings,
    analysis: Analysis | None = None,
    *,
    with_messages: bool = False,
    sink: Sink | None = None,
    on_bytes: Callable[[int], None] | None = None,
    inputs: Inputs | None = None,
) -> Survey:
    """Read the inputs once more.

    Args:
        settings: those of the analysis; standard input must stand at its start again.
        analysis: whose evidence and timeline say which lines are wanted; None for none.
        with_messages: whether the forms of messages are collected, which needs every line parsed.
        sink: takes every event, which needs every line parsed as well.
        on_bytes: told how many bytes each block had.
        inputs: what is read instead of the paths of *settings*.
    """
    survey = Survey()
    wanted = wanted_lines(analysis.reports) if analysis is not None else {}
    for name, blocks in inputs if inputs is not None else _read_paths(settings):
        offset = 0
        reader = _Reader(settings, survey, name, wanted.get(name, frozenset()), with_messages, sink)
        try:
            for block in blocks:
                reader.read(block, offset)
                offset += block.raw_lines
                if on_bytes is not None:
                    on_bytes(block.raw_bytes)
        except InputError:
            continue  # the analysis has reported it
    return survey


def _read_paths(settings: Settings) -> Inputs:
    """Give the inputs that the settings name."""
    for source in find_sources(settings.paths)[0]:
        yield source.name, read_blocks(source, block_bytes=settings.block_bytes)


def wanted_lines(reports: Iterable[Report]) -> Mapping[str, frozenset[int]]:
    """Give the numbers of the lines that the document will show, by input."""
    wanted: dict[str, set[int]] = {}
    for report in reports:
        for finding in (report.verdict, *report.incidents):
            for one in finding.evidence:
                wanted.setdefault(one.input, set()).update(range(max(1, one.line - AROUND), one.line + AROUND + 1))
        for advisory in report.advisories:
            for one in advisory.evidence:
                wanted.setdefault(one.input, set()).add(one.line)
        for entry in report.timeline:
            wanted.setdefault(entry.input, set()).add(entry.line)
    return {name: frozenset(numbers) for name, numbers in wanted.items()}


@dataclass
class _Reader:
    """Reads the blocks of one input."""

    settings: Settings
    survey: Survey
    name: str
    wanted: frozenset[int]
    with_messages: bool
    sink: Sink | None

    def __post_init__(self) -> None:
        """Choose what can be read without the ingesters: nothing where the user filters or wants every event."""
        chosen = self.settings
        is_whole = (chosen.since, chosen.until, chosen.app, chosen.process) == (None, None, None, None)
        self._forms: tuple[Form, ...] = forms_of(chosen.platform) if is_whole and self.sink is None else ()
        self._skips_output = bool(self._forms) and not self.with_messages

    def read(self, block: Block, offset: int) -> None:
        """Read one block whose lines start behind *offset* lines."""
        data, numbers = block.data, block.numbers
        for index, (start, end) in enumerate(line_spans(data)):
            number = offset + (numbers[index] if numbers else index + 1)
            if number in self.wanted:
                text = data[start : min(end, start + 4 * LONGEST_LINE)].decode("utf-8", "replace")
                self.survey.lines[self.name, number] = text[:LONGEST_LINE]
            asked = self._read_ordinary(data, start, end)
            if asked is not None:
                part = self.survey.part(None, self.name)
                part.count(asked.at, asked.kind, asked.time_ms, (asked.method, asked.path))
            elif self._may_matter(data, start, end):
                line = Line(number, data[start:end].decode("utf-8", "replace"))
                self._take(parse(line, self.settings.platform))

    def _read_ordinary(self, data: bytes, start: int, end: int) -> Asked | None:
        """Read a request line of an ordinary form; the form that fitted last is tried first."""
        for form in self._forms:
            asked = form.read(data, start, end)
            if asked is not None:
                if form is not self._forms[0]:
                    self._forms = (form, *(other for other in self._forms if other is not form))
                return asked
        return None

    def _may_matter(self, data: bytes, start: int, end: int) -> bool:
        """Say whether a line has to be parsed."""
        if self.with_messages or self.sink is not None or MAY_NAME_RELEASE.search(data, start, end):
            return True
        if MAY_BE_REQUEST.search(data, start, end) is None:
            return False
        return not (self._skips_output and is_app_output(data, start, end))

    def _take(self, event: Event) -> None:
        """Count one event."""
        if not (self.settings.is_wanted(event) and self.settings.is_in_time(event.at)):
            return
        request = request_of(event)
        part = self.survey.part(event.app, self.name)
        if self.with_messages and event.source != "router":
            part.messages.add(event, self.name)
        release = release_of(event) if request is None else None
        if release is not None:
            part.releases = [*part.releases[-MOST_RELEASES:], release]
        if request is not None:
            at = event.at if event.at is not None and event.at.year != UNDATED_YEAR else None
            kind = kind_of(request.code, request.process, request.status)
            part.count(at, kind, request.service_ms, request_target(event))
        if self.sink is not None:
            self.sink(event, self.name, request)


def request_target(event: Event) -> tuple[str, str]:
    """Give method and path of a router's event; empty where it does not say."""
    method, path = event.fields.get("method", ""), event.fields.get("path", "")
    if not path:
        found = REQUEST_LINE.search(event.fields.get("request", "") or event.message)
        if found:
            method, path = found["method"], found["path"]
    return method, path
