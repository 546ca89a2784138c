"""The command `report` and the tables that it exports."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from loganalyzer.postmortem.export import guard_formula
from tests.documents import COMMAND, INCIDENTS, ROOT, run


class TestCommand:
    """The command as a user meets it."""

    LOG = INCIDENTS / "heroku-port-hardcoded-rolled-back.log"

    def test_several_outputs(self, tmp_path: Path) -> None:
        """Each ending has its form; standard output stays empty."""
        names = ["p.html", "p.md", "p.json", "p.sarif", "p.xml"]
        done = run(self.LOG, *(part for name in names for part in ("-o", tmp_path / name)))
        assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")
        assert all((tmp_path / name).stat().st_size for name in names)
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)

    def test_standard_input(self) -> None:
        """A pipe is read twice; without -o the Markdown goes to standard output."""
        done = run(stdin=self.LOG.read_bytes())
        assert done.returncode == 1
        assert b"Release v42 created" in done.stdout
        assert run("-", "--exit-zero", stdin=self.LOG.read_bytes()).returncode == 0

    def test_same_bytes_out(self) -> None:
        """The same input gives the same page, whatever the hash seed."""
        pages = {
            subprocess.run(
                [*COMMAND, str(self.LOG), "--format", "html"], capture_output=True, cwd=ROOT, check=False, env={"PYTHONHASHSEED": seed, "PATH": ""}
            ).stdout
            for seed in ("1", "2")
        }  # fmt: skip
        assert len(pages) == 1
        assert pages != {b""}

    def test_redaction(self, tmp_path: Path) -> None:
        """E-mail addresses and clients' addresses go, with --no-redact they stay and the user is told."""
        done = run(self.LOG, "-o", tmp_path / "p.html", "--export", tmp_path / "tables")
        assert done.returncode == 1
        for path in [tmp_path / "p.html", *(tmp_path / "tables").glob("*.csv")]:
            text = path.read_text(encoding="utf-8")
            assert "ops@example.com" not in text
            assert not re.search(r"203\.0\.113\.\d+|coupon=", text)
        done = run(self.LOG, "-o", tmp_path / "p.html", "--no-redact")
        assert b"not redacted" in done.stderr
        assert "ops@example.com" in (tmp_path / "p.html").read_text(encoding="utf-8")

    def test_template(self, tmp_path: Path) -> None:
        """A layout of the user's own, in a sandbox."""
        template = tmp_path / "mine.html.j2"
        template.write_text("<h1>{{ postmortem.reviews[0].headline.cause }}</h1>{{ '<b>' }}{{ charts[0]|length }}")
        assert run(self.LOG, "-o", tmp_path / "p.html", "--template", template).returncode == 1
        assert (tmp_path / "p.html").read_text(encoding="utf-8") == "<h1>port-hardcoded</h1>&lt;b&gt;3"

    @pytest.mark.parametrize(
        "arguments",
        [
            ("-o", "p.docx"),
            ("--format", "pdf"),
            ("--template", "x", "-o", "p.json"),
            ("--since", "yesterday"),
            ("--baseline", "/nowhere.log"),
        ],
        ids=lambda arguments: arguments[1],
    )
    def test_wrong_usage(self, arguments: tuple[str, ...], tmp_path: Path) -> None:
        """Wrong usage ends with 2 and a sentence."""
        done = run(self.LOG, *(str(tmp_path / part) if part.startswith("p.") else part for part in arguments))
        assert done.returncode == 2
        assert b"Traceback" not in done.stderr
        assert done.stderr

    def test_output_over_input(self, tmp_path: Path) -> None:
        """A log is never written over."""
        log = tmp_path / "log.md"
        log.write_bytes(self.LOG.read_bytes())
        assert run(log, "-o", log).returncode == 2
        assert log.read_bytes() == self.LOG.read_bytes()

    def test_unreadable_input(self, tmp_path: Path) -> None:
        """One missing input is named, the others are written about."""
        done = run(self.LOG, tmp_path / "missing.log", "-o", tmp_path / "p.md")
        assert done.returncode == 2
        assert b"missing.log" in done.stderr
        assert "missing" in (tmp_path / "p.md").read_text(encoding="utf-8")


class TestExport:
    """Tables."""

    def test_types(self, tmp_path: Path) -> None:
        """Parquet has types and the same rows as CSV; counts agree with the document."""
        parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
        log = INCIDENTS / "heroku-request-timeout-scaled.log"
        run(log, "--export", tmp_path / "tables", "-o", tmp_path / "p.json")
        document = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))
        events = parquet.read_table(tmp_path / "tables" / "events.parquet").to_pandas()
        requests = parquet.read_table(tmp_path / "tables" / "requests.parquet").to_pandas()
        assert len(events) == len(log.read_text(encoding="utf-8").splitlines())
        assert int(requests["failed"].sum()) == document["reviews"][0]["traffic"]["errors"]
        assert str(events["at"].dtype).startswith("datetime64")
        assert set(requests["status"].dropna()) >= {200, 503}

    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1", "\u00a0=1"])
    def test_formulas(self, text: str) -> None:
        """What a spreadsheet would run is made a text."""
        assert guard_formula(text).startswith("'")
