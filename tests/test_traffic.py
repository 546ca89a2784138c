"""Traffic: counts per minute and latency histograms can be merged in any grouping and stay small and right."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loganalyzer.traffic import (
    MOST_BUCKETS,
    MOST_PROCESSES,
    Minutes,
    Request,
    Traffic,
    bucket_middle,
    bucket_of,
    is_error,
    percentile,
    starts_of_buckets,
)

# Stretches of minutes: close ones fill slots, far ones force wide ones; minutes before 1970 are times as well.
stretches = st.lists(
    st.builds(
        lambda start, step, count: range(start, start + step * count, step),
        st.integers(-(10**6), 10**7), st.sampled_from([1, 2, 3, 60, 1441]), st.integers(0, 1500),
    ),
    max_size=3,
)  # fmt: skip


def count(minutes: Iterable[int]) -> Minutes:
    """Count each minute once."""
    counted = Minutes()
    for minute in minutes:
        counted.add(minute, Counter(requests=1))
    return counted


def merge(*parts: Minutes) -> Minutes:
    """Merge parts into a new one."""
    whole = Minutes()
    for part in parts:
        whole.merge(part)
    return whole


class TestMinutes:
    """Counters by minute."""

    @settings(deadline=None, max_examples=40)
    @given(one=stretches, two=stretches, three=stretches)
    def test_widening_is_associative(self, one: list[range], two: list[range], three: list[range]) -> None:
        """Parts merged in any grouping and order give what counting everything at once gives."""
        sets = [[minute for stretch in part for minute in stretch] for part in (one, two, three)]
        first, second, third = map(count, sets)
        whole = count(minute for part in sets for minute in part)
        assert merge(merge(first, second), third) == whole
        assert merge(first, merge(second, third)) == whole
        assert merge(third, first, second) == whole

    @settings(deadline=None, max_examples=40)
    @given(part=stretches)
    def test_slots_are_few_and_lose_nothing(self, part: list[range]) -> None:
        """There are never more slots than allowed, they are in order, and their counts add up."""
        minutes = [minute for stretch in part for minute in stretch]
        counted = count(minutes)
        assert len(counted.slots) <= MOST_BUCKETS
        starts = [start for start, _ in counted.items()]
        assert starts == sorted(starts)
        assert sum(counts["requests"] for _, counts in counted.items()) == len(minutes)

    def test_adding_keeps_no_hold_of_the_callers_counter(self) -> None:
        """A counter that is added and changed later does not change what was counted."""
        counts = Counter(requests=1)
        minutes = Minutes()
        minutes.add(5, counts)
        counts["requests"] = 100
        assert minutes.items() == [(5, Counter(requests=1))]


class TestLatency:
    """The histogram."""

    @given(
        values=st.lists(st.integers(0, 10**7), min_size=1, max_size=300), share=st.sampled_from([0.5, 0.95, 0.99, 1.0])
    )
    def test_percentiles_are_right_within_a_tenth(self, values: list[int], share: float) -> None:
        """A percentile of the histogram lies within 10 % (and half a millisecond) of the true one."""
        true = sorted(values)[math.ceil(len(values) * share) - 1]
        found = percentile(Counter(map(bucket_of, values)), share)
        assert found is not None
        assert abs(found - true) <= 0.1 * true + 0.5

    def test_no_requests_have_no_percentile(self) -> None:
        """An empty histogram has none."""
        assert percentile(Counter(), 0.5) is None

    @given(one=st.integers(0, 10**9), two=st.integers(0, 10**9))
    def test_buckets_keep_the_order(self, one: int, two: int) -> None:
        """A longer time is never in an earlier bucket, and what stands for a bucket lies in it or beside it."""
        assert (one <= two) <= (bucket_of(one) <= bucket_of(two))
        assert abs(bucket_of(bucket_middle(bucket_of(one))) - bucket_of(one)) <= 1


requests = st.builds(
    Request,
    st.none() | st.integers(0, 5000), st.sampled_from(["", "H12", "H27", "endpoint_failure"]),
    st.sampled_from(["", "web.1", "web.2"]), st.sampled_from([0, 200, 404, 499, 502, 503]), st.none() | st.integers(0, 31_000),
)  # fmt: skip


class TestTraffic:
    """Requests."""

    @settings(deadline=None)
    @given(items=st.lists(requests, max_size=80), cut=st.integers(0, 80))
    def test_parts_merge_to_the_whole(self, items: list[Request], cut: int) -> None:
        """Requests counted in two parts give the traffic of all of them."""
        whole, first, second = Traffic(), Traffic(), Traffic()
        whole.add(items)
        first.add(items[:cut])
        second.add(items[cut:])
        first.merge(second)
        assert first == whole

    @given(items=st.lists(requests, max_size=80))
    def test_counts_add_up(self, items: list[Request]) -> None:
        """Requests, errors and statuses are as many as went in."""
        traffic = Traffic()
        traffic.add(items)
        assert traffic.requests == len(items)
        assert traffic.errors == sum(map(is_error, items))
        assert sum(traffic.by_status.values()) == sum(1 for item in items if item.status)
        assert sum(counts["requests"] for _, counts in traffic.minutes.items()) == sum(
            1 for item in items if item.minute is not None
        )

    @pytest.mark.parametrize(
        ("code", "status", "failed"),
        [
            ("", 200, False),
            ("", 404, False),
            ("", 500, True),
            ("H12", 503, True),
            ("H18", 200, True),
            ("H27", 499, False),
            ("H28", 499, False),
            ("", 499, False),
            ("", 0, False),
        ],
    )
    def test_what_counts_as_an_error(self, code: str, status: int, failed: bool) -> None:
        """A fault of the app or the platform is an error, a client's is not, whatever the status says."""
        assert is_error(Request(None, code, "web.1", status, 5)) is failed

    def test_too_many_processes_are_cut_the_same_way(self) -> None:
        """More processes than are kept apart give the same counts however the requests were cut."""
        names = [f"web.{number}" for number in range(MOST_PROCESSES + 20)]
        items = [Request(0, "", name, 200, 5) for name in [*names, *reversed(names)]]
        whole, first, second = Traffic(), Traffic(), Traffic()
        whole.add(items)
        first.add(items[: len(names)])
        second.add(items[len(names) :])
        first.merge(second)
        for traffic in (whole, first):
            traffic.close()
        assert len(whole.by_process) <= MOST_PROCESSES
        assert first == whole


def test_starts_of_buckets_agree_with_the_buckets() -> None:
    """Durations are looked up in them many at once."""
    starts = starts_of_buckets(100_000)
    for milliseconds in (*range(5_000), *(start + step for start in starts for step in (-1, 0, 1)), 99_999):
        assert bisect_right(starts, milliseconds) == bucket_of(milliseconds), milliseconds
