"""The suites: what is compared with what; each gives its part of the page of results."""

from __future__ import annotations

import gzip
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.inputs import HOSTILE, write_input
from benchmarks.measuring import Cost, FailedRunError, median_cost, ratio, run
from benchmarks.peers import Patterns, Peer, own_command, peers_for, write_patterns
from benchmarks.tables import COLUMNS, row_of, table

__all__ = ["SUITES", "Bench"]

GROWTH = (1, 10, 100)
MANY = 1000
SHARES = (0.25, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Bench:
    """What every suite needs.

    Attributes:
        folder: where inputs are written; they are used again by the next call.
        size: bytes of an input.
        shapes: shapes of the first suite.
        platforms: platforms of the first suite; the others use the first of them.
        runs: runs of each, of which the median counts.
        say: told what is going on.
    """

    folder: Path
    size: int
    shapes: tuple[str, ...]
    platforms: tuple[str, ...]
    runs: int
    say: Callable[[str], None]

    def input(self, platform: str, shape: str, size: int | None = None) -> Path:
        """Give an input, written when it is not there yet."""
        size = self.size if size is None else size
        path = self.folder / f"{platform}-{shape}-{size}.log"
        if not path.exists():
            self.say(f"writing {path.name}")
            fresh = path.with_suffix(".part")
            write_input(fresh, platform, shape, size)
            fresh.replace(path)
        return path

    def measure(self, commands: Sequence[tuple[str, Callable[[], Cost]]]) -> dict[str, Cost | FailedRunError]:
        """Run several in turn, again and again, so that a busy moment of the machine meets all of them."""
        costs: dict[str, list[Cost]] = {}
        failed: dict[str, FailedRunError] = {}
        for _ in range(self.runs):
            for name, start in commands:
                if name in failed:
                    continue
                try:
                    costs.setdefault(name, []).append(start())
                except FailedRunError as problem:
                    failed[name] = problem
        known = {name: median_cost(all_of) for name, all_of in costs.items() if name not in failed}
        return {name: known.get(name) or failed[name] for name, _ in commands}

    def compare(self, title: str, commands: Sequence[tuple[str, Callable[[], Cost]]], size: int) -> str:
        """Write a table of several ways, the first of which the others are compared with."""
        self.say(title)
        measured = self.measure(commands)
        first = measured[commands[0][0]]
        own = first if isinstance(first, Cost) else None
        rows = []
        for name, cost in measured.items():
            if isinstance(cost, Cost):
                rows.append(row_of(name, cost, size, None if cost is own else own))
            else:
                rows.append([f"{name}: {cost}", *[""] * (len(COLUMNS) - 1)])
        return f"### {title}\n\n{table(COLUMNS, rows)}"


def compare_peers(bench: Bench) -> str:
    """Compare loganalyzer with its peers on every shape and platform."""
    there, missing = peers_for()
    with tempfile.TemporaryDirectory() as folder:
        patterns = write_patterns(Path(folder))
        parts = [
            bench.compare(
                f"{platform}, {shape}, {bench.size / 1e6:.0f} MB",
                list(_beside(bench.input(platform, shape), platform, there, patterns)),
                bench.input(platform, shape).stat().st_size,
            )
            for platform in bench.platforms
            for shape in bench.shapes
        ]
    notes = [f"- {peer.name}: {peer.does}" for peer in there]
    notes += [f"- {peer.name}: skipped, it is not installed" for peer in missing]
    notes.append(
        f"- regexes for ripgrep: {patterns.regex_count} of {patterns.all_count}, hints: {patterns.hint_count}; "
        "loganalyzer applies all of them, and gives the traffic, the timeline and the verdict"
    )
    return "\n\n".join(["## Beside other tools", "\n".join(notes), *parts])


def _beside(
    log: Path, platform: str, there: Sequence[Peer], patterns: Patterns
) -> Iterator[tuple[str, Callable[[], Cost]]]:
    """Give the runs on one log."""
    yield "loganalyzer", lambda: run(own_command(str(log)))
    for peer in there:
        yield peer.name, partial(run, peer.command(log, platform, patterns), good=peer.good)


def measure_growth(bench: Bench) -> str:
    """Measure how time and memory grow with the input, from a hundredth of the size to the size."""
    platform = bench.platforms[0]
    rows = []
    for factor in GROWTH:
        size = bench.size * factor // GROWTH[-1]
        log = bench.input(platform, "quiet", size)
        bench.say(f"growth, {size / 1e6:.0f} MB")
        cost = median_cost([run(own_command(str(log))) for _ in range(bench.runs)])
        rows.append(row_of(f"{size / 1e6:.0f} MB", cost, size, None)[:5])
    return f"## Growth\n\n{table(('input', *COLUMNS[1:5]), rows)}"


def measure_ways(bench: Bench) -> str:
    """Compare one file with standard input, many small files, and packed files."""
    platform = bench.platforms[0]
    log = bench.input(platform, "quiet")
    size = log.stat().st_size
    many = _cut(log, bench.folder / f"{log.stem}-{MANY}")
    packed = log.with_suffix(".log.gz")
    if not packed.exists():
        with log.open("rb") as source, gzip.open(packed, "wb", compresslevel=6) as target:
            shutil.copyfileobj(source, target, 1 << 20)
    commands = [
        ("one file", lambda: run(own_command(str(log)))),
        ("standard input", lambda: run(own_command("-"), stdin=log)),
        (f"{MANY} files", lambda: run(own_command(str(many)))),
        ("gzip", lambda: run(own_command(str(packed)))),
        ("zcat and wc -l", lambda: run(["sh", "-c", 'zcat "$1" | wc -l', "sh", str(packed)])),
        ("--jobs 1", lambda: run(own_command("--jobs", "1", str(log)))),
    ]
    return f"## Ways of input\n\n{bench.compare(f'{platform}, quiet, {bench.size / 1e6:.0f} MB', commands, size)}"


def _cut(log: Path, folder: Path) -> Path:
    """Cut a log into many files of whole lines."""
    if not folder.is_dir():
        fresh = folder.with_suffix(".part")
        fresh.mkdir()
        share = log.stat().st_size // MANY + 1
        with log.open("rb") as file:
            for number in range(MANY):
                data = file.read(share) + file.readline()
                if data:
                    (fresh / f"{number:04}.log").write_bytes(data)
        fresh.rename(folder)
    return folder


def measure_patterns(bench: Bench) -> str:
    """Measure with parts of the library, each the shipped patterns of a share of the files."""
    platform = bench.platforms[0]
    log = bench.input(platform, "quiet")
    rows = []
    first: Cost | None = None
    for share in SHARES:
        with tempfile.TemporaryDirectory() as cache:
            command = [sys.executable, "-m", "benchmarks.part", str(share), str(log)]
            run(command, extra={"LOGANALYZER_CACHE": cache})
            bench.say(f"{share:.0%} of the patterns")
            cost = median_cost([run(command, extra={"LOGANALYZER_CACHE": cache}) for _ in range(bench.runs)])
        first = first or cost
        rows.append(
            [f"{share:.0%}", f"{cost.wall_s:.2f}", f"{cost.cpu_s:.2f}", f"{ratio(cost.wall_s, first.wall_s):.2f} x"]
        )
    return f"## Number of patterns\n\n{table(('patterns', 'wall s', 'CPU s', 'to the first'), rows)}"


def measure_start(bench: Bench) -> str:
    """Measure the start beside an empty program."""
    log = bench.input(bench.platforms[0], "quiet", 25_000)
    with tempfile.TemporaryDirectory() as folder:
        caches = iter(f"{folder}/{number}" for number in range(bench.runs))
        commands = [
            ("python -c pass", lambda: run([sys.executable, "-c", "pass"])),
            ("--help", lambda: run([sys.executable, "-m", "loganalyzer", "--help"])),
            ("a short log", lambda: run(own_command(str(log)))),
            ("a short log, first run", lambda: run(own_command(str(log)), extra={"LOGANALYZER_CACHE": next(caches)})),
        ]
        bench.say("start")
        measured = bench.measure(commands)
    empty = measured["python -c pass"]
    assert isinstance(empty, Cost)
    rows = [
        [name, f"{cost.wall_s * 1000:.0f}", f"{ratio(cost.wall_s, empty.wall_s):.1f} x"]
        for name, cost in measured.items()
        if isinstance(cost, Cost)
    ]
    lines = log.read_bytes().count(b"\n")
    return f"## Start\n\nThe short log has {lines} lines.\n\n{table(('program', 'wall ms', 'to an empty one'), rows)}"


def measure_hostile(bench: Bench) -> str:
    """Measure logs that are made to be hostile beside a quiet one of the same size."""
    platform = bench.platforms[0]
    logs = {shape: bench.input(platform, shape) for shape in ("quiet", *HOSTILE)}
    commands: list[tuple[str, Callable[[], Cost]]] = [
        (shape if shape == "quiet" else f"{shape}, each line another", partial(run, own_command(str(log))))
        for shape, log in logs.items()
    ]
    size = logs["quiet"].stat().st_size
    return f"## Hostile logs\n\n{bench.compare(f'{platform}, {size / 1e6:.0f} MB', commands, size)}"


SUITES: dict[str, Callable[[Bench], str]] = {
    "peers": compare_peers,
    "start": measure_start,
    "ways": measure_ways,
    "growth": measure_growth,
    "patterns": measure_patterns,
    "hostile": measure_hostile,
}
