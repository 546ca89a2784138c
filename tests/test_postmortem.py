"""Postmortems: right facts, whole documents, hostile text, comparison, export, command."""

from __future__ import annotations

import csv
import html.parser
import io
import json
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from loganalyzer.pipeline import Settings, analyze
from loganalyzer.postmortem import Postmortem, build, render
from loganalyzer.postmortem.export import guard_formula
from loganalyzer.postmortem.record import AppReview, Headline
from loganalyzer.redaction import Redactor
from tests.payloads import MARK, PAYLOADS, hostile_log

ROOT = Path(__file__).resolve().parent.parent
INCIDENTS = Path(__file__).resolve().parent / "incidents"
TRUTH: dict[str, dict[str, Any]] = yaml.safe_load((INCIDENTS / "truth.yaml").read_text(encoding="utf-8"))
SAMPLES = sorted((ROOT / "sample_logs").glob("*.log"))
COMMAND = [sys.executable, "-m", "loganalyzer", "report"]
VOID = {"meta", "link", "br", "rect", "img", "input", "line", "path", "use"}


def make(*paths: Path, redact: bool = True) -> Postmortem:
    """Make the postmortem of logs."""
    settings = Settings(tuple(str(path) for path in paths))
    return build(settings, analyze(settings), redactor=Redactor() if redact else None)


def run(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], input=stdin, capture_output=True, cwd=ROOT, timeout=120, check=False
    )


def near(at: datetime | None, truth: str | None) -> bool:
    """Say whether a time is right within a second."""
    if at is None or truth is None:
        return at is None and truth is None
    return abs((at - datetime.fromisoformat(truth)).total_seconds()) <= 1


def close(value: int | None, truth: int | None) -> bool:
    """Say whether a duration is right within 2 %."""
    if value is None or truth is None:
        return value is truth
    return abs(value - truth) <= 0.02 * truth


@pytest.mark.parametrize("name", TRUTH)
class TestFacts:
    """Twelve facts on logs whose truth is known."""

    @pytest.fixture
    def review(self, name: str) -> AppReview:
        """Give the review of a log."""
        return make(INCIDENTS / f"{name}.log").reviews[0]

    @pytest.fixture
    def head(self, review: AppReview) -> Headline:
        """Give its facts."""
        return review.headline

    def test_times(self, name: str, head: Headline) -> None:
        """Start, end, duration and recovery."""
        truth = TRUTH[name]
        assert near(head.start, truth["start"])
        assert near(head.end, truth["end"])
        assert head.is_open == (truth["end"] is None)
        assert head.duration_s is not None
        assert abs(head.duration_s - truth["duration_s"]) <= 1
        assert near(head.recovery.at if head.recovery else None, truth["recovery"])

    def test_cost(self, name: str, head: Headline) -> None:
        """Failed requests, their share, and the time to answer before and after."""
        truth = TRUTH[name]
        assert (head.requests or 0, head.failed or 0) == (truth["requests"], truth["failed"])
        assert head.share == pytest.approx(truth["share"], abs=0.0001)
        assert close(head.p95_before_ms, truth["p95_before_ms"])
        assert close(head.p95_after_ms, truth["p95_after_ms"])

    def test_cause(self, name: str, head: Headline) -> None:
        """Cause, port, address, release and the line of the first symptom."""
        truth = TRUTH[name]
        assert (head.cause, head.port, head.address, head.release) == (
            truth["cause"],
            truth["port"],
            truth["address"],
            truth["release"],
        )
        assert head.first_symptom is not None
        assert head.first_symptom.line == truth["first_symptom_line"]

    def test_recurrences(self, name: str, review: AppReview) -> None:
        """The same fault at several times is one incident."""
        truth = TRUTH[name]
        incident = next(one for one in review.incidents if one.finding.cause == truth["cause"])
        assert len(incident.occurrences) == truth["occurrences"]
        for occurrence, end in zip(incident.occurrences, truth.get("occurrence_ends", []), strict=False):
            assert near(occurrence.end, end)

    def test_summary(self, review: AppReview) -> None:
        """Three sentences, each of them one."""
        assert len(review.summary) == 3
        assert all(sentence.endswith(".") for sentence in review.summary)


class Reader(html.parser.HTMLParser):
    """Reads a page: its elements in order, and whether they are nested as they should be."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if tag in VOID and (not self.open or self.open[-1] != tag):
            return
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text.append(data)


def read_page(page: str) -> Reader:
    """Read a page and check that it is whole and asks nobody for anything."""
    reader = Reader()
    reader.feed(page)
    assert not reader.open
    assert len(page.encode()) <= 1_500_000
    ids = [attributes["id"] for _, attributes in reader.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))
    assert [tag for tag, _ in reader.elements].count("script") == 1
    assert [tag for tag, _ in reader.elements].count("style") == 1
    for tag, attributes in reader.elements:
        assert tag not in ("img", "iframe", "object", "embed", "base", "form") or attributes.get("class") == "filter"
        assert not [
            name
            for name in attributes
            if name.startswith("on") or name in ("style", "src", "srcset", "action", "xlink:href")
        ]
        target = attributes.get("href") or ""
        assert not target or target == "data:," or target.startswith(("#", "https://"))
        if target.startswith("#"):
            assert target[1:] in ids, target
    return reader


@pytest.mark.parametrize("path", [*SAMPLES, *sorted(INCIDENTS.glob("*.log"))], ids=lambda path: path.stem)
def test_every_form_of_every_log(path: Path) -> None:
    """All forms can be written, and the page is whole."""
    postmortem = make(path)
    read_page(render(postmortem, "html"))
    assert render(postmortem, "markdown").startswith("# ")
    document = json.loads(render(postmortem, "json"))
    assert document["schema"] == "loganalyzer-postmortem/1"
    assert document["reviews"][0]["summary"]


@pytest.mark.parametrize("name", PAYLOADS)
class TestHostileText:
    """Text of a log is text in every form."""

    @pytest.fixture
    def postmortem(self, name: str, tmp_path: Path) -> Postmortem:
        """Make the postmortem of a log that says a payload in every field."""
        path = tmp_path / "hostile.log"
        path.write_bytes(hostile_log(PAYLOADS[name]).encode())
        return make(path, redact=False)

    def test_html(self, name: str, postmortem: Postmortem) -> None:
        """The page has the elements of our template alone, and shows the payload as text."""
        reader = read_page(render(postmortem, "html"))
        tags = {tag for tag, _ in reader.elements}
        assert not tags & {"img", "iframe", "object", "embed", "details-open", "i", "b"}
        assert MARK in "".join(reader.text)
        assert name
        text = "".join(reader.text)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200f]", text)

    def test_markdown(self, name: str, postmortem: Postmortem) -> None:
        """The document has our headings, tables and links alone."""
        text = render(postmortem, "markdown")
        heads = [line for line in text.split("\n") if re.match(r"#{1,6} ", line)]
        assert [line for line in heads if line.startswith("## ")] == [
            line for line in heads if line[3:] in SECTIONS and line.startswith("## ")
        ]
        bare = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
        assert not re.search(r"(?<!\\)!\[|(?<!\\)\]\((?!https://)|(?<!\\)<(?!br>)\w", bare), name
        for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            columns = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
            assert len(columns) == 1, table

    def test_json(self, name: str, postmortem: Postmortem) -> None:
        """The document has our keys alone."""
        document = json.loads(render(postmortem, "json"))
        assert set(document) == {"schema", "tool", "reviews", "unreadable", "redacted"}
        assert name in PAYLOADS

    def test_csv(self, name: str, tmp_path: Path) -> None:
        """No cell begins as a formula, and every row has all columns."""
        path = tmp_path / "hostile.log"
        path.write_bytes(hostile_log(PAYLOADS[name]).encode())
        run(path, "--export", tmp_path / "tables", "--no-redact", "-o", tmp_path / "p.json")
        for table in sorted((tmp_path / "tables").glob("*.csv")):
            rows = list(csv.reader(io.StringIO(table.read_text(encoding="utf-8"), newline="")))
            assert len({len(row) for row in rows}) == 1
            assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]


SECTIONS = (
    "Summary", "Incidents", "What changed", "Timeline", "Traffic", "Evidence", "Against the good log", "Fix and prevention", "Open questions",
)  # fmt: skip


class TestInputs:
    """Odd logs give a sensible document."""

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"one line",
            b"\xff\xfe\x00\x01" * 50,
            b"listening on port 3000\nError: Cannot find module 'x'\nnpm ERR! exit 1\n",
            b"x" * 300_000,
            b"10:00:01 web.1 | listening\n" * 50,
        ],
        ids=["empty", "one-line", "rubbish", "no-times", "long-line", "no-dates"],
    )
    def test_document(self, data: bytes, tmp_path: Path) -> None:
        """Every form is whole."""
        path = tmp_path / "odd.log"
        path.write_bytes(data)
        postmortem = make(path)
        read_page(render(postmortem, "html"))
        assert len(postmortem.reviews[0].summary) == 3
        assert render(postmortem, "markdown")

    def test_several_apps_and_zones(self) -> None:
        """Each log has its own part, and all times are UTC."""
        paths = [
            INCIDENTS / "cloudfoundry-connection-dropped-restarted.log",
            INCIDENTS / "heroku-crash-config-restored.log",
        ]
        postmortem = make(*paths)
        assert len(postmortem.reviews) == 2
        read_page(render(postmortem, "html"))
        for review, path in zip(postmortem.reviews, paths, strict=True):
            assert near(review.headline.start, TRUTH[path.stem]["start"])

    def test_page_stays_small(self, tmp_path: Path) -> None:
        """A log with very many different things of note gives a page of bounded size."""
        lines = []
        for number in range(6000):
            at = f"2026-05-{1 + number // 1000:02d}T{number % 24:02d}:{number % 60:02d}:{number % 59:02d}.000000+00:00"
            lines.append(f"{at} app[web.{number % 40}]: Error: Cannot find module '{'m' * 300}{number}'\n")
            lines.append(f"{at} heroku[web.{number % 40}]: Process exited with status {number % 100 + 1}\n")
        path = tmp_path / "many.log"
        path.write_text("".join(lines))
        read_page(render(make(path), "html"))


class TestManyLogs:
    """A page of many logs stays small, and loses no log in trouble."""

    @pytest.fixture
    def many(self) -> Postmortem:
        """Give forty reviews, the only one in trouble near the end."""
        good = make(ROOT / "sample_logs" / "render-healthy.log").reviews[0]
        bad = make(INCIDENTS / "heroku-request-timeout-scaled.log").reviews[0]
        return Postmortem((*[good] * 37, bad, good, good))

    def test_the_one_in_trouble_is_shown(self, many: Postmortem) -> None:
        """All stand in the table at the top, the one in trouble has its part and its charts."""
        page = render(many, "html")
        read_page(page)
        assert "<h1>40 logs</h1>" in page
        assert page.count('<td class="inline"><span class="badge') == 40
        assert '<a href="#app38">' in page
        assert '<article id="app38"' in page
        assert 'id="app38-status-wide-title"' in page
        assert page.count("<article ") == 30

    def test_charts_go_first(self, many: Postmortem, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where there is too little room for everything, most charts go before other things do."""
        crowded = Postmortem(tuple([many.reviews[37]] * 12))
        everything = render(crowded, "html")
        monkeypatch.setattr("loganalyzer.postmortem.page.MOST_BYTES", len(everything.encode()) * 3 // 4)
        page = render(crowded, "html")
        assert len(page.encode()) <= len(everything.encode()) * 3 // 4
        assert 0 < page.count("<figure>") < everything.count("<figure>")
        assert page.count("<article ") == 12
        assert "The charts of this log are left out" in page


class TestComparison:
    """A good log tells what is new in a bad one."""

    def test_differences(self, tmp_path: Path) -> None:
        """Port, time to answer and messages are compared."""
        bad = INCIDENTS / "heroku-port-hardcoded-rolled-back.log"
        good = tmp_path / "good.log"
        lines = bad.read_text(encoding="utf-8").splitlines(keepends=True)
        good.write_text(
            "".join(line for line in lines if line[11:16] >= "09:19" and "R10" not in line and "H10" not in line)
        )
        done = run(bad, "--baseline", good, "-o", tmp_path / "p.json")
        assert done.returncode == 1, done.stderr
        found = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))["reviews"][0]["comparison"]["differences"]
        by_kind = {one["what"]: one for one in found}
        assert by_kind["port"]["now"] == "3000"
        assert any("R10" in one["now"] for one in found if one["what"] == "new message")
        assert "failed requests" in by_kind

    def test_same_log(self, tmp_path: Path) -> None:
        """A log against itself has no differences."""
        path = SAMPLES[0]
        run(path, "--baseline", path, "-o", tmp_path / "p.json")
        assert (
            json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))["reviews"][0]["comparison"]["differences"]
            == []
        )


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
        for wrong in (
            "{{ ''.__class__.__mro__ }}",
            "{% include '/etc/passwd' %}",
            "{{ nothing }}",
            "{% if %}",
            "{{ range(10**9)|list }}",
        ):
            template.write_text(wrong)
            done = run(self.LOG, "-o", tmp_path / "p.html", "--template", template)
            assert done.returncode == 2, wrong
            assert b"Traceback" not in done.stderr

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


class TestFromNear:
    """A short incident in a long log has charts of its own."""

    LOG = INCIDENTS / "heroku-port-hardcoded-rolled-back.log"

    def lengthened(self, path: Path) -> Path:
        """Write the log with two hours of well answered requests before it and after it."""
        lines = self.LOG.read_text(encoding="utf-8").splitlines(keepends=True)
        ask = (
            '2026-05-12T{hour:02d}:{minute:02d}:10.000000+00:00 heroku[router]: at=info method=GET path="/cart" '
            'host=shop.example.com request_id=0 fwd="203.0.113.9" dyno=web.1 connect=1ms service=40ms status=200 bytes=9\n'
        )
        before = [ask.format(hour=hour, minute=minute) for hour in (7, 8) for minute in range(60)]
        after = [ask.format(hour=hour, minute=minute) for hour in (10, 11) for minute in range(60)]
        path.write_text("".join([*before, *lines, *after]), encoding="utf-8")
        return path

    def test_long_log(self, tmp_path: Path) -> None:
        """The incident is shown in shorter stretches, whole, with what stands around it, and costs the same."""
        review = make(self.lengthened(tmp_path / "long.log")).reviews[0]
        whole, closer = review.traffic.spans, review.traffic.closer
        assert 0 < len(closer) <= 120
        assert closer[0].seconds * 2 <= whole[0].seconds
        assert review.headline.start is not None
        assert review.headline.end is not None
        assert closer[0].at < review.headline.start < review.headline.end < closer[-1].at
        assert sum(one.errors for one in closer) == sum(one.errors for one in whole) == review.headline.failed == 78
        page = render(make(tmp_path / "long.log"), "html")
        assert page.count("from near") >= 2

    def test_short_log(self) -> None:
        """Where the incident takes up much of the log, the one chart shows it well enough."""
        assert make(self.LOG).reviews[0].traffic.closer == ()


class TestFirstReading:
    """The document says where `analyze` names another verdict, and why."""

    @pytest.mark.parametrize("name", TRUTH)
    def test_note(self, name: str) -> None:
        """There is a note if and only if the verdicts differ."""
        path = INCIDENTS / f"{name}.log"
        review, first = make(path).reviews[0], analyze(Settings((str(path),))).reports[0].verdict
        assert (review.analysis.cause, review.analysis.status) == (first.cause, first.status)
        same = (first.cause, first.status) == (review.verdict.cause, review.verdict.status)
        assert bool(review.analysis.note) is not same

    def test_consequence(self) -> None:
        """What the router saw of a process that ran out of memory is its consequence, in every form."""
        postmortem = make(INCIDENTS / "cloudfoundry-memory-exceeded-restarted.log")
        assert postmortem.reviews[0].verdict.cause == "memory-exceeded"
        for form in ("html", "markdown", "json"):
            assert "is taken for a consequence of it" in render(postmortem, form)
