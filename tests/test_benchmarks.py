"""The benchmark suite: inputs are what they claim to be, peers are skipped cleanly, ratios are right."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.inputs import BLOCKS, HOSTILE, SHAPES, bytes_of, make_block, write_input
from benchmarks.measuring import Cost, FailedRunError, median_cost, ratio, run
from benchmarks.part import part_of
from benchmarks.peers import PEERS, Peer, peers_for, write_patterns
from benchmarks.platforms import PLATFORMS
from benchmarks.stages import STAGES, stage_of
from benchmarks.suites import Bench
from benchmarks.tables import BEGIN, END, row_of, write_section
from loganalyzer.library import load
from loganalyzer.model import Line
from loganalyzer.outcome import Analysis
from loganalyzer.pipeline import Settings, analyze

SIZE = 3_000_000
NAMES = [(platform, shape) for platform in PLATFORMS for shape in SHAPES]
CAUSES = {"storm": ("incident", "crash-missing-dependency")}
HEALTHY = ("healthy", "healthy")


@pytest.fixture(scope="module")
def result_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Analysis]:
    """Give what analyses an input."""
    folder = tmp_path_factory.mktemp("inputs")

    def analyze_input(platform: str, shape: str) -> Analysis:
        path = folder / f"{platform}-{shape}.log"
        write_input(path, platform, shape, SIZE)
        return analyze(Settings(paths=(str(path),), jobs=1))

    return analyze_input


class TestInputs:
    """The logs that are written."""

    @pytest.mark.parametrize(("platform", "shape"), NAMES)
    def test_means_what_it_should(self, platform: str, shape: str, result_of: Callable[[str, str], Analysis]) -> None:
        """Every line is understood, traffic is counted, quiet logs are healthy and a storm gives its cause."""
        (report,) = result_of(platform, shape).reports
        assert report.source.platform == platform
        assert report.source.understood == report.source.lines > 0
        assert report.traffic.requests > 0
        assert (report.verdict.status, report.verdict.cause) == CAUSES.get(shape, HEALTHY)

    @pytest.mark.parametrize("platform", PLATFORMS)
    @pytest.mark.parametrize("shape", [*SHAPES, *HOSTILE])
    def test_seeded(self, platform: str, shape: str) -> None:
        """The same seed gives the same bytes, another one or another minute gives others."""
        block = make_block(platform, shape, 1, seed=1)
        assert block == make_block(platform, shape, 1, seed=1)
        assert block != make_block(platform, shape, 1, seed=2)
        assert block != make_block(platform, shape, 2, seed=1)
        assert block.endswith(b"\n")

    def test_size_and_times(self, tmp_path: Path) -> None:
        """A log is as long as asked for, of whole lines, and its minutes go on where the blocks begin again."""
        path = tmp_path / "long.log"
        size = (BLOCKS + 2) * len(make_block("render", "long", 1, seed=1))
        lines = write_input(path, "render", "long", size)
        data = path.read_bytes()
        assert size <= len(data) < size + 21_000
        assert data.count(b"\n") == lines
        stamps = [line[:16] for line in data.splitlines()]
        assert stamps == sorted(stamps)
        assert len(set(stamps)) > BLOCKS

    @pytest.mark.parametrize("platform", PLATFORMS)
    def test_storm_is_half_of_it(self, platform: str) -> None:
        """Half of the lines are failed requests and crashes."""
        lines = make_block(platform, "storm", 1, seed=1).decode().splitlines()
        calm = sum(
            any(word in line for word in ("cache hit", "priced in", " done, ", "order stored")) for line in lines
        )
        assert calm == len(lines) / 2

    @pytest.mark.parametrize("platform", PLATFORMS)
    def test_wide_and_long(self, platform: str) -> None:
        """A wide log has 500 processes; the long lines of another have 20 KB."""
        from loganalyzer.ingesters import parse  # noqa: PLC0415 (of this test alone)

        lines = make_block(platform, "wide", 1, seed=1).decode().splitlines()
        events = [parse(Line(1, line)) for line in lines]
        assert len({event.process for event in events if event.source == "app" and event.process}) > 450
        assert 20_000 < max(map(len, make_block(platform, "long", 1, seed=1).splitlines())) < 21_000

    @pytest.mark.parametrize(("text", "size"), [("10MB", 10**7), ("1.5GB", 1_500_000_000), ("2kb", 2000)])
    def test_sizes(self, text: str, size: int) -> None:
        """Sizes are read as disks are sold."""
        assert bytes_of(text) == size

    @pytest.mark.parametrize("text", ["10", "MB", "tenMB", "10TB", ""])
    def test_no_sizes(self, text: str) -> None:
        """What is no size is refused."""
        with pytest.raises(ValueError, match="is no size"):
            bytes_of(text)


class TestMeasuring:
    """Runs and figures."""

    def test_children_count(self) -> None:
        """Processes that the command starts count, in time and in memory."""
        work = "b = bytearray(60_000_000); b[::4096] = b[::4096]; sum(range(6_000_000))"
        parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {work!r}])"
        cost = run([sys.executable, "-c", parent])
        alone = run([sys.executable, "-c", "pass"])
        assert cost.wall_s > alone.wall_s
        assert cost.cpu_s > 2 * alone.cpu_s
        assert cost.peak_bytes > 50_000_000

    def test_failure_is_told(self) -> None:
        """A command that fails is no result."""
        with pytest.raises(FailedRunError, match="ended with 7"):
            run([sys.executable, "-c", "raise SystemExit(7)"])

    def test_standard_input(self, tmp_path: Path) -> None:
        """A file can come through a pipe."""
        path = tmp_path / "x"
        path.write_bytes(b"12345")
        run([sys.executable, "-c", "import sys; raise SystemExit(len(sys.stdin.read()) - 5)"], stdin=path)

    def test_ratio_and_median(self) -> None:
        """Medians are taken of each figure by itself, ratios are own to other."""
        middle = median_cost([Cost(3, 1, 10), Cost(1, 9, 30), Cost(2, 2, 20)])
        assert middle == Cost(2, 2, 20)
        assert ratio(6, 4) == 1.5
        assert ratio(1, 0) == float("inf")
        assert row_of("x", Cost(2, 1, 5_000_000), 10**8, Cost(1, 4, 0)) == [
            *("x", "2.00", "50", "1.00", "5", "0.50 x", "4.00 x")
        ]


class TestPeers:
    """The tools beside it."""

    def test_missing_is_said(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """A peer that is not installed is skipped and named."""
        absent = Peer("no-such", "no-such-program", PEERS[0].command, "nothing")
        library = Peer("no-library", "python:no_such_library", PEERS[0].command, "nothing")
        monkeypatch.setattr("benchmarks.peers.PEERS", (PEERS[0], absent, library))
        assert peers_for() == ([PEERS[0]], [absent, library])
        main(["--size", "20KB", "--shape", "quiet", "--platform", "heroku", "--runs", "1", "--suite", "peers"])
        told = capsys.readouterr().out
        assert "- no-such: skipped, it is not installed" in told
        assert "| wc -l |" in told

    @pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
    def test_commands_work(self, peer: Peer, tmp_path: Path) -> None:
        """Every peer that is here reads logs of every platform."""
        if not peer.is_there():
            pytest.skip(f"{peer.name} is not installed")
        patterns = write_patterns(tmp_path, most=20)
        assert 0 < patterns.regex_count <= 20 < patterns.all_count
        for platform in PLATFORMS:
            path = tmp_path / f"{platform}.log"
            write_input(path, platform, "quiet", 100_000)
            assert run(peer.command(path, platform, patterns), good=peer.good).wall_s > 0
        assert peer.version()

    def test_failure_stands_in_the_table(self, tmp_path: Path) -> None:
        """A peer that fails leaves the others."""

        def fail() -> Cost:
            raise FailedRunError("x ended with 3")

        bench = Bench(tmp_path, 1000, ("quiet",), ("heroku",), 2, lambda _: None)
        text = bench.compare("title", [("own", lambda: Cost(1, 1, 1)), ("x", fail)], 10**6)
        assert "| x: x ended with 3 |" in text
        assert "| own | 1.00 |" in text


class TestSuites:
    """What belongs to single suites."""

    def test_part_of_the_library(self) -> None:
        """A quarter of the patterns is a library of its own."""
        library = load()
        part = part_of(library, 0.25)
        assert len(part.patterns) == round(len(library.patterns) / 4)
        assert set(part.by_id) < set(library.by_id)
        assert len(part.index.hints) < len(library.index.hints)

    def test_stages_cover_the_program(self) -> None:
        """Every stage names files that exist."""
        package = Path(__file__).parent.parent / "loganalyzer"
        names = {str(path.relative_to(package).with_suffix("")) for path in package.rglob("*.py")}
        for stage, starts in STAGES:
            assert any(name.startswith(starts) for name in names), stage
        assert stage_of("/x/loganalyzer/scanning.py") == "scanning for hints"
        assert stage_of("/usr/lib/python3/json/decoder.py") == "everything else"

    def test_page_is_written_again(self, tmp_path: Path) -> None:
        """The results replace those of before, and nothing else of the page."""
        page = tmp_path / "page.md"
        page.write_text(f"# Title\n\n{BEGIN}\n\nold\n\n{END}\n\nlast\n")
        write_section(page, "new")
        assert page.read_text() == f"# Title\n\n{BEGIN}\n\nnew\n\n{END}\n\nlast\n"

    def test_command(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The other suites run from one command, with the shares of the stages, and go into a page."""
        page = tmp_path / "page.md"
        options = ["--size", "60KB", "--shape", "quiet", "--platform", "heroku", "--runs", "1", "--stages"]
        main([*options, "--suite", "growth,hostile,start", "--inputs", str(tmp_path / "in"), "--write", str(page)])
        text = page.read_text()
        assert text.strip(f"{BEGIN}{END}\n") in capsys.readouterr().out
        for words in (
            "## Growth",
            "## Hostile logs",
            "| --help |",
            "## Share of the stages",
            "- machine: ",
            "- date: ",
        ):
            assert words in text
        assert json.dumps(text).isascii()
