"""HTML of a postmortem: one file that needs nothing else, of bounded size.

The page asks nobody for anything: its policy lets in its own style and script by their digests and nothing more.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from loganalyzer import __version__
from loganalyzer.model import PLATFORM_NAMES
from loganalyzer.outcome import TimelineEntry
from loganalyzer.postmortem.charts import Chart, draw_charts
from loganalyzer.postmortem.kinds import is_recovery, is_trouble
from loganalyzer.postmortem.record import AppReview, CitedLine, Moment, Postmortem
from loganalyzer.postmortem.shown import ShownEntries, choose_entries
from loganalyzer.postmortem.wording import duration_words, moment_words
from loganalyzer.report.layout import line_labels

__all__ = ["filters", "render", "stations"]

MOST_BYTES = 1_500_000
FEWEST = 5
FEWEST_CHARTS = 1
WEIGHT = ("incident", "recovered", "unknown", "healthy")
REST_OF_POLICY = "img-src data:; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of each part is shown.

    Attributes:
        rows: apps in the table at the top.
        apps: those that have a part of their own, the ones in trouble first.
        charts: those that have charts.
        figures: rows of the table below a chart.
    """

    rows: int = 500
    apps: int = 30
    charts: int = 8
    entries: int = 400
    changes: int = 60
    blocks: int = 30
    occurrences: int = 12
    figures: int = 120
    cited: int = 400
    text: int = 300

    def smaller(self) -> Limits:
        """Give half as many charts, which take most room; once there are few, half as much of everything else."""
        if self.charts > FEWEST_CHARTS:
            return replace(self, charts=self.charts // 2)
        halves = {name: max(FEWEST, getattr(self, name) // 2) for name in self.__slots__}
        return replace(self, **{**halves, "charts": self.charts})


@dataclass(frozen=True)
class View:
    """One app as the page shows it.

    Attributes:
        charts: of its traffic; None when they are left out.
    """

    review: AppReview
    id: str
    limits: Limits
    charts: tuple[Chart, ...] | None

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Give the parts of the app's article."""
        review = self.review
        parts = [
            ("summary", "Summary", True),
            ("incidents", "Incidents", bool(review.incidents)),
            ("changes", "What changed", True),
            ("timeline", "Timeline", True),
            ("traffic", "Traffic", bool(review.traffic.requests)),
            ("evidence", "Evidence", True),
            ("comparison", "Against the good log", review.comparison is not None),
            ("fix", "Fix and prevention", True),
        ]
        return [(anchor, words) for anchor, words, is_there in parts if is_there]

    @cached_property
    def _chosen(self) -> ShownEntries:
        """Choose the entries of the timeline."""
        return choose_entries(self.review.timeline, self.limits.entries)

    @property
    def timeline(self) -> list[tuple[int, TimelineEntry]]:
        """Give the entries with their numbers."""
        return self._chosen.entries

    @property
    def entries_left_out(self) -> str:
        """Say what is left out of the timeline."""
        return self._chosen.left_out

    @cached_property
    def processes(self) -> list[str]:
        """Give the processes that the filter offers."""
        return sorted({entry.process for _, entry in self.timeline if entry.process})

    @cached_property
    def kinds(self) -> list[str]:
        """Give the kinds that the filter offers."""
        return sorted({entry.kind for _, entry in self.timeline})

    @cached_property
    def stretches(self) -> list[tuple[str, int, int]]:
        """Give the incidents that the filter offers: words, and the seconds since 1970 between which they lie."""
        found = []
        for incident in self.review.incidents:
            occurrences = incident.occurrences[: self.limits.occurrences]
            for number, one in enumerate(occurrences, start=1):
                times = [at for at in (*(moment.at for moment in one.moments), one.start, one.last_seen, one.end) if at]
                words = f"incident {incident.number}" + (f", time {number}" if len(occurrences) > 1 else "")
                if times:
                    found.append((words, int(min(times).timestamp()), int(max(times).timestamp()) + 1))
        return found

    @cached_property
    def cited(self) -> tuple[CitedLine, ...]:
        """Give the lines that the shown entries point at and that are no evidence."""
        wanted = {(entry.input, entry.line) for _, entry in self.timeline}
        return tuple(one for one in self.review.cited if (one.input, one.line) in wanted)[: self.limits.cited]

    @cached_property
    def _shown(self) -> set[tuple[str, int]]:
        """Give the lines that stand in the page."""
        blocks = [one for block in self.review.evidence[: self.limits.blocks] for one in block.lines]
        return {(one.input, one.line) for one in (*blocks, *self.cited)}

    @cached_property
    def _labels(self) -> dict[str, str]:
        """Give what stands before the number of a line, by input."""
        return line_labels(self.review.source.inputs)

    def place(self, name: str, line: int) -> str:
        """Say which line is meant, with its input where there are several."""
        label = self._labels.get(name)
        return f"{label}:{line}" if label else f"line {line}"

    def anchor(self, name: str, line: int) -> str:
        """Give the id of a line; empty when it is not shown."""
        if (name, line) not in self._shown:
            return ""
        inputs = self.review.source.inputs
        return f"{self.id}-{inputs.index(name) + 1 if name in inputs else 0}-{line}"


def render(postmortem: Postmortem) -> str:
    """Write the page; where it would become too large, less of each part is shown."""
    limits = Limits()
    environment = Environment(
        loader=PackageLoader("loganalyzer.postmortem"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        keep_trailing_newline=True,
    )
    environment.filters.update(filters())
    template = environment.get_template("postmortem.html")
    drawn: dict[int, tuple[Chart, ...]] = {}
    while True:
        page = template.render(_context(postmortem, limits, drawn))
        if len(page.encode("utf-8", "replace")) <= MOST_BYTES or limits == limits.smaller():
            return page
        limits = limits.smaller()


def _context(postmortem: Postmortem, limits: Limits, drawn: dict[int, tuple[Chart, ...]]) -> dict[str, Any]:
    """Give what the template shows; charts are drawn once."""
    folder = files("loganalyzer.postmortem") / "templates"
    style = (folder / "postmortem.css").read_text(encoding="utf-8")
    script = (folder / "postmortem.js").read_text(encoding="utf-8")
    views = _views(postmortem.reviews, limits, drawn)
    ids = {view.id for view in views}
    names = (
        "standard input" if name == "-" else name for review in postmortem.reviews for name in review.source.inputs
    )
    return {
        "postmortem": postmortem,
        "views": views,
        "rows": [
            (review, f"app{number}" if f"app{number}" in ids else "")
            for number, review in enumerate(postmortem.reviews[: limits.rows], start=1)
        ],
        "inputs": list(dict.fromkeys(names)),
        "limits": limits,
        "style": Markup(style),  # noqa: S704 (the package's own file)
        "script": Markup(script),  # noqa: S704 (the package's own file)
        "policy": f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; {REST_OF_POLICY}",
        "version": __version__,
    }


def _views(reviews: Sequence[AppReview], limits: Limits, drawn: dict[int, tuple[Chart, ...]]) -> list[View]:
    """Choose the apps that have a part of their own, those in trouble first, and leave them in their order."""
    chosen = sorted(range(len(reviews)), key=lambda index: WEIGHT.index(reviews[index].verdict.status))[: limits.apps]
    for index in chosen[: limits.charts]:
        if index not in drawn:
            drawn[index] = draw_charts(reviews[index], f"app{index + 1}")
    charted = set(chosen[: limits.charts])
    return [
        View(reviews[index], f"app{index + 1}", limits, drawn[index] if index in charted else None)
        for index in sorted(chosen)
    ]


def _digest(text: str) -> str:
    """Give the digest by which the policy knows an inline part."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def filters() -> Mapping[str, Any]:
    """Give the filters of templates."""
    return {
        "moment": moment_words,
        "moment_or_none": lambda at: None if at is None else moment_words(at),
        "duration": duration_words,
        "count_words": lambda count: f"{count:,}",
        "percent": lambda share: f"{share:.1%}",
        "percent0": lambda share: f"{share:.0%}",
        "platform": lambda name: PLATFORM_NAMES.get(name, name),
        "shorten": lambda text, most: text if len(text) <= most else text[: most - 3] + "...",
        "tone": lambda entry: "trouble" if is_trouble(entry) else "well" if is_recovery(entry) else "",
        "stations": stations,
        "segments": segments,
        "drawn": Markup,
    }


def segments(line: CitedLine) -> list[tuple[str, bool]]:
    """Cut a line at its captured values, so that they can be marked."""
    if not line.values:
        return [(line.text, False)]
    ordered = sorted(line.values, key=lambda value: (-len(value), value))
    regex = re.compile(rf"(?<![\w.-])({'|'.join(map(re.escape, ordered))})(?![\w-]|\.\d)")
    return [(part, index % 2 == 1) for index, part in enumerate(regex.split(line.text)) if part]


def stations(moments: tuple[Moment, ...]) -> list[tuple[str, Moment]]:
    """Put the moments of one line together, with their names."""
    joined: list[tuple[str, Moment]] = []
    for one in moments:
        if joined and (joined[-1][1].at, joined[-1][1].line, joined[-1][1].input) == (one.at, one.line, one.input):
            names, first = joined[-1]
            joined[-1] = (f"{names}, {one.name}", first)
        else:
            joined.append((one.name, one))
    return joined
