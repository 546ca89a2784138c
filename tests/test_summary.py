"""The summary is a monoid, is bounded, and depends on nothing but what was seen."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import pairwise
from operator import add

from hypothesis import given, settings
from hypothesis import strategies as st

from loganalyzer.model import Event, Match
from loganalyzer.summary import (
    KEPT_FIRST,
    KEPT_LAST,
    LONGEST_TEXT,
    MOST_ACTIVITIES,
    MOST_APPS,
    MOST_GROUPS,
    AppSummary,
    Summary,
)
from loganalyzer.traffic import Request

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Seen:
    """One line of an invented log.

    Attributes:
        pattern: number of the pattern that matches; None when none does.
        process: number of the process.
        port: a telling value.
        second: seconds since START; None for a line without a time.
        app: the app's name; empty when the line names none.
        status: HTTP status of a request; 0 when the line is none.
    """

    pattern: int | None
    process: int
    port: int
    second: int | None
    app: str
    status: int


lines = st.builds(
    Seen,
    st.none() | st.integers(0, 3), st.integers(0, 2), st.integers(0, 2), st.none() | st.integers(0, 10**6),
    st.sampled_from(["", "", "shop", "blog"]), st.sampled_from([0, 200, 503]),
)  # fmt: skip
logs = st.lists(lines, max_size=60)


def summarize(log: Sequence[Seen]) -> Summary:
    """Summarize lines as the pipeline does with a block: numbers count from its first line."""
    summary = Summary(lines=len(log), bytes=10 * len(log))
    times = []
    for number, seen in enumerate(log, start=1):
        at = None if seen.second is None else START + timedelta(seconds=seen.second)
        times += [at] if at else []
        process = f"web.{seen.process}"
        text = f"line {seen}"
        part = summary.app(seen.app)
        minute = None if at is None else int(at.timestamp() // 60)
        part.count_lines("app", process, minute, 1)
        summary.claims["heroku", "headed"] += 1
        summary.remarks["colours"] += seen.port == 2
        if seen.status:
            part.traffic.add(
                [Request(minute, "H10" if seen.status == 503 else "", process, seen.status, 10 * seen.process)]
            )
        if seen.pattern is not None:
            event = Event(number, text, "heroku", "app", text, process=process, at=at, app=seen.app or None)
            part.add(
                Match(f"pattern-{seen.pattern}", "listening", event, {"bound_port": seen.port, "count": seen.status}),
                "app.log",
            )
    summary.first_at = times[0] if times else None
    summary.last_at = times[-1] if times else None
    return summary


def normal(summary: Summary) -> Summary:
    """Give a summary with counters free of zeros, brought to its bounds."""
    whole = Summary() + summary
    whole.remarks = +whole.remarks
    return whole


class TestMonoid:
    """Parts in any grouping give the whole."""

    @settings(deadline=None)
    @given(log=logs, cuts=st.lists(st.integers(0, 60), max_size=5))
    def test_parts_merge_to_the_whole(self, log: list[Seen], cuts: list[int]) -> None:
        """A log cut at any line borders merges to the summary of the whole log."""
        borders = sorted({0, len(log), *(min(cut, len(log)) for cut in cuts)})
        parts = [log[start:end] for start, end in pairwise(borders)]
        assert normal(reduce(add, map(summarize, parts), Summary())) == normal(summarize(log))

    @settings(deadline=None)
    @given(one=logs, two=logs, three=logs)
    def test_adding_is_associative(self, one: list[Seen], two: list[Seen], three: list[Seen]) -> None:
        """Which two of three parts are merged first makes no difference."""
        first = (summarize(one) + summarize(two)) + summarize(three)
        second = summarize(one) + (summarize(two) + summarize(three))
        assert normal(first) == normal(second)

    @settings(deadline=None)
    @given(log=logs)
    def test_an_empty_summary_changes_nothing(self, log: list[Seen]) -> None:
        """The empty summary is neutral on both sides."""
        summary = normal(summarize(log))
        assert normal(Summary() + summary) == summary == normal(summary + Summary())

    @settings(deadline=None)
    @given(one=logs, two=logs)
    def test_adding_leaves_both_parts_as_they_were(self, one: list[Seen], two: list[Seen]) -> None:
        """`+` gives a new summary and changes none of its operands."""
        left, right = summarize(one), summarize(two)
        _ = left + right + left
        assert (left, right) == (summarize(one), summarize(two))

    def test_order_of_the_parts_matters(self) -> None:
        """Line numbers of the later part stand behind those of the earlier one."""
        log = [Seen(0, 0, 0, 5, "", 0)] * 3
        (group,) = (summarize(log) + summarize(log)).app(None).groups.values()
        assert [one.number for one in group.first] == [1, 2, 3, 4, 5, 6]

    def test_too_many_apps_are_cut_the_same_way(self) -> None:
        """More apps than are kept apart give the same summary however the log was cut."""
        names = [f"app-{number}" for number in range(MOST_APPS + 10)]
        log = [Seen(0, 0, 0, 1, name, 200) for name in [*names, *reversed(names)]]
        whole, middle = normal(summarize(log)), len(names)
        assert normal(summarize(log[:middle]) + summarize(log[middle:])) == whole
        assert len(whole.apps) <= MOST_APPS + 1

    def test_too_many_groups_are_cut_the_same_way(self) -> None:
        """More different things than are kept give the same summary however the log was cut."""
        log = [Seen(0, 0, number * 7919 % 6521, 1, "", 0) for number in range(9000)]
        whole = normal(summarize(log))
        for cut in (1, 6521):
            assert normal(summarize(log[:cut]) + summarize(log[cut:])) == whole


class TestBounds:
    """Size follows the number of different things, up to a limit."""

    def test_many_different_things(self) -> None:
        """Twenty thousand different things leave no more than the most that is kept, with few lines each."""
        size = {count: self._summary_of(count) for count in (10_000, 20_000)}
        for summary in size.values():
            groups = summary.app(None).groups
            assert len(groups) == MOST_GROUPS
            assert all(len(group.first) <= KEPT_FIRST and len(group.last) <= KEPT_LAST for group in groups.values())
            assert len(summary.app(None).activity) <= MOST_ACTIVITIES
        assert len(pickle.dumps(size[20_000])) < 1.1 * len(pickle.dumps(size[10_000]))

    @staticmethod
    def _summary_of(count: int) -> Summary:
        """Summarize so many different lines by so many writers."""
        return normal(summarize([Seen(0, number, number, number, "", 0) for number in range(count)]))

    def test_many_equal_things(self) -> None:
        """Repeated lines are counted, and only the first and last ones are kept."""
        (group,) = normal(summarize([Seen(1, 0, 0, number, "", 0) for number in range(500)])).app(None).groups.values()
        assert group.count == 500
        assert [one.number for one in group.sightings()] == [*range(1, KEPT_FIRST + 1), *range(501 - KEPT_LAST, 501)]
        assert sum(counts["lines"] for _, counts in group.minutes.items()) == 500

    def test_long_lines_are_cut(self) -> None:
        """A line of any length is kept up to a limit."""
        part = AppSummary()
        part.add(Match("any", "listening", Event(1, "x" * 10**6, "plain", "app", "x" * 10**6)), "app.log")
        ((kept,),) = [group.first for group in part.groups.values()]
        assert (len(kept.text), len(kept.message)) == (LONGEST_TEXT, LONGEST_TEXT)


SCRIPT = """
import hashlib
from loganalyzer.model import Event, Match
from loganalyzer.summary import Summary
summary = Summary(lines=9000)
for number in range(9000):
    event = Event(number, "x", "plain", "app", "x", process=f"web.{number % 7}")
    summary.app(None).add(Match(f"p-{number % 11}", "listening", event, {"bound_port": number, "module": "m", "service": "s"}), "-")
whole = Summary() + summary
print(hashlib.sha256(repr([(key, group.count) for key, group in whole.app(None).groups.items()]).encode()).hexdigest())
"""


def test_hash_seed_changes_nothing() -> None:
    """Which groups are kept, and in which order, does not depend on the seed of Python's hashes."""
    outputs = Counter(
        subprocess.run(
            [sys.executable, "-c", SCRIPT], capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("0", "1", "4242")
    )
    assert len(outputs) == 1
