"""Batch: reports, ranges of large files, the page's periods, hosts that are joined, and disks that fill up."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import tarfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loganalyzer.batch import COLUMNS, Journal, Options, make_plan, read_rows, run_plan
from loganalyzer.batch.joining import join_pieces
from loganalyzer.batch.overview import survey
from loganalyzer.batch.periods import MOST_PERIODS, OTHERS, count_periods
from loganalyzer.batch.records import Piece
from loganalyzer.batch.reports import report_name
from loganalyzer.errors import InputError
from tests.scenarios import scenarios

HEAD = "2024-05-01T10:{minute:02}:{second:02}.000000+00:00 "
HARDCODED = "".join(
    HEAD.format(minute=minute, second=second) + text + "\n"
    for minute, second, text in (
        (0, 0, "heroku[web.1]: Starting process with command `node server.js`"),
        (0, 3, "app[web.1]: Server listening on http://0.0.0.0:3000"),
        (
            1,
            0,
            "heroku[web.1]: Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch",
        ),
        (1, 1, "heroku[web.1]: Process exited with status 137"),
        (1, 1, "heroku[web.1]: State changed from starting to crashed"),
    )
)
FORMS = ("results.csv", "results.jsonl", "results.parquet", "overview.html")


def run(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run the program."""
    command = [sys.executable, "-m", "loganalyzer", "batch", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **more)


def rows_of(source: Path, options: Options, jobs: int = 1) -> list[dict[str, Any]]:
    """Analyse a folder."""
    return run_plan(make_plan([str(source)], options), options, jobs=jobs)


def write_scenarios(folder: Path, count: int) -> None:
    """Write some composed logs."""
    for scenario in scenarios(count, 7):
        (folder / f"{scenario.id}.log").write_bytes(scenario.text.encode("utf-8", "surrogateescape"))


class TestReports:
    """One report a log."""

    def test_each_log_has_one(self, tmp_path: Path) -> None:
        """Files, members of archives and joined files have a report; what is no log has none; the page links to them."""
        whole = HARDCODED.splitlines(keepends=True)
        (tmp_path / "app.log.1").write_text("".join(whole[:2]))
        (tmp_path / "app.log").write_text("".join(whole[2:]))
        (tmp_path / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
        with tarfile.open(tmp_path / "x.tar.gz", "w:gz") as tar:
            tar.add(tmp_path / "app.log", "only.log")
        out = tmp_path / "out"
        done = run(str(tmp_path), "--out", str(out), "--report", "html")
        assert "2 reports in reports/" in " ".join(done.stdout.split())
        rows = {row["log"].removeprefix(f"{tmp_path}/"): row for row in read_rows(out)}
        assert {name: bool(row["report"]) for name, row in rows.items()} == {
            "app.log": True, "x.tar.gz!only.log": True, "x.png": False,
        }  # fmt: skip
        text = (out / rows["app.log"]["report"]).read_text()
        assert "port-hardcoded" in text
        for name in ("app.log", "app.log.1"):
            assert re.search(rf'<p class="quiet">[^<]*/{re.escape(name)}</p>', text), "evidence stands below its file"
        assert set(re.findall(r">line (\d+)</a>", text)) <= {"1", "2", "3"}, "and is numbered by it"
        assert f'href="{rows["app.log"]["report"]}"' in (out / "overview.html").read_text()

    def test_a_report_that_was_lost_is_made_again(self, tmp_path: Path) -> None:
        """A second run makes what is missing, and nothing else."""
        write_scenarios(tmp_path, 3)
        options = Options(report="html")
        out = tmp_path / ".out"
        out.mkdir()

        def go() -> int:
            before = (out / "journal").read_bytes().count(b"\n") if (out / "journal").exists() else 0
            with Journal(out / "journal") as journal:
                run_plan(make_plan([str(tmp_path)], options), options, journal=journal, folder=out)
            return (out / "journal").read_bytes().count(b"\n") - before

        assert go() == 3
        assert go() == 0
        lost = sorted((out / "reports").iterdir())[1]
        content = lost.read_bytes()
        lost.unlink()
        assert go() == 1
        assert lost.read_bytes() == content

    def test_names(self) -> None:
        """Names that look alike, lead upwards or are endless give different short files."""
        logs = ["a/b.log", "a-b.log", "../../a/b.log", "x!../b.log", "é" * 400, "e" * 400, "", ".."]
        names = [report_name(log, "html") for log in logs]
        assert len(set(names)) == len(logs)
        for name in names:
            assert re.fullmatch(r"reports/[A-Za-z0-9._-]{0,100}\.html", name)

    def test_another_form_is_refused(self, tmp_path: Path) -> None:
        """Only the forms that exist can be asked for."""
        done = run(str(tmp_path), "--report", "pdf")
        assert done.returncode == 2
        assert "none of html, md" in " ".join(done.stderr.split())


class TestRanges:
    """Large files are cut."""

    @pytest.fixture
    def large(self, tmp_path: Path) -> Path:
        """Write one file of many composed logs, and an overlapping older one."""
        texts = [one.text.encode("utf-8", "surrogateescape") for one in scenarios(60, 7) if one.platform == "heroku"]
        (tmp_path / "one.log").write_bytes(b"".join(texts))
        (tmp_path / "other.log").write_bytes(b"".join(texts[::-1]))
        (tmp_path / "one.log.1").write_bytes(b"".join(texts[:5]))
        return tmp_path

    def test_the_rows_are_the_same(self, large: Path) -> None:
        """Rows do not depend on whether a file is cut, nor on how many processes read it."""
        cut = Options(range_bytes=8 << 10)
        plan = make_plan([str(large)], cut)
        assert max(len(piece.ranges) for log in plan.logs for piece in log.pieces) > 4
        whole = rows_of(large, Options())
        assert rows_of(large, cut) == whole
        assert rows_of(large, cut, jobs=2) == whole

    def test_the_journal_knows_them(self, large: Path) -> None:
        """A file that has not changed is not read for a summary again, one that has is, with any number of processes."""
        cut = Options(range_bytes=8 << 10)

        def go(jobs: int) -> int:
            journal_path = large / ".journal"
            before = journal_path.read_bytes().count(b"\n") if journal_path.exists() else 0
            with Journal(journal_path) as journal:
                run_plan(make_plan([str(large)], cut), cut, jobs=jobs, journal=journal)
            return journal_path.read_bytes().count(b"\n") - before

        assert [go(2), go(1), go(2)] == [2, 0, 0]
        with (large / "other.log").open("ab") as file:
            file.write(HARDCODED.encode())
        assert [go(2), go(1)] == [1, 0]

    def test_a_file_that_becomes_shorter(self, large: Path) -> None:
        """A file that is cut while it is read costs a row with its reason."""
        cut = Options(range_bytes=8 << 10)
        plan = make_plan([str(large / "other.log")], cut)
        os.truncate(large / "other.log", 9 << 10)
        (row,) = run_plan(plan, cut)
        assert (row["status"], row["failure"]) == ("failed", "has become shorter")


class TestHosts:
    """Logs of one app on several hosts."""

    @pytest.mark.parametrize(
        ("names", "log"),
        [
            (["host-a/shop.log", "host-b/shop.log"], "*/shop.log"),
            (["host-a/shop.log.1", "host-b/shop.log.1", "host-a/shop.log", "host-b/shop.log"], "*/shop.log"),
            (["x.zip!a/shop.log", "y.zip!b/shop.log"], "*/shop.log"),
        ],
    )
    def test_the_same_file_in_several_folders(self, names: list[str], log: str) -> None:
        """Files of one name are one log, the oldest first."""
        (joined,) = join_pieces([Piece(name, name) for name in sorted(names)], "app")
        assert (joined.name, [piece.name for piece in joined.pieces]) == (log, names)

    def test_other_apps_stay_apart(self) -> None:
        """Files of other names are other logs."""
        pieces = [Piece(name, name) for name in ("a/mail.log", "a/shop.log", "b/shop.log")]
        assert [log.name for log in join_pieces(pieces, "app")] == ["*/shop.log", "a/mail.log"]

    def test_a_cause_over_two_hosts(self, tmp_path: Path) -> None:
        """Lines of two hosts are one log; what both have counts once."""
        whole = HARDCODED.splitlines(keepends=True)
        for host, mine in (("a", whole[:3]), ("b", whole[2:])):
            (tmp_path / host).mkdir()
            (tmp_path / host / "shop.log").write_text("".join(mine))
        done = run(str(tmp_path), "--join", "app", "--out", str(tmp_path / ".out"))
        (row,) = read_rows(tmp_path / ".out")
        assert (row["log"], row["cause"], row["pieces"], row["lines"]) == ("*/shop.log", "port-hardcoded", 2, 5)
        assert (row["duplicate_lines"], done.returncode) == (1, 1)


class TestDisk:
    """A disk that fills up, as the system's limit on the size of a file."""

    def test_no_half_file_is_left(self, tmp_path: Path) -> None:
        """Whatever is full first, it is told, what is there is whole, and the next run ends like an unbroken one."""
        logs = tmp_path / "logs"
        logs.mkdir()
        write_scenarios(logs, 4)
        more = ("--report", "md")
        whole = tmp_path / "whole"
        assert run(str(logs), "--out", str(whole), *more).returncode == 1
        largest = max(whole.rglob("*.*"), key=lambda path: path.stat().st_size)
        for limit in ((whole / "journal.jsonl").stat().st_size // 2, largest.stat().st_size - 1):
            out = tmp_path / f"full-{limit}"
            done = run(str(logs), "--out", str(out), *more, preexec_fn=lambda limit=limit: limit_files(limit))
            assert done.returncode == 2
            assert "File too large" in done.stderr
            assert len(done.stderr.splitlines()) == 1
            for path in out.rglob("*"):
                if path.is_file() and path.name != "journal.jsonl":
                    assert path.read_bytes() == (whole / path.relative_to(out)).read_bytes(), path
            assert run(str(logs), "--out", str(out), *more).returncode == 1
            for form in FORMS:
                assert (out / form).read_bytes() == (whole / form).read_bytes()

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        """A file in the place of the folder is told."""
        (tmp_path / "a.log").write_text(HARDCODED)
        done = run(str(tmp_path / "a.log"), "--out", str(tmp_path / "a.log" / "out"))
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def limit_files(size: int) -> None:
    """Let no file of this process grow beyond a size."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


class TestNoLogs:
    """Inputs without a log."""

    def test_pictures_alone(self, tmp_path: Path) -> None:
        """A folder in which nothing is a log is no healthy one."""
        (tmp_path / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
        done = run(str(tmp_path), "--out", str(tmp_path / "out"))
        assert (done.returncode, done.stderr) == (2, "loganalyzer: none of the inputs is a log\n")

    def test_an_empty_folder(self, tmp_path: Path) -> None:
        """A folder without files is told."""
        (tmp_path / "empty").mkdir()
        done = run(str(tmp_path / "empty"), "--out", str(tmp_path / "out"))
        assert done.returncode == 2
        assert "the folder has no files" in " ".join(done.stdout.split())


class TestPeriods:
    """Incidents over time."""

    @pytest.mark.parametrize(("days", "word"), [(0, "day"), (30, "day"), (31, "week"), (300, "month"), (4000, "year")])
    def test_kinds(self, days: int, word: str) -> None:
        """The longer the time, the longer the periods, so that there are not too many of them."""
        first = date(2024, 1, 1)
        name, periods = count_periods([(first, "a"), (first + timedelta(days=days), "b")], ["a", OTHERS])
        assert name == word
        assert len(periods) <= MOST_PERIODS
        assert (periods[0].counts[0], periods[-1].counts[1]) == (1, 1)

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.tuples(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.sampled_from("abc")), max_size=20))
    def test_nothing_is_lost(self, dated: list[tuple[date, str]]) -> None:
        """The periods run evenly, and hold every incident that is not earlier than the first of them."""
        _, periods = count_periods(dated, ["a", OTHERS])
        names = [period.name for period in periods]
        assert names == sorted(set(names))
        assert all(sum(period.counts) == period.total for period in periods)
        if len(periods) < MOST_PERIODS:
            assert sum(period.total for period in periods) == len(dated)

    def test_the_page_of_a_thousand(self) -> None:
        """Apps of a cause are named up to a bound, and counted beyond it."""
        empty = {column.name: None for column in COLUMNS}
        rows = [
            empty | {"log": f"{at}.log", "status": "incident", "cause": "overload", "log_end": "2024-05-01T10:00:00Z"}
            for at in range(1000)
        ]
        (cause,) = survey(rows).causes
        assert (cause.rows, cause.owners, len(cause.apps)) == (1000, 1000, 40)


def test_a_report_that_cannot_be_written(tmp_path: Path) -> None:
    """The reason and the file are told."""
    (tmp_path / "a.log").write_text(HARDCODED)
    (tmp_path / "reports").write_text("a file where the folder should be")
    options = Options(report="md")
    with pytest.raises(InputError, match="the report cannot be written"):
        run_plan(make_plan([str(tmp_path / "a.log")], options), options, folder=tmp_path)
    shutil.rmtree(tmp_path, ignore_errors=True)
