"""Several processes come to the same report as one, and ranges of a file to the same lines as the whole."""

from __future__ import annotations

import gzip
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loganalyzer import parallel, pipeline, streaming
from loganalyzer.errors import WorkerError
from loganalyzer.pipeline import Settings, analyze
from loganalyzer.reading import Source, find_sources, read_blocks, read_stream, sources
from loganalyzer.reading.ranges import cut_file, read_range
from loganalyzer.report import render

SAMPLES = Path(__file__).parents[1] / "sample_logs"
LEAST_SAMPLES = 15

ENDS = st.sampled_from([b"\n", b"\n", b"\r\n", b"\n\n"])
TEXTS = st.one_of(
    st.binary(max_size=40).map(lambda data: data.replace(b"\n", b"").replace(b"\r", b"")),
    st.sampled_from([b"", b"x" * 300, b"\x1b[31mred\x1b[0m", b"a\0b", b"2026-05-01T10:00:00Z &gt; ==> Deploying..."]),
)
FILES = st.lists(st.tuples(TEXTS, ENDS), min_size=1, max_size=60).map(
    lambda lines: b"a log\n" + b"".join(text + end for text, end in lines)
)


@pytest.fixture
def small_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make worker processes pay for inputs of some kilobytes; forked workers have the same limits."""
    for module, name, size in (
        (parallel, "LEAST_BYTES", 1),
        (pipeline, "LEAST_BYTES", 1),
        (streaming, "LEAST_BYTES", 1),
        (parallel, "RANGE_BYTES", 8 << 10),
        (parallel, "BATCH_BYTES", 8 << 10),
        (parallel, "STREAMED_BYTES", 16 << 10),
    ):
        monkeypatch.setattr(module, name, size)


def make_log(folder: Path, copies: int = 4) -> Path:
    """Write one log of all sample logs, several times over."""
    logs = sorted(SAMPLES.glob("*.log"))
    assert len(logs) >= LEAST_SAMPLES
    path = folder / "all.log"
    path.write_bytes(b"".join(log.read_bytes().rstrip(b"\n") + b"\n" for log in logs) * copies)
    return path


def report(paths: list[Path], jobs: int, **changes: object) -> str:
    """Give the JSON report that a number of processes comes to."""
    names = tuple(str(path) for path in paths)
    return render(analyze(Settings(names, jobs=jobs, block_bytes=4 << 10, **changes)), "json")  # type: ignore[arg-type]


@settings(max_examples=200, deadline=None)
@given(content=FILES, count=st.integers(1, 9), last=st.binary(max_size=9))
def test_ranges_have_the_lines_of_the_whole(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, count: int, last: bytes
) -> None:
    """Cut anywhere, ranges have the same lines, mended alike."""
    path = tmp_path_factory.mktemp("ranges") / "a.log"
    path.write_bytes(content + last)
    (source,), problems = find_sources((str(path),))
    assert not problems
    whole = list(read_blocks(source, block_bytes=512))
    ranges = cut_file(path, count)
    assert ranges[0][0] == 0
    assert ranges[-1][1] == path.stat().st_size
    assert all(end == start for (_, end), (start, _) in itertools.pairwise(ranges))
    parts = [block for start, end in ranges for block in read_range(path, start, end, block_bytes=512)]
    assert b"".join(block.data for block in parts) == b"".join(block.data for block in whole)
    assert sum(block.lines for block in parts) == sum(block.lines for block in whole)
    assert sum(block.raw_lines for block in parts) == sum(block.raw_lines for block in whole)
    assert sum(block.raw_bytes for block in parts) == len(content + last)


@pytest.mark.parametrize(
    "start",
    [
        b"\x1f\x8b\x08\x00",
        b"\xff\xfea\0\n\0",
        b"a\0b\0\n\0",
        b'{"message": "up",\n "timestamp": "2026-05-01T10:00:00Z"}\n',
        b"data: {}\n\n",
        b"83 <40>1 2026-05-01T10:00:00+00:00 host app web.1 - up\n",
    ],
    ids=["gzip", "utf-16 with mark", "utf-16 without", "records", "event stream", "frames"],
)
def test_what_is_not_plain_is_not_cut(tmp_path: Path, start: bytes) -> None:
    """What must be read from its beginning is left whole."""
    path = tmp_path / "a.log"
    path.write_bytes(start * 100)
    assert cut_file(path, 4) == []


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        lambda data: data.decode().encode("utf-16"),
        lambda data: b"".join(b'{"message": "%s"}\n' % line.replace(b'"', b"") for line in data.splitlines()),
    ],
    ids=["gzip", "utf-16", "records"],
)
def test_a_large_file_that_is_not_plain_is_read_from_its_beginning(
    tmp_path: Path, pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """That it was looked into, to see whether it can be cut, takes nothing from it."""
    monkeypatch.setattr(sources, "LARGE_BYTES", 1)
    packed = tmp_path / "all.log"
    packed.write_bytes(pack(make_log(tmp_path).read_bytes()))
    source = Source("all.log", packed)
    from_file = b"".join(block.data for block in read_blocks(source))
    with packed.open("rb") as file:
        assert from_file == b"".join(block.data for block in read_stream(file.read, "all.log"))


@pytest.mark.usefixtures("small_tasks")
@pytest.mark.parametrize("jobs", [2, 3])
def test_one_large_file(tmp_path: Path, jobs: int) -> None:
    """Ranges of a file come to the report of the whole."""
    log = make_log(tmp_path)
    assert report([log], jobs) == report([log], 1)


@pytest.mark.usefixtures("small_tasks")
def test_many_files_and_one_that_is_missing(tmp_path: Path) -> None:
    """Files that are read together keep their order, and errors their places."""
    logs = [*sorted(SAMPLES.glob("*.log")), tmp_path / "missing.log", make_log(tmp_path)]
    assert report(logs, 3) == report(logs, 1)
    assert "missing.log" in report(logs, 3)


@pytest.mark.usefixtures("small_tasks")
def test_a_compressed_file(tmp_path: Path) -> None:
    """Blocks that are handed out come to the same report."""
    log = make_log(tmp_path)
    packed = tmp_path / "all.log.gz"
    packed.write_bytes(gzip.compress(log.read_bytes()))
    assert report([packed], 2) == report([packed], 1)


@pytest.mark.usefixtures("small_tasks")
def test_filters_reach_the_workers(tmp_path: Path) -> None:
    """What the user asked for holds in every process."""
    log = make_log(tmp_path)
    for changes in ({"platform": "heroku"}, {"process": "web"}):
        assert report([log], 2, **changes) == report([log], 1, **changes)


def test_a_pipe_that_is_long_enough_for_workers(tmp_path: Path) -> None:
    """Standard input is handed out as well."""
    log = make_log(tmp_path).read_bytes()
    chatter = b"2026-05-01T10:00:00.000000+00:00 app[web.1]: the cart is empty\n"
    chatter *= parallel.LEAST_BYTES // len(chatter) + 1
    content = log + chatter + log + chatter[: len(chatter) // 4] + log
    command = [sys.executable, "-m", "loganalyzer", "analyze", "--format", "json", "--jobs"]
    reports = {
        jobs: subprocess.run([*command, jobs], input=content, capture_output=True, check=False) for jobs in ("1", "2")
    }
    assert reports["1"].stdout
    assert reports["2"].stdout == reports["1"].stdout
    assert reports["2"].returncode == reports["1"].returncode


@pytest.mark.usefixtures("small_tasks")
@pytest.mark.skipif(sys.platform != "linux", reason="only forked workers have the changed function")
def test_a_worker_that_is_ended_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user is told what happened and what to do."""

    def end_itself(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(parallel, "read_range", end_itself)
    with pytest.raises(WorkerError, match="--jobs 1"):
        report([make_log(tmp_path)], 2)
