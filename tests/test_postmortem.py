"""Postmortems: right facts, whole documents, odd inputs, many logs, comparison."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from loganalyzer.pipeline import Settings, analyze
from loganalyzer.postmortem import Postmortem, render
from loganalyzer.postmortem.record import AppReview, Headline
from loganalyzer.report import render as render_analysis
from tests.documents import INCIDENTS, ROOT, make, read_page, run

TRUTH: dict[str, dict[str, Any]] = yaml.safe_load((INCIDENTS / "truth.yaml").read_text(encoding="utf-8"))
SAMPLES = sorted((ROOT / "sample_logs").glob("*.log"))


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


@pytest.mark.parametrize("path", [*SAMPLES, *sorted(INCIDENTS.glob("*.log"))], ids=lambda path: path.stem)
def test_every_form_of_every_log(path: Path) -> None:
    """All forms can be written, and the page is whole."""
    postmortem = make(path)
    read_page(render(postmortem, "html"))
    assert render(postmortem, "markdown").startswith("# ")
    document = json.loads(render(postmortem, "json"))
    assert document["schema"] == "loganalyzer-postmortem/1"
    assert document["reviews"][0]["summary"]


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

    def test_lines_name_their_input_where_one_app_has_several(self, tmp_path: Path) -> None:
        """The number of a line says in which input it stands, in each form for people."""
        head = "<14>1 2026-05-01T10:0{}:00.000000+00:00 example.dev.shop 0b8e4a52-91d4-4b58-8a07-1c6f0f2a7d11"
        (tmp_path / "old.log").write_text(f"{head.format(0)} [APP/PROC/WEB/0] - - Error: Cannot find module 'left'\n")
        (tmp_path / "new.log").write_text(f"{head.format(1)} [APP/PROC/WEB/0] - - Exit status 1\n")
        paths = [tmp_path / "old.log", tmp_path / "new.log"]
        postmortem = make(*paths)
        assert len(postmortem.reviews) == 1
        assert ">old.log:1</a>" in render(postmortem, "html")
        analysis = analyze(Settings(paths=tuple(map(str, paths))))
        for text in (render(postmortem, "markdown"), render_analysis(analysis, "markdown")):
            for place in ("old.log:1", "new.log:1"):
                assert re.search(rf"\| {place} +\|", text), (place, text)

    def test_of_a_stack_trace_one_line_is_shown(self) -> None:
        """The forms for people leave its other lines out and say so; the JSON form has them."""
        postmortem = make(ROOT / "sample_logs" / "render-crash-config.log")
        frame = "at ConfigModule.forRoot"
        assert any(entry.text.startswith(frame) for entry in postmortem.reviews[0].timeline)
        for form in ("html", "markdown"):
            timeline = render(postmortem, form).partition("Timeline</h2>" if form == "html" else "## Timeline")[2]
            shown = timeline.partition("Evidence</h2>" if form == "html" else "## Evidence")[0]
            assert frame not in shown
            assert "lines of stack traces are left out; the JSON form has them" in shown

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

    def test_long_incident(self, tmp_path: Path) -> None:
        """Of an incident that takes up most of a long log, its beginning is shown in shorter stretches."""
        ask = (
            '2026-05-12T{:02d}:{:02d}:{:02d}.000000+00:00 heroku[router]: at={} method=GET path="/cart" '
            'host=shop.example.com request_id=0 fwd="203.0.113.9" dyno=web.1 connect=1ms service=40ms status={} bytes=9\n'
        )
        failed = ('error code=H12 desc="Request timeout"', 503)
        lines = [
            ask.format(hour, minute, second, *(("info", 200) if hour < 3 else failed))
            for hour in range(2, 14)
            for minute in range(60)
            for second in range(0, 60, 6)
        ]
        path = tmp_path / "long.log"
        path.write_text("".join(lines), encoding="utf-8")
        postmortem = make(path)
        traffic, start = postmortem.reviews[0].traffic, postmortem.reviews[0].headline.start
        assert start is not None
        assert traffic.closer_part == "beginning"
        assert traffic.closer[0].at < start < traffic.closer[-1].at
        assert traffic.closer[0].seconds * 2 <= traffic.spans[0].seconds
        assert "The beginning of the main incident from near" in render(postmortem, "html")

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
