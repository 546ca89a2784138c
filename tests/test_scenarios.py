"""Composed logs get the verdict that follows from their composition.

The number of scenarios is LOGANALYZER_SCENARIOS (3000 when it is not set); the seed is fixed, so a failure can be looked at
with `python -m tests.scenarios --count 3000 --seed 20240501 --show-misses`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pytest

from tests.scenarios import Scenario, compose, scenarios
from tests.scenarios.compose import PAIRS
from tests.scenarios.frameworks import FRAMEWORKS
from tests.scenarios.judging import Judge, Tally, is_right, matching_facts
from tests.scenarios.model import PLATFORMS
from tests.scenarios.repertoire import CAUSES, PLAYS

SEED = 20240501
COUNT = int(os.environ.get("LOGANALYZER_SCENARIOS", "3000"))
LEAST_RIGHT = 0.97
LEAST_FACTS = 0.95
MOST_OFF = 0.1
FEWEST_IN_BIN = 30
CATALOGUE = {
    "port-hardcoded",
    "port-loopback-only",
    "port-not-bound",
    "port-invalid",
    "port-in-use",
    "port-permission",
    "port-protocol-mismatch",
    "boot-slow",
    "crash-missing-dependency",
    "crash-missing-command",
    "crash-config",
    "crash-backing-service",
    "crash-exception",
    "exited-early",
    "memory-exceeded",
    "disk-exceeded",
    "request-timeout",
    "crash-runtime",
    "connection-dropped",
    "no-web-process",
    "route-unknown",
    "health-check-failing",
    "overload",
    "platform-limit",
    "platform-fault",
    "build-failed",
    "release-failed",
    "healthy",
    "unknown",
}


@pytest.fixture(scope="module")
def judge() -> Judge:
    """Load the library once."""
    return Judge()


def count(judge: Judge, composed: Iterable[Scenario]) -> Tally:
    """Judge scenarios one after the other."""
    tally = Tally()
    for scenario in composed:
        tally.add(scenario, judge.report(scenario.text))
    return tally


@pytest.mark.parametrize("platform", PLATFORMS)
def test_verdicts_and_facts_follow_from_the_composition(judge: Judge, platform: str) -> None:
    """Of each platform nearly all verdicts and facts are right, and no healthy log is called an incident."""
    tally = count(judge, (one for one in scenarios(COUNT, SEED) if one.platform == platform))
    alarmed = [scenario.id for scenario, _ in tally.misses if scenario.cause == "healthy"]
    assert not alarmed, f"healthy, and called an incident: {alarmed}\n{tally.describe()}"
    assert tally.share_right >= LEAST_RIGHT, tally.describe()
    assert tally.share_of_facts >= LEAST_FACTS, tally.describe(misses=0)


def test_confidences_are_shares(judge: Judge) -> None:
    """Verdicts stated with a confidence are right about that often."""
    tally = count(judge, scenarios(COUNT, SEED))
    off = [one for one in tally.reliability.bins.values() if one.count >= FEWEST_IN_BIN and abs(one.gap) > MOST_OFF]
    assert not off, tally.describe(misses=0)


class TestComposition:
    """What is asked is worth asking."""

    def test_every_cause_has_plays(self) -> None:
        """The plays cover the whole catalogue."""
        assert set(CAUSES) == CATALOGUE

    def test_every_pair_of_platform_and_cause_comes(self) -> None:
        """A few hundred scenarios hold each cause on each platform where it can occur."""
        came = {(one.platform, one.cause) for one in scenarios(len(PAIRS) * 6, SEED)}
        assert came >= set(PAIRS)

    def test_names_are_unique(self) -> None:
        """A scenario's id names one play."""
        assert not [name for name, times in Counter(play.name for play in PLAYS).items() if times > 1]

    def test_many_frameworks_of_all_runtimes_are_known(self) -> None:
        """More than 35 frameworks of 13 runtimes play a part."""
        assert len({one.name for one in FRAMEWORKS}) >= 35
        assert {one.runtime for one in FRAMEWORKS} >= {
            "node",
            "python",
            "ruby",
            "jvm",
            "go",
            "dotnet",
            "php",
            "elixir",
            "rust",
            "deno",
            "bun",
            "r",
            "static",
        }

    def test_the_same_seed_gives_the_same_bytes(self) -> None:
        """Composing is a pure function of number and seed."""
        assert [compose(number, SEED) for number in range(40)] == [compose(number, SEED) for number in range(40)]

    def test_another_seed_gives_other_logs(self) -> None:
        """The seed matters."""
        assert compose(3, SEED).text != compose(3, SEED + 1).text

    def test_the_evidence_is_in_the_log(self) -> None:
        """Evidence lines exist, are not blank, and only an end without words has none."""
        for one in scenarios(300, SEED):
            lines = one.text.splitlines()
            assert all(lines[number - 1].strip() for number in one.evidence_lines), one.id
            assert one.evidence_lines or one.cause in ("healthy", "unknown", "exited-early"), one.id

    def test_logs_stay_short(self) -> None:
        """A run over thousands of logs takes seconds."""
        sizes = [len(one.text.splitlines()) for one in scenarios(300, SEED) if "form:json" not in one.tags]
        assert sum(sizes) / len(sizes) < 80


class TestJudging:
    """The yardstick itself measures."""

    def test_another_verdict_that_the_log_bears_is_right_unless_strict(self, judge: Judge) -> None:
        """Acceptable verdicts count, but not strictly."""
        scenario = next(one for one in scenarios(100, SEED) if one.cause == "healthy")
        report = judge.report(scenario.text)
        other = replace(scenario, cause="overload", acceptable=("healthy",))
        assert is_right(other, report)
        assert not is_right(other, report, strictly=True)

    def test_a_fact_with_another_value_is_missed(self, judge: Judge) -> None:
        """Facts are compared by value."""
        scenario = next(
            one for one in scenarios(100, SEED) if "bound_port" in one.facts and one.cause == "port-hardcoded"
        )
        report = judge.report(scenario.text)
        assert matching_facts(scenario, report)["bound_port"]
        assert not matching_facts(replace(scenario, facts={"bound_port": (1,)}), report)["bound_port"]
