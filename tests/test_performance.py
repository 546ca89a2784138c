"""The pace, as ratios to another program on the same file in the same run; no time is compared with a clock.

The margins are some times what was measured, so that a busy machine does not fail them and a tenfold slip does.
"""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from benchmarks.inputs import write_input
from benchmarks.measuring import ratio, run
from benchmarks.peers import PEERS, Patterns, own_command, write_patterns
from benchmarks.platforms import PLATFORMS

SIZE = 16_000_000
PAIRS = 3
RIPGREP = next(peer for peer in PEERS if peer.name == "ripgrep")
LOOP = next(peer for peer in PEERS if peer.name == "Python loop")
MOST = {("ripgrep", "quiet"): 16, ("ripgrep", "storm"): 24, ("Python loop", "quiet"): 40, ("Python loop", "storm"): 60}
"""Times the peer's CPU seconds, start-up included, that the analysis may take."""

MOST_FOR_DOUBLE = 3.0
"""Times the CPU seconds of a log that one of twice its size may take."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for the inputs."""
    return tmp_path_factory.mktemp("inputs")


@pytest.fixture(scope="module")
def patterns(folder: Path) -> Patterns:
    """Give what ripgrep looks for."""
    return write_patterns(folder)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("shape", ["quiet", "storm"])
def test_beside_a_peer(platform: str, shape: str, folder: Path, patterns: Patterns) -> None:
    """The whole analysis takes no more than some times what ripgrep takes for a part of the patterns."""
    log = folder / f"{platform}-{shape}.log"
    write_input(log, platform, shape, SIZE)
    peer = RIPGREP if RIPGREP.is_there() else LOOP
    command = peer.command(log, platform, patterns)
    own = own_command("--jobs", "1", str(log))
    run(own)
    ratios = [ratio(run(own).cpu_s, run(command, good=peer.good).cpu_s) for _ in range(PAIRS)]
    assert statistics.median(ratios) < MOST[peer.name, shape]


@pytest.mark.parametrize("shape", ["quiet", "chatty", "storm", "messages", "processes", "minutes"])
def test_linear(shape: str, folder: Path) -> None:
    """Twice as many lines take about twice as long, whatever they say."""
    costs = []
    for size in (SIZE // 8, SIZE // 4):
        log = folder / f"heroku-{shape}-{size}.log"
        write_input(log, "heroku", shape, size)
        costs.append(run(own_command("--jobs", "1", str(log))).cpu_s)
    assert ratio(costs[1], costs[0]) < MOST_FOR_DOUBLE
