"""Runs a command and measures it: wall time, CPU time and peak memory of all of its processes together."""

from __future__ import annotations

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import psutil

__all__ = ["Cost", "FailedRunError", "median_cost", "ratio", "run"]

SAMPLED_S = 0.05
"""Time between two looks at the memory."""

FIRST_S = 0.005


class FailedRunError(Exception):
    """A command ended with a status that means that it did not do its work."""


class Cost(NamedTuple):
    """What a run took.

    Attributes:
        wall_s: from the start to the end.
        cpu_s: of the process and of all that it waited for.
        peak_bytes: of all processes at one moment; shared memory counts once where the system tells. None was seen of
            a run that was too short: 0.
    """

    wall_s: float
    cpu_s: float
    peak_bytes: int


def run(
    command: Sequence[str],
    stdin: Path | None = None,
    good: Sequence[int] = (0,),
    extra: Mapping[str, str] | None = None,
) -> Cost:
    """Run a command with its output thrown away.

    Args:
        command: program and arguments.
        stdin: a file that comes through a pipe; None for no input.
        good: exit statuses that mean that the work was done.
        extra: variables of the environment.

    Raises:
        FailedRunError: the status is another one.
    """
    feeder = subprocess.Popen(["cat", str(stdin)], stdout=subprocess.PIPE) if stdin is not None else None
    begin = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=feeder.stdout if feeder is not None else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(extra or {})},
    )
    if feeder is not None and feeder.stdout is not None:
        feeder.stdout.close()
    watch = _Watch(process.pid)
    watch.start()
    _, waited, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(waited)
    watch.stop()
    if feeder is not None:
        feeder.wait()
    if process.returncode not in good:
        raise FailedRunError(f"{command[0]} ended with {process.returncode}")
    return Cost(wall_s, usage.ru_utime + usage.ru_stime, watch.peak)


class _Watch(threading.Thread):
    """Looks at the memory of a process and its children until it is stopped.

    Attributes:
        peak: most bytes that were seen.
    """

    def __init__(self, pid: int) -> None:
        """Look at nothing yet."""
        super().__init__(daemon=True)
        self._pid = pid
        self._done = threading.Event()
        self.peak = 0

    def run(self) -> None:
        """Look again and again."""
        while not self._done.wait(SAMPLED_S if self.peak else FIRST_S):
            try:
                process = psutil.Process(self._pid)
                everyone = [process, *process.children(recursive=True)]
                self.peak = max(self.peak, sum(_memory_of(one) for one in everyone))
            except psutil.Error:
                continue

    def stop(self) -> None:
        """End."""
        self._done.set()
        self.join()


def _memory_of(process: psutil.Process) -> int:
    """Give what a process takes, with its share of what several have."""
    try:
        full = process.memory_full_info()
    except psutil.Error:
        return 0
    return int(getattr(full, "pss", 0) or full.rss)


def median_cost(costs: Sequence[Cost]) -> Cost:
    """Give the median of each figure.

    >>> median_cost([Cost(1.0, 2.0, 30), Cost(9.0, 1.0, 10), Cost(2.0, 3.0, 20)])
    Cost(wall_s=2.0, cpu_s=2.0, peak_bytes=20)
    """
    walls, cpus, peaks = zip(*costs, strict=True)
    return Cost(statistics.median(walls), statistics.median(cpus), int(statistics.median(peaks)))


def ratio(own: float, other: float) -> float:
    """Say how many times of the other one takes; infinite when the other took nothing that could be measured.

    >>> ratio(3.0, 2.0)
    1.5
    """
    return own / other if other > 0 else float("inf")
