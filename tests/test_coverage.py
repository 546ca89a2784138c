"""The table of messages: `coverage/*.tsv` has every code and message that the platforms and frameworks are known to write.

A row is a message, the patterns that must hold for its example line (or `exception: ` and the reason why none does), the
program that writes it and where that can be seen, and the line. `coverage/required.toml` lists what must not be missing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from loganalyzer.ingesters import parse
from loganalyzer.knowledge import all_entries, find
from loganalyzer.knowledge.lookup import normalize
from loganalyzer.library import Library, Matcher
from loganalyzer.model import Event, Line, Match
from loganalyzer.text import strip_ansi

FOLDER = Path(__file__).parent / "coverage"
EXCEPTION = "exception: "
WEB_PORT = 8123
"""The port of every example in which the program lets one choose."""

HEADS = {
    "heroku": "2026-03-04T09:12:50.512345+00:00 app[web.1]: ",
    "render": "2026-03-04T09:12:50.512345678Z ",
    "cloudfoundry": "   2026-03-04T09:12:50.51+0000 [APP/PROC/WEB/0] OUT ",
}
BY_APPS = ("listening", "bind-failures", "failures")
"""Tables of messages that apps write, whatever the platform."""

STATUS = re.compile(r"\b[Ss]tatus(?: code)? (\d{1,3})\b")
SIGNALS = 128
"""An exit status above it is a signal's number and this."""

LISTENS = {"listening", "about-to-listen", "url-shown", "network-url-shown"}
FAILS = {
    "port-in-use", "port-denied", "address-unavailable", "port-invalid", "exception", "traceback", "dependency-missing",
    "command-missing", "config-missing", "config-invalid", "service-unreachable", "service-refused", "out-of-memory",
    "process-killed", "disk-full",
}  # fmt: skip
INCIDENTAL = {"framework-seen", "platform-seen", "error-logged", "exception", "failure-worded"}
"""What an exception's line may state beside its message: who wrote it, or that it is an error."""

CLOSED_FAMILIES = ("heroku-codes", "cloudfoundry-router", "render-deploys", "cloudfoundry-lifecycle")
"""Families whose messages are a list that the platform has; a pattern without a row shows a gap in the table."""

FEWEST_PROGRAMS = 40
FEWEST_BY_KIND = {
    "dependency-missing": 14,
    "command-missing": 14,
    "config-missing": 14,
    "service-unreachable": 25,
    "service-refused": 10,
    "out-of-memory": 10,
    "exception": 20,
}
"""Kind of failure → how many different programs must be in the table with it."""


@dataclass(frozen=True)
class Row:
    """One row of the table.

    Attributes:
        table: name of the file.
        message: what is written; in the tables of apps the program's name, a colon and what it tells.
        patterns: ids of the patterns that must hold.
        reason: why none does; empty when some do.
        source: program and place.
        line: an example as users pipe it.
    """

    table: str
    message: str
    patterns: tuple[str, ...]
    reason: str
    source: str
    line: str

    def __str__(self) -> str:
        """Give the pytest id."""
        return f"{self.table}/{self.message}"


def read_table(path: Path) -> list[Row]:
    """Read one table."""
    rows = []
    for text in path.read_text(encoding="utf-8").split("\n"):
        if not text or text.startswith("#"):
            continue
        message, patterns, source, line = text.split("\t", 3)
        reason = patterns.removeprefix(EXCEPTION) if patterns.startswith(EXCEPTION) else ""
        rows.append(Row(path.stem, message, () if reason else tuple(patterns.split()), reason, source, line))
    return rows


ROWS = [row for path in sorted(FOLDER.glob("*.tsv")) for row in read_table(path)]
REQUIRED = tomllib.loads((FOLDER / "required.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def matcher(library: Library) -> Matcher:
    """Give the shipped library, ready to be asked."""
    return Matcher(library)


def event_of(line: str) -> Event:
    """Give the event of a line."""
    return parse(Line(1, strip_ansi(line)))


@cache
def matches_of(matcher: Matcher, line: str) -> tuple[Match, ...]:
    """Give what holds for a line."""
    return tuple(matcher.match(event_of(line)))


@pytest.mark.parametrize("row", [row for row in ROWS if row.patterns], ids=str)
def test_line_has_its_patterns(row: Row, matcher: Matcher) -> None:
    """Every pattern that the row names holds for its line."""
    found = {match.pattern for match in matches_of(matcher, row.line)}
    assert set(row.patterns) <= found, f"found {sorted(found)}"


@pytest.mark.parametrize("row", [row for row in ROWS if row.reason], ids=str)
def test_exception_is_one(row: Row, matcher: Matcher) -> None:
    """An exception has a reason, and no pattern says more of it than who wrote it or that it is an error."""
    assert len(row.reason.split()) > 2
    stated = {match.statement for match in matches_of(matcher, row.line)}
    assert stated <= INCIDENTAL, "a pattern matches by now: name it"


@pytest.mark.parametrize("row", [row for row in ROWS if row.table in BY_APPS and row.patterns], ids=str)
def test_head_of_the_platform_changes_nothing(row: Row, matcher: Matcher) -> None:
    """What an app writes states the same on each platform; Heroku's client trims it."""
    event = event_of(row.line)
    if event.platform not in ("plain", "render") or event.source != "app":
        return  # the row is of one platform already
    wanted = [name for name in row.patterns if not matcher.library.by_id[name].platforms]
    for platform, head in HEADS.items():
        text = row.line.strip() if platform == "heroku" else row.line
        found = {match.pattern for match in matches_of(matcher, head + text)}
        assert set(wanted) <= found, f"on {platform}: {sorted(found)}"


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.table == "listening" and str(WEB_PORT) in row.line], ids=str
)
def test_port_is_read(row: Row, matcher: Matcher) -> None:
    """A line that names the web port gives it, whichever pattern reads it."""
    ports = [
        match.values.get("bound_port")
        for match in matches_of(matcher, row.line)
        if match.statement in LISTENS and match.pattern in row.patterns
    ]
    assert not row.patterns or WEB_PORT in ports


@pytest.mark.parametrize("row", [row for row in ROWS if row.table in ("listening", "bind-failures")], ids=str)
def test_listening_and_failing_are_told_apart(row: Row, matcher: Matcher) -> None:
    """A line about a listener states no failure, and a failed bind states no listener."""
    named = {matcher.library.by_id[name].states for name in row.patterns}
    stated = {match.statement for match in matches_of(matcher, row.line)}
    if named & LISTENS:
        assert not stated & FAILS
    elif named & FAILS:
        assert "listening" not in stated


@pytest.mark.parametrize("table", REQUIRED["lines"])
def test_no_message_of_a_platform_is_missing(table: str) -> None:
    """Every code and text of the platform stands in a line of its table."""
    lines = [row.line for row in ROWS if row.table == table]
    assert [piece for piece in REQUIRED["lines"][table] if not any(piece in line for line in lines)] == []


@pytest.mark.parametrize("table", REQUIRED["names"])
def test_no_program_is_missing(table: str) -> None:
    """Every framework, server and runtime has rows in the table."""
    assert set(REQUIRED["names"][table]) - programs_of(row for row in ROWS if row.table == table) == set()


def programs_of(rows: Iterable[Row]) -> set[str]:
    """Give the names in front of the colon of some rows' messages."""
    return {row.message.partition(": ")[0] for row in rows if ": " in row.message}


def test_failures_of_many_programs_are_known(library: Library) -> None:
    """Each kind of failure is in the table for many programs, and forty or more programs are in it at all."""
    rows = [row for row in ROWS if row.table == "failures"]
    assert len(programs_of(rows)) >= FEWEST_PROGRAMS
    counts = {
        kind: len(programs_of(row for row in rows if kind in {library.by_id[name].states for name in row.patterns}))
        for kind in FEWEST_BY_KIND
    }
    assert {kind: count for kind, count in counts.items() if count < FEWEST_BY_KIND[kind]} == {}


def test_words_of_the_knowledge_are_in_the_table() -> None:
    """Every word that can be explained stands in a line of the table, or the line is explained by it."""
    lines = [row.line for row in ROWS]
    shown = {entry.word for line in lines for entry in find(line)}
    statuses = {int(status) for line in lines for status in STATUS.findall(line)}
    shown |= {f"exit-{status}" for status in statuses} | {"exit-128+n" for status in statuses if status > SIGNALS}
    words = {entry.word for entry in all_entries() if not entry.is_judged} - shown
    plain = [normalize(line) for line in lines]
    assert {word for word in words if not any(normalize(word) in line for line in plain)} == set()


def test_rows_are_sound(library: Library) -> None:
    """A row names patterns of the library and its source; no message stands twice in a table."""
    assert {name for row in ROWS for name in row.patterns} <= set(library.by_id)
    assert [str(row) for row in ROWS if not row.source or not row.line] == []
    assert len({(row.table, row.message) for row in ROWS}) == len(ROWS)


def test_every_pattern_of_a_platform_has_a_row(library: Library) -> None:
    """A pattern for a platform's own message shows that the message exists, so it stands in the table."""
    named = {name for row in ROWS for name in row.patterns}
    wanted = {pattern.id for pattern in library.patterns if pattern.family in CLOSED_FAMILIES}
    assert wanted - named == set()
