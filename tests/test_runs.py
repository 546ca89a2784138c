"""Runs: which start, exit and stop lines belong to which life of a process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from loganalyzer.diagnosis.runs import GRACE, Run, find_runs, seconds_between
from loganalyzer.model import UNDATED_YEAR, Claim, Value
from loganalyzer.summary import Sighting

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def see(
    second: float | None, statement: str, *, process: str | None = "web.1", source: str = "platform", **values: Value
) -> Sighting:
    """Make a sighting so many seconds after START; None for a line without a time."""
    at = None if second is None else START + timedelta(seconds=second)
    number = 1 if second is None else round(second * 10) + 1
    return Sighting(
        "app.log",
        number,
        at,
        statement,
        statement,
        "heroku",
        source,
        process,
        Claim.HEADED,
        "",
        "any",
        statement,
        values,
    )


def state(second: float, before: str, after: str) -> Sighting:
    """Make a change of state."""
    return see(second, "state-changed", from_state=before, to_state=after)


def told(runs: list[Run]) -> list[list[str]]:
    """Give the statements of each run."""
    return [[one.statement for one in run.sightings] for run in runs]


class TestStarts:
    """Where a run begins."""

    def test_each_start_begins_a_run(self) -> None:
        """Two starts with a crash between them are two runs, each with its own exit."""
        runs = find_runs(
            [
                see(0, "process-starting"), see(1, "exception", source="app"), see(2, "exited", exit_status=1), state(2.1, "starting", "crashed"),
                state(3, "crashed", "starting"), see(9, "process-starting"), see(10, "listening", source="app"), see(70, "boot-timeout"),
            ]
        )  # fmt: skip
        assert told(runs) == [
            ["process-starting", "exception", "exited", "state-changed"],
            ["state-changed", "process-starting", "listening", "boot-timeout"],
        ]
        assert all(run.started for run in runs)

    def test_a_log_may_begin_within_a_run(self) -> None:
        """Lines before the first start belong to a run whose start the log does not show."""
        runs = find_runs(
            [see(0, "request-served", source="app"), see(5, "exited", exit_status=1), see(9, "process-starting")]
        )
        assert [(run.started, len(run.sightings)) for run in runs] == [(False, 2), (True, 1)]

    def test_start_lines_in_a_row_are_one_start(self) -> None:
        """A change of state and the start line that follows begin one run, not two."""
        runs = find_runs(
            [state(0, "crashed", "starting"), see(4, "process-starting"), see(5, "listening", source="app")]
        )
        assert told(runs) == [["state-changed", "process-starting", "listening"]]

    def test_a_container_begins_a_run(self) -> None:
        """A new container is a new life of its instance."""
        first = [see(0, "container-created", process="web.0"), see(9, "exited", process="web.0", exit_status=1)]
        second = [see(12, "container-created", process="web.0"), see(20, "became-up", process="web.0")]
        assert [len(run.sightings) for run in find_runs(first + second)] == [2, 2]

    def test_processes_are_kept_apart(self) -> None:
        """Lines of several processes go to the runs of their own process, in the order in which these begin."""
        runs = find_runs(
            [
                see(0, "process-starting", process="worker.1"), see(1, "process-starting"), see(2, "exited", process="worker.1", exit_status=1),
                see(3, "listening", source="app"), see(4, "process-starting", process="worker.1"),
            ]
        )  # fmt: skip
        assert [(run.process, len(run.sightings)) for run in runs] == [("worker.1", 2), ("web.1", 2), ("worker.1", 1)]

    @pytest.mark.parametrize("source", ["build", "router", "addon"])
    def test_others_have_no_runs(self, source: str) -> None:
        """Lines of the build, the router and add-ons are no part of a process's life."""
        assert find_runs([see(0, "exited", source=source, exit_status=1)]) == []

    def test_lines_without_a_process_are_left_out(self) -> None:
        """A line that names no process begins no run."""
        assert find_runs([see(0, "process-starting", process=None)]) == []


class TestExits:
    """To which run an end belongs."""

    def test_a_trace_behind_the_exit_belongs_to_the_run_that_ended(self) -> None:
        """What an app logged too late is not the next run's."""
        runs = find_runs(
            [
                see(0, "process-starting"),
                see(2, "exited", exit_status=1),
                see(2.1, "dependency-missing", source="app"),
                see(9, "process-starting"),
            ]
        )
        assert told(runs) == [["process-starting", "exited", "dependency-missing"], ["process-starting"]]

    def test_the_stop_of_a_deploy_ends_the_old_run(self) -> None:
        """On a restart the exit that was asked for belongs to the old process, though the state line names the new start first."""
        runs = find_runs(
            [
                state(0, "starting", "up"), see(60, "restarting"), state(60, "up", "starting"), see(61, "stopping"),
                see(61.5, "exited", exit_status=143), see(70, "process-starting"), see(72, "listening", source="app"), state(73, "starting", "up"),
            ]
        )  # fmt: skip
        assert len(runs) == 2
        assert runs[0].of("exited")
        assert not runs[1].of("exited")
        assert runs[1].has("listening")

    def test_a_late_exit_goes_to_the_run_that_was_stopped(self) -> None:
        """An exit logged behind the new start still ends the process that was told to stop."""
        runs = find_runs(
            [
                see(0, "process-starting"), state(5, "starting", "up"), see(60, "stopping"), see(62, "process-starting"),
                see(63, "exited", exit_status=143), see(64, "listening", source="app"),
            ]
        )  # fmt: skip
        assert told(runs) == [
            ["process-starting", "state-changed", "stopping", "exited"],
            ["process-starting", "listening"],
        ]

    def test_a_failure_is_never_the_end_of_a_stop(self) -> None:
        """A status that no stop gives belongs to the new run, however near the stop is."""
        runs = find_runs(
            [
                see(0, "process-starting"),
                state(5, "starting", "up"),
                see(60, "stopping"),
                see(62, "process-starting"),
                see(63, "exited", exit_status=1),
            ]
        )
        assert not runs[0].has("exited")
        assert runs[1].has("exited")

    def test_an_exit_long_after_a_stop_is_not_its_end(self) -> None:
        """Behind the time that the platform gives for a stop, an exit is the new run's own."""
        late = 60 + GRACE.total_seconds() + 10
        runs = find_runs(
            [
                see(0, "process-starting"),
                state(5, "starting", "up"),
                see(60, "stopping"),
                see(62, "process-starting"),
                see(late, "exited", exit_status=0),
            ]
        )
        assert runs[1].has("exited")

    def test_one_stop_ends_one_process(self) -> None:
        """A second exit behind a new start is not put to a run that has ended already."""
        runs = find_runs(
            [
                see(0, "process-starting"), state(5, "starting", "up"), see(60, "stopping"), see(61, "exited", exit_status=143),
                see(62, "process-starting"), see(64, "exited", exit_status=0),
            ]
        )  # fmt: skip
        assert [len(run.of("exited")) for run in runs] == [1, 1]

    def test_shutdown_words_behind_a_start_are_the_old_process(self) -> None:
        """An app that says it shuts down while the new one starts is the one that was told to stop."""
        runs = find_runs(
            [
                see(0, "process-starting"), see(2, "listening", source="app"), see(60, "primary-port-changed"), see(61, "process-starting"),
                see(62, "app-stopping", source="app"), see(63, "listening", source="app"),
            ]
        )  # fmt: skip
        assert runs[0].has("app-stopping")
        assert not runs[1].has("app-stopping")


class TestRun:
    """Questions to a run."""

    def test_first_and_last(self) -> None:
        """A run gives the first and last of a statement."""
        run = Run("web.1", [see(None, "listening"), see(3, "listening"), see(8, "exited"), see(None, "exception")])
        assert run.first("listening") is run.sightings[0]
        assert run.last("listening", "exited") is run.sightings[2]
        assert run.first("killed") is None

    def test_seconds_between(self) -> None:
        """The time between two lines needs two times, both with a date or both without."""
        undated = Sighting(
            "-",
            1,
            START.replace(year=UNDATED_YEAR),
            "",
            "",
            "heroku",
            "app",
            "web.1",
            Claim.HEADED,
            "",
            "any",
            "listening",
            {},
        )
        assert seconds_between(see(2, "listening"), see(5, "exited")) == 3
        assert seconds_between(see(5, "listening"), see(2, "exited")) == -3
        assert seconds_between(undated, undated) == 0
        assert seconds_between(undated, see(2, "exited")) is None
        assert seconds_between(see(None, "listening"), see(2, "exited")) is None
        assert seconds_between(None, see(2, "exited")) is None
