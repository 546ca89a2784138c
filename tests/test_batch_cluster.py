"""Batch on a Dask cluster: a scheduler and two workers, each a process of its own, which talk over TCP on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from loganalyzer import __version__
from loganalyzer.batch import Options, Progress, analyze_many, make_plan, run_plan
from loganalyzer.batch.cluster import connect, run_on_cluster
from loganalyzer.errors import InputError, UsageError
from loganalyzer.library import Library
from tests.scenarios import scenarios

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("default")

WORKERS = 2
START_S = 60
FORMS = ("results.csv", "results.jsonl", "results.parquet", "overview.html")
ROOT = Path(__file__).resolve().parent.parent
CUT = Options(range_bytes=16 << 10)
"""So that a small file is cut into ranges."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a scheduler and its workers; give its address."""
    folder = tmp_path_factory.mktemp("dask")
    python = [sys.executable, "-m"]
    scheduler = [*python, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    worker = [
        *python,
        "distributed.cli.dask_worker",
        "--host",
        "127.0.0.1",
        "--nthreads",
        "1",
        "--no-nanny",
        "--no-dashboard",
    ]
    note = folder / "scheduler.json"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with ExitStack() as stack, (folder / "log").open("wb") as log:

        def start(command: list[str]) -> None:
            process = stack.enter_context(
                subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
            )
            stack.callback(process.kill)

        start([*scheduler, "--scheduler-file", str(note)])
        for _ in range(WORKERS):
            start([*worker, "--scheduler-file", str(note)])
        end = time.monotonic() + START_S
        while not note.exists() or not note.read_text().endswith("}"):
            assert time.monotonic() < end, (folder / "log").read_text()
            time.sleep(0.05)
        found: str = json.loads(note.read_text())["address"]
        with distributed.Client(found, timeout=START_S) as client:
            client.wait_for_workers(WORKERS, timeout=START_S)
        yield found


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write logs in one and several pieces, with overlaps, a large file, an archive and a failure."""
    folder = tmp_path_factory.mktemp("logs")
    for scenario in scenarios(40, 7):
        (folder / f"{scenario.id}.log").write_bytes(scenario.text.encode("utf-8", "surrogateescape"))
    for number in range(7):
        steps = range(300 - 50 * number, 355 - 50 * number)
        (folder / f"app.log.{number}").write_text("".join(line_of(step) for step in steps))
    (folder / "large.log").write_text("".join(map(line_of, range(3000))))
    with tarfile.open(folder / "x.tar.gz", "w:gz") as tar:
        for path in sorted(folder.glob("*.log"))[:5]:
            tar.add(path, path.name)
    (folder / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    return folder


def line_of(step: int) -> str:
    """Write the line of one second."""
    return f"2024-05-01T10:{step // 60:02}:{step % 60:02}.000000+00:00 app[web.1]: step {step} done\n"


class TestCluster:
    """Two workers; the last test kills one of them."""

    def test_files_are_the_same(self, address: str, logs: Path, tmp_path: Path) -> None:
        """The command writes the same bytes on the cluster and without it; paths may be relative."""
        for out, more in (("cluster", ("--cluster", address)), ("local", ())):
            command = [sys.executable, "-m", "loganalyzer", "batch", ".", "--out", str(tmp_path / out), *more]
            environment = os.environ | {"PYTHONPATH": str(ROOT)}
            done = subprocess.run(command, cwd=logs, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 1, done.stderr
        for form in FORMS:
            assert (tmp_path / "cluster" / form).read_bytes() == (tmp_path / "local" / form).read_bytes(), form

    def test_a_notebook_gets_the_same(self, address: str, logs: Path) -> None:
        """The table equals the local one, also where a file is cut into ranges."""
        with distributed.Client(address) as client:
            frame = analyze_many([logs], client, options=CUT)
        pd.testing.assert_frame_equal(frame, analyze_many([logs]))

    def test_a_worker_is_killed(self, address: str, logs: Path) -> None:
        """What a killed worker had is done by the other one, and nothing changes."""
        plan = make_plan([str(logs)], CUT)
        with distributed.Client(address) as client:
            victim = min(client.run(os.getpid).values())

            def progress(now: Progress) -> None:
                if now.logs == 5:
                    os.kill(victim, signal.SIGKILL)

            rows = run_plan(plan, CUT, client=client, progress=progress)
            assert len(client.scheduler_info()["workers"]) == WORKERS - 1
        assert json.dumps(rows) == json.dumps(run_plan(make_plan([str(logs)], Options()), Options()))


class TestRefusals:
    """Clusters that cannot do it."""

    def test_another_version(self, library: Library) -> None:
        """Workers of another version are refused, because their rows would differ."""

        class OldWorkers:
            """A client of workers that answer with another version."""

            def run(self, _function: Any) -> dict[str, str]:
                """Answer."""
                return {"tcp://203.0.113.1:4000": "0.0.1", "tcp://203.0.113.2:4000": __version__}

        with pytest.raises(UsageError, match=r"the workers run loganalyzer 0\.0\.1, here it is "):
            next(run_on_cluster([], Options(), library, {}, OldWorkers()))

    def test_nobody_answers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An address without a scheduler is told."""
        monkeypatch.setattr("loganalyzer.batch.cluster.CONNECT_S", 0.5)
        with pytest.raises(InputError, match="no scheduler answers there"), connect("tcp://127.0.0.1:1", 1):
            pass
