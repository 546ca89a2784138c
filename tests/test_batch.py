"""Batch: many logs at once give what each gives alone, whatever the jobs, the order, the engine and the state of the disk."""

from __future__ import annotations

import csv
import gzip
import html
import io
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from loganalyzer.batch import (
    COLUMNS,
    Journal,
    Limits,
    Options,
    Progress,
    analyze_many,
    make_plan,
    read_rows,
    run_plan,
    write_results,
)
from loganalyzer.batch.difference import compare
from loganalyzer.batch.finding import find_pieces
from loganalyzer.batch.joining import bundle_logs, join_pieces
from loganalyzer.batch.records import Piece
from loganalyzer.batch.results import sort_rows
from loganalyzer.diagnosis import diagnose
from loganalyzer.errors import InputError, UsageError
from loganalyzer.library import Library
from loganalyzer.pipeline import Settings, Summarizer, summarize_blocks
from loganalyzer.reading import find_sources, read_blocks
from tests.scenarios import Scenario, scenarios

COUNT = 300
SEED = 7
FORMS = ("results.csv", "results.jsonl", "results.parquet", "overview.html")
HEAD = "2024-05-01T10:{minute:02}:{second:02}.000000+00:00 "


def lines(first: int, last: int, app: str = "web.1") -> str:
    """Write some lines of one process, one a second."""
    return "".join(
        f"{HEAD.format(minute=at // 60, second=at % 60)}app[{app}]: step {at} done\n" for at in range(first, last)
    )


HARDCODED = (
    HEAD.format(minute=0, second=0) + "heroku[web.1]: Starting process with command `node server.js`\n"
    + HEAD.format(minute=0, second=3) + "app[web.1]: Server listening on http://0.0.0.0:3000\n"
    + HEAD.format(minute=1, second=0) + "heroku[web.1]: Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch\n"
    + HEAD.format(minute=1, second=0) + "heroku[web.1]: Stopping process with SIGKILL\n"
    + HEAD.format(minute=1, second=1) + "heroku[web.1]: Process exited with status 137\n"
    + HEAD.format(minute=1, second=1) + "heroku[web.1]: State changed from starting to crashed\n"
)  # fmt: skip


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Scenario]]:
    """Write the scenarios into a folder; give it, and them by path."""
    folder = tmp_path_factory.mktemp("logs")
    known = {}
    for scenario in scenarios(COUNT, SEED):
        path = folder / f"{scenario.id}.log"
        path.write_bytes(scenario.text.encode("utf-8", "surrogateescape"))
        known[str(path)] = scenario
    return folder, known


@pytest.fixture(scope="module")
def table(composed: tuple[Path, dict[str, Scenario]]) -> pd.DataFrame:
    """Analyse all scenarios once."""
    return analyze_many([composed[0]])


def by_name(frame: pd.DataFrame, folder: Path) -> dict[str, Any]:
    """Give the rows by name of the log, without its folder."""
    return {row["log"].removeprefix(f"{folder}/"): row for row in frame.to_dict("records")}


def run(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the program."""
    done = subprocess.run(
        [sys.executable, "-m", "loganalyzer", "batch", *arguments], capture_output=True, text=True, check=False
    )
    assert not check or done.returncode in (0, 1, 3), done.stderr
    return done


class TestResults:
    """Rows and files."""

    def test_agrees_with_the_analysis_of_each_log(
        self, composed: tuple[Path, dict[str, Scenario]], table: pd.DataFrame, library: Library
    ) -> None:
        """Each row says what `analyze` says of the log alone."""
        rows: dict[str, list[Any]] = {}
        for row in table.to_dict("records"):
            rows.setdefault(row["log"], []).append(row)
        assert set(rows) == set(composed[1])
        summarizer = Summarizer(Settings(), library)
        for path, mine in rows.items():
            (source,), _ = find_sources([path])
            reports = diagnose([(path, summarize_blocks(list(read_blocks(source)), summarizer, path))])
            wanted = sorted(
                (one.source.app or "", one.verdict.cause, one.verdict.confidence, one.source.lines) for one in reports
            )
            assert (
                sorted(
                    (row["app"] if isinstance(row["app"], str) else "", row["cause"], row["confidence"], row["lines"])
                    for row in mine
                )
                == wanted
            )

    def test_agrees_with_the_known_causes(
        self, composed: tuple[Path, dict[str, Scenario]], table: pd.DataFrame
    ) -> None:
        """Nearly every row names the cause from which its log was composed."""
        right = sum(
            row["cause"] in (composed[1][row["log"]].cause, *composed[1][row["log"]].acceptable)
            for row in table.drop_duplicates("log").to_dict("records")
        )
        assert right >= 0.97 * COUNT

    def test_columns_are_typed(self, table: pd.DataFrame) -> None:
        """Every column has the type that is documented."""
        assert [(name, str(kind)) for name, kind in table.dtypes.items()] == [
            (column.name, column.type) for column in COLUMNS
        ]

    def test_columns_are_documented(self) -> None:
        """The document names every column with its type and meaning."""
        text = (Path(__file__).resolve().parent.parent / "docs" / "scale.md").read_text(encoding="utf-8")
        for column in COLUMNS:
            assert f"| `{column.name}` | {column.type} | {column.meaning} |" in text

    def test_an_empty_table_has_the_same_types(self, tmp_path: Path) -> None:
        """Types do not depend on what was found."""
        (tmp_path / "a.log").write_text("")
        frame = analyze_many([tmp_path])
        assert [str(kind) for kind in frame.dtypes] == [column.type for column in COLUMNS]

    def test_jobs_and_order_change_nothing(self, composed: tuple[Path, dict[str, Scenario]], tmp_path: Path) -> None:
        """The files have the same bytes for any number of processes and any order of the inputs."""
        paths = sorted(composed[1])[:60]
        run(*paths, "--out", str(tmp_path / "one"))
        random.Random(3).shuffle(paths)
        run(*paths, "--out", str(tmp_path / "two"), "--jobs", "2")
        for form in FORMS:
            assert (tmp_path / "one" / form).read_bytes() == (tmp_path / "two" / form).read_bytes(), form

    def test_forms_say_the_same(self, tmp_path: Path, table: pd.DataFrame) -> None:
        """Parquet and JSON lines hold the same rows."""
        rows = sort_rows(run_plan(make_plan([self.example(tmp_path)], Options()), Options()))
        write_results(tmp_path, rows)
        frame = pd.read_parquet(tmp_path / "results.parquet")
        assert list(frame.columns) == list(table.columns)
        assert frame["cause"].tolist() == [row["cause"] for row in read_rows(tmp_path)]
        assert str(frame["incident_start"].dtype) == "datetime64[us, UTC]"

    def test_no_cell_is_a_formula(self, tmp_path: Path) -> None:
        """A name that a spreadsheet would run is written as text."""
        write_results(
            tmp_path, [{column.name: None for column in COLUMNS} | {"log": "=cmd|'/c calc'!A1", "status": "failed"}]
        )
        with (tmp_path / "results.csv").open(newline="") as file:
            assert next(csv.DictReader(file))["log"] == "'=cmd|'/c calc'!A1"

    def test_the_page_runs_nothing(self, tmp_path: Path) -> None:
        """Names are escaped, and the policy allows one style and nothing else."""
        write_results(
            tmp_path,
            [
                {column.name: None for column in COLUMNS}
                | {"log": "<script>alert(1)</script>", "status": "failed", "failure": "x"}
            ],
        )
        page = (tmp_path / "overview.html").read_text()
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        assert "default-src 'none'; style-src 'sha256-" in html.unescape(page)

    def test_results_that_cannot_be_written_leave_the_old_ones(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A full disk leaves whole files only."""
        write_results(tmp_path, [])
        before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

        def fail(_number: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(InputError, match="No space left"):
            write_results(
                tmp_path, [dict.fromkeys(column.name for column in COLUMNS) | {"log": "a", "status": "failed"}]
            )
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before

    def test_diff(self, tmp_path: Path) -> None:
        """What is new, gone and worse is told, and worse gives status 1."""
        log = tmp_path / "logs" / "a.log"
        log.parent.mkdir()
        log.write_text(lines(0, 5))
        run(str(log.parent), "--out", str(tmp_path / "old"))
        log.write_text(HARDCODED)
        run(str(log.parent), "--out", str(tmp_path / "new"))
        changes = compare(read_rows(tmp_path / "old"), read_rows(tmp_path / "new"))
        assert [(one.after, one.is_worse) for one in changes] == [("port-hardcoded", True)]
        done = run("diff", str(tmp_path / "old"), str(tmp_path / "new"))
        assert done.returncode == 1
        assert "1 changed, 1 of them for the worse" in done.stdout
        assert run("diff", str(tmp_path / "new"), str(tmp_path / "new")).returncode == 0
        assert run("diff", str(tmp_path / "new"), str(tmp_path / "none"), check=False).returncode == 2

    @staticmethod
    def example(folder: Path) -> str:
        """Write one log with an incident."""
        path = folder / "example.log"
        path.write_text(HARDCODED)
        return str(path)


class TestSources:
    """Folders, archives and odd names."""

    @pytest.fixture
    def archives(self, tmp_path: Path) -> Path:
        """Put the same two logs into archives of every kind."""
        members = {
            "logs/a.log": HARDCODED.encode(),
            "logs/b.log.gz": gzip.compress(lines(0, 9).encode()),
            "../../up.log": HARDCODED.encode(),
        }
        with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        for mode in ("w", "w:gz", "w:bz2", "w:xz"):
            with tarfile.open(tmp_path / f"x.tar{mode[1:].replace(':', '.')}", mode) as tar:
                for name, data in members.items():
                    info = tarfile.TarInfo(name)
                    info.size = len(data)
                    tar.addfile(info, io.BytesIO(data))
        return tmp_path

    @pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz", "x.tar.bz2", "x.tar.xz"])
    def test_members_are_read_where_they_are(self, archives: Path, name: str) -> None:
        """Members give the same rows in every kind of archive, and nothing is written for them."""
        before = sorted(archives.rglob("*"))
        rows = by_name(analyze_many([archives / name]), archives)
        assert {key.partition("!")[2]: row["cause"] for key, row in rows.items()} == {
            "logs/a.log": "port-hardcoded", "logs/b.log.gz": rows[f"{name}!logs/b.log.gz"]["cause"], "../../up.log": "port-hardcoded",
        }  # fmt: skip
        assert rows[f"{name}!logs/b.log.gz"]["lines"] == 9
        assert sorted(archives.rglob("*")) == before

    def test_zip_bomb(self, tmp_path: Path) -> None:
        """A member that unpacks to far too much costs one row, and its neighbours are read."""
        with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("bomb.log", b"\0" * (8 << 20))
            archive.writestr("good.log", HARDCODED)
        (tmp_path / "bomb.gz").write_bytes(gzip.compress(gzip.compress(b"a" * (8 << 20))))
        options = Options(limits=Limits(ratio=100, free_bytes=1 << 20))
        rows = by_name(analyze_many([tmp_path], options=options), tmp_path)
        assert rows["x.zip!bomb.log"]["status"] == "failed"
        assert "100 times its size" in rows["x.zip!bomb.log"]["failure"]
        assert "100 times its size" in rows["bomb.gz"]["failure"]
        assert rows["x.zip!good.log"]["cause"] == "port-hardcoded"

    def test_tar_bomb(self, tmp_path: Path) -> None:
        """A compressed archive of nothing costs one row."""
        with tarfile.open(tmp_path / "x.tar.gz", "w:gz") as tar:
            info = tarfile.TarInfo("bomb.log")
            info.size = 8 << 20
            tar.addfile(info, io.BytesIO(bytes(info.size)))
            info = tarfile.TarInfo("later.log")
            tar.addfile(info, io.BytesIO(b""))
        frame = analyze_many([tmp_path], options=Options(limits=Limits(ratio=100, free_bytes=1 << 20)))
        assert set(frame["status"]) == {"failed"}

    def test_bad_inputs_cost_a_row_each(self, tmp_path: Path) -> None:
        """Missing files, damaged archives, images, encrypted and corrupt members are told; the rest goes on."""
        (tmp_path / "good.log").write_text(HARDCODED)
        (tmp_path / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
        (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04" + bytes(100))
        (tmp_path / "loop").symlink_to("loop")
        (tmp_path / "self").symlink_to(tmp_path, target_is_directory=True)
        with zipfile.ZipFile(tmp_path / "half.zip", "w") as archive:
            archive.writestr("bad.log", HARDCODED)
            archive.writestr("good.log", HARDCODED)
        data = bytearray((tmp_path / "half.zip").read_bytes())
        data[60:64] = b"XXXX"
        (tmp_path / "half.zip").write_bytes(data)
        rows = by_name(analyze_many([tmp_path, tmp_path / "none.log"]), tmp_path)
        assert {name: row["status"] for name, row in rows.items()} == {
            "good.log": "incident", "image.png": "skipped", "cut.zip": "failed", "loop": "failed", "half.zip!bad.log": "failed",
            "half.zip!good.log": "incident", "none.log": "failed",
        }  # fmt: skip
        assert all(row["failure"] for row in rows.values() if row["status"] in ("failed", "skipped"))

    def test_texts_beside_logs(self, tmp_path: Path) -> None:
        """What is no log by its name is skipped in folders and archives, and read when it is named."""
        (tmp_path / "a.log").write_text(HARDCODED)
        (tmp_path / "README.md").write_text("# Logs\n")
        with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
            archive.writestr("b.log", HARDCODED)
            archive.writestr("docs/index.html", "<p>")
        rows = by_name(analyze_many([tmp_path]), tmp_path)
        assert {name: row["status"] for name, row in rows.items()} == {
            "a.log": "incident", "README.md": "skipped", "z.zip!b.log": "incident", "z.zip!docs/index.html": "skipped",
        }  # fmt: skip
        assert analyze_many([tmp_path / "README.md"])["status"].tolist() == ["unknown"]

    def test_odd_names(self, tmp_path: Path) -> None:
        """Line breaks, bad UTF-8 and control codes in names are shown as text, and the files are read."""
        for name in (b"a\nb.log", b"\xff.log", b"\x1b[31mred.log", b"=1+1.log"):
            Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text(HARDCODED)
        rows = by_name(analyze_many([tmp_path]), tmp_path)
        assert set(rows) == {"a\\nb.log", "\\xff.log", "\\x1b[31mred.log", "=1+1.log"}
        assert {row["cause"] for row in rows.values()} == {"port-hardcoded"}

    def test_nothing_is_read_twice(self, tmp_path: Path) -> None:
        """A file that is named twice, by a wildcard too and by a hard link, is one log; results are no logs."""
        (tmp_path / "a.log").write_text(HARDCODED)
        (tmp_path / "b.log").hardlink_to(tmp_path / "a.log")
        run(str(tmp_path), str(tmp_path / "*.log"), "--out", str(tmp_path / "out"))
        run(str(tmp_path), "--out", str(tmp_path / "out"))
        assert len(read_rows(tmp_path / "out")) == 1

    def test_names_filter(self, tmp_path: Path) -> None:
        """Only files whose name fits are read."""
        (tmp_path / "a.log").write_text(HARDCODED)
        (tmp_path / "b.txt").write_text(HARDCODED)
        pieces, _ = find_pieces([str(tmp_path)], Options(), names=["*.log"])
        assert [Path(piece.name).name for piece in pieces] == ["a.log"]

    def test_members_of_one_name_are_two(self, tmp_path: Path) -> None:
        """An archive may hold a name twice."""
        with tarfile.open(tmp_path / "x.tar", "w") as tar:
            for data in (HARDCODED.encode(), lines(0, 3).encode()):
                info = tarfile.TarInfo("a.log")
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
        assert set(by_name(analyze_many([tmp_path]), tmp_path)) == {"x.tar!a.log", "x.tar!a.log#2"}

    def test_an_object_store(self) -> None:
        """What fsspec can reach is read as files are, archives too."""
        fsspec = pytest.importorskip("fsspec")
        system = fsspec.filesystem("memory")
        system.pipe("/batch/a.log", HARDCODED.encode())
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("b.log", HARDCODED)
        system.pipe("/batch/x.zip", packed.getvalue())
        frame = analyze_many(["memory://batch", "memory://none/at/all"])
        assert sorted(zip(frame["log"], frame["status"], strict=True)) == [
            ("memory:///batch/a.log", "incident"), ("memory:///batch/x.zip!b.log", "incident"), ("memory://none/at/all", "failed"),
        ]  # fmt: skip

    def test_standard_input_is_refused(self) -> None:
        """A pipe is one log."""
        with pytest.raises(UsageError, match="standard input"):
            make_plan(["-"], Options())


class TestJoining:
    """Logs that are spread over files."""

    @pytest.mark.parametrize(
        ("names", "log"),
        [
            (["app.log.2.gz", "app.log.1", "app.log"], "app.log"),
            (["app.log-20240501", "app.log-20240502.gz", "app.log"], "app.log"),
            (["web-2024-05-01T09.log", "web-2024-05-01T10.log"], "web-*.log"),
            (["dt=2024-05-01/2024-05-01-23.tsv.gz", "dt=2024-05-02/2024-05-02-00.tsv.gz"], "*/*.tsv"),
            (["2024/05/01/09/x.log", "2024/05/01/10/x.log"], "*/x.log"),
        ],
    )
    def test_names(self, names: list[str], log: str) -> None:
        """Rotated and hourly files are one log, the oldest first."""
        (joined,) = join_pieces([Piece(name, name) for name in sorted(names)])
        assert (joined.name, [piece.name for piece in joined.pieces]) == (log, names)

    @pytest.mark.parametrize("names", [["app-1.log", "app-2.log"], ["a/x.log", "b/x.log"], ["v1.2.log", "v1.3.log"]])
    def test_other_numbers_join_nothing(self, names: list[str]) -> None:
        """A number that is neither a rotation nor a date tells logs apart."""
        assert len(join_pieces([Piece(name, name) for name in names])) == len(names)

    def test_a_cause_across_two_files(self, tmp_path: Path) -> None:
        """What begins in one file and ends in the next is one incident, and its line is told by its own file."""
        whole = HARDCODED.splitlines(keepends=True)
        (tmp_path / "app.log.1").write_text("".join(whole[:2]))
        (tmp_path / "app.log").write_text("".join(whole[2:]))
        (row,) = by_name(analyze_many([tmp_path]), tmp_path).values()
        assert (row["cause"], row["pieces"], row["lines"]) == ("port-hardcoded", 2, 6)
        assert (row["evidence_input"], row["evidence_line"]) == (f"{tmp_path}/app.log.1", 2)

    def test_overlapping_files_count_once(self, tmp_path: Path) -> None:
        """Lines that two files share count once; a line that one file has twice counts twice."""
        (tmp_path / "app.log.1").write_text(lines(0, 60) + lines(59, 60) + "  at main (app.js:1)\n")
        (tmp_path / "app.log").write_text(lines(40, 59) + lines(59, 60) * 2 + "  at main (app.js:1)\n" + lines(60, 100))
        (row,) = by_name(analyze_many([tmp_path]), tmp_path).values()
        assert (row["lines"], row["duplicate_lines"]) == (102, 22)

    def test_files_that_do_not_overlap_are_whole(self, tmp_path: Path) -> None:
        """Nothing is left out where the times do not touch."""
        (tmp_path / "app.log.1").write_text(lines(0, 60))
        (tmp_path / "app.log").write_text(lines(60, 100))
        (row,) = by_name(analyze_many([tmp_path]), tmp_path).values()
        assert (row["lines"], row["duplicate_lines"]) == (100, 0)

    def test_apps_of_one_file_come_apart(self, tmp_path: Path) -> None:
        """Lines that name their app give a row each."""
        (tmp_path / "a.log").write_text(
            "".join(
                f"<14>1 2024-05-01T10:00:0{at}.000000+00:00 acme.{app} 3c5b2d0e-0000-4000-8000-000000000000 [APP/PROC/WEB/0] - - ready {at}\n"
                for at in range(5)
                for app in ("space.shop", "space.mail")
            )
        )
        assert analyze_many([tmp_path])["app"].tolist() == ["mail", "shop"]

    def test_compressed_archives_are_one_task(self) -> None:
        """Logs that share a compressed archive are read in one go, others one by one."""
        pieces = [Piece(f"x!{name}", "x", "packed-tar") for name in "ab"] + [Piece(name, name) for name in "cd"]
        assert sorted(len(task) for task in bundle_logs(join_pieces(pieces))) == [1, 1, 2]

    def test_folder(self, tmp_path: Path) -> None:
        """On request all files of a folder are one log."""
        for host in "ab":
            (tmp_path / f"{host}.log").write_text(HARDCODED)
        frame = analyze_many([tmp_path], join="folder")
        assert frame["log"].tolist() == [f"{tmp_path}/"]
        assert frame["duplicate_lines"].tolist() == [6]

    def test_app(self, tmp_path: Path) -> None:
        """On request all files whose lines name the same app are one log, whatever they are called; others go by name."""
        line = "<14>1 2024-05-01T10:00:{:02}.000000+00:00 acme.space.{} 3c5b2d0e-0000-4000-8000-000000000000 [APP/PROC/WEB/0] - - ready {}\n"
        for number, (host, app) in enumerate([("a", "shop"), ("b", "shop"), ("c", "mail")]):
            (tmp_path / host).mkdir()
            (tmp_path / host / f"{host}-out.log").write_text("".join(line.format(number, app, at) for at in range(5)))
            (tmp_path / host / "plain.log").write_text(f"{host} is here\n")
        with tarfile.open(tmp_path / "d.tar.gz", "w:gz") as archive:
            archive.add(tmp_path / "a" / "a-out.log", "other.log")
        frame = analyze_many([tmp_path], join="app")
        assert frame[["log", "pieces", "lines"]].to_numpy().tolist() == [
            ["*/plain.log", 3, 3],
            [f"{tmp_path}/c/c-out.log", 1, 5],
            ["app:shop", 3, 10],
        ]


class TestProcesses:
    """Worker processes on this machine."""

    def test_a_process_dies(self, composed: tuple[Path, dict[str, Scenario]]) -> None:
        """A process that is killed in the middle changes nothing."""
        plan = make_plan(sorted(composed[1])[:40], Options())

        def progress(now: Progress) -> None:
            if now.logs == 3:
                child = multiprocessing.active_children()[0]
                assert child.pid
                os.kill(child.pid, signal.SIGKILL)

        assert run_plan(plan, Options(), jobs=2, progress=progress) == run_plan(plan, Options())

    @pytest.mark.parametrize("jobs", [1, 2])
    def test_progress_counts_bytes(self, tmp_path: Path, jobs: int) -> None:
        """A large log moves on by its ranges; at the end everything that is stored was read."""
        (tmp_path / "large.log").write_text(lines(0, 3000))
        (tmp_path / "small.log.gz").write_bytes(gzip.compress(lines(0, 20).encode()))
        with zipfile.ZipFile(tmp_path / "z.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("packed.log", lines(0, 50))
            packed = archive.infolist()[0].compress_size
        told: list[Progress] = []
        options = Options(range_bytes=40_000)
        run_plan(make_plan([str(tmp_path)], options), options, jobs=jobs, progress=told.append)
        total = packed + sum((tmp_path / name).stat().st_size for name in ("large.log", "small.log.gz"))
        assert told[-1] == Progress(3, 3, total, total)
        assert [one.stored_bytes for one in told] == sorted(one.stored_bytes for one in told)
        assert len({one.stored_bytes for one in told}) > 4


class TestResume:
    """The journal."""

    def test_kill_and_resume(self, composed: tuple[Path, dict[str, Scenario]], tmp_path: Path) -> None:
        """A run that was killed again and again ends with the results of one that was not."""
        folder = composed[0]
        run(str(folder), "--out", str(tmp_path / "whole"))
        broken = tmp_path / "broken"
        for wanted in (20, 90):
            self.kill_after(wanted, folder, broken)
            assert not list(broken.glob("results.*"))
        kept = (broken / "journal.jsonl").read_bytes()
        with (broken / "journal.jsonl").open("ab") as file:
            file.write(b"0000")  # a line that was cut
        run(str(folder), "--out", str(broken), "--jobs", "2")
        assert (broken / "journal.jsonl").read_bytes().startswith(kept)
        for form in FORMS:
            assert (tmp_path / "whole" / form).read_bytes() == (broken / form).read_bytes(), form

    @staticmethod
    def kill_after(wanted: int, folder: Path, out: Path) -> None:
        """Start a run and kill it when so many logs are done."""
        process = subprocess.Popen(
            [sys.executable, "-m", "loganalyzer", "batch", str(folder), "--out", str(out)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        journal = out / "journal.jsonl"
        while process.poll() is None:
            if journal.exists() and journal.read_bytes().count(b"\n") >= wanted:
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.002)
        assert process.wait() == -signal.SIGKILL

    def test_only_what_changed_is_done_again(self, tmp_path: Path) -> None:
        """A second run takes rows from the journal, unless the bytes, the options or the neighbours are others."""
        for name in ("a.log", "b.log"):
            (tmp_path / name).write_text(HARDCODED + lines(120, 125))
        with tarfile.open(tmp_path / "x.tar.gz", "w:gz") as tar:
            tar.add(tmp_path / "a.log", "a.log")
        assert self.added(tmp_path) == 3
        assert self.added(tmp_path) == 0
        (tmp_path / "b.log").write_text(lines(0, 5))
        assert self.added(tmp_path) == 1
        assert self.added(tmp_path, Options(Settings(paths=(), platform="heroku"))) == 3

    @staticmethod
    def added(folder: Path, options: Options | None = None) -> int:
        """Run with a journal; give how many records it has more."""
        chosen = options or Options()
        path = folder / ".journal"
        before = path.read_bytes().count(b"\n") if path.exists() else 0
        with Journal(path) as journal:
            run_plan(make_plan([str(folder)], chosen), chosen, journal=journal)
        return path.read_bytes().count(b"\n") - before

    def test_failures_are_tried_again(self, tmp_path: Path) -> None:
        """What could not be read is not written down."""
        (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
        assert self.added(tmp_path) == 0


class TestCommand:
    """Exit statuses and what the terminal shows."""

    @pytest.mark.parametrize(
        ("texts", "status"),
        [({"a.log": HARDCODED}, 1), ({"a.log": "hello\n"}, 3), ({"a.log": HARDCODED, "b.zip": "PK\x05\x06"}, 2)],
    )
    def test_status(self, tmp_path: Path, texts: dict[str, str], status: int) -> None:
        """The worst input counts."""
        for name, text in texts.items():
            (tmp_path / name).write_text(text)
        done = run(str(tmp_path), "--out", str(tmp_path / "out"), check=False)
        assert done.returncode == status, done.stderr
        assert max(map(len, done.stdout.replace(str(tmp_path), "").splitlines())) <= 80

    def test_nothing_of_dask_is_imported(self, tmp_path: Path) -> None:
        """A run without a cluster imports neither Dask nor fsspec."""
        (tmp_path / "a.log").write_text(HARDCODED)
        code = f"import sys; from loganalyzer.batch import analyze_many; analyze_many([{str(tmp_path)!r}]); print(sorted({{'dask', 'distributed', 'fsspec'}} & set(sys.modules)))"
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
