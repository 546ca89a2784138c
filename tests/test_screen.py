"""What a terminal shows: widths, wrapping, colours, and reports that fit however wide their letters are."""

from __future__ import annotations

import pytest

from loganalyzer.outcome import Analysis
from loganalyzer.report import render
from loganalyzer.report.layout import simple_table
from loganalyzer.screen import columns_of, fit, plain_message, screen_width, wants_color, wrap
from loganalyzer.text import clean
from tests.scenarios.judging import Judge

WIDE = "\u7aef\u53e3" * 30
CRASH = f"""\
2026-03-04T09:12:55.094133+00:00 heroku[web.1]: Starting process with command `node {WIDE}.js`
2026-03-04T09:12:56.194133+00:00 app[web.1]: TypeError: Cannot read properties of undefined (reading {WIDE})
2026-03-04T09:12:57.094133+00:00 heroku[web.1]: Process exited with status 1
2026-03-04T09:12:57.194133+00:00 heroku[web.1]: State changed from starting to crashed
"""


class TestWrap:
    """Lines are broken at blanks and never wider than asked for."""

    @pytest.mark.parametrize(
        "text", ["host=recipe-board-8c1f.example.com path=/", "x" * 200, WIDE, f"a {WIDE} b", "\u00e9" * 70 + WIDE]
    )
    @pytest.mark.parametrize("width", [20, 40, 80])
    def test_width(self, text: str, width: int) -> None:
        """Nothing is lost, and no line is too wide."""
        lines = wrap(text, width, "  ", "    ")
        assert max(map(columns_of, lines)) <= width
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")

    def test_names_stay_whole(self) -> None:
        """A hyphen is no place to break a host name."""
        assert wrap("see host=my-app.example.com", 24) == ["see", "host=my-app.example.com"]

    @pytest.mark.parametrize("text", ["word " * 100, f"{WIDE} " * 20])
    def test_most(self, text: str) -> None:
        """What does not fit is cut, and dots say so."""
        lines = wrap(text, 40, most=3)
        assert len(lines) == 3
        assert lines[-1].endswith(" ...")
        assert max(map(columns_of, lines)) <= 40


class TestTerminal:
    """What the terminal is asked, and what the environment says."""

    def test_width_without_a_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A file is written alike whatever terminal it is written from."""
        monkeypatch.setenv("COLUMNS", "200")
        assert screen_width() == 80

    @pytest.mark.parametrize(("columns", "width"), [("60", 60), ("10", 40), ("300", 120)])
    def test_width_of_a_terminal(self, columns: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """As wide as it is, within reason."""
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        monkeypatch.setenv("COLUMNS", columns)
        assert screen_width() == width

    @pytest.mark.parametrize(
        ("choice", "environment", "wanted"),
        [
            ("auto", {}, True),
            ("auto", {"NO_COLOR": "1"}, False),
            ("auto", {"TERM": "dumb"}, False),
            ("always", {"NO_COLOR": "1"}, True),
            ("never", {}, False),
        ],
    )
    def test_color(
        self, choice: str, environment: dict[str, str], wanted: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The user's word goes first, then NO_COLOR and what the terminal can."""
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        for name in ("NO_COLOR", "TERM"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        assert wants_color(choice) is wanted


class TestText:
    """Text of a log on one line."""

    def test_fit_counts_columns(self) -> None:
        """Wide letters take two."""
        assert fit(WIDE, 20) == WIDE[:8] + "..."

    def test_clean_keeps_the_direction(self) -> None:
        """A log cannot turn round what stands behind its text."""
        assert clean("a\u202eb\u2066c\x1b[31md") == "abcd"

    def test_end_of_an_instance(self) -> None:
        """Cloud Foundry's payload says in one place what ended."""
        message = 'App instance exited with guid 02934d75 payload: {"exit_description"=>"APP: Exited with status 4"}'
        assert plain_message(message) == "instance ended: APP: Exited with status 4"

    def test_table_of_wide_letters(self) -> None:
        """Columns stay below their heads."""
        table = simple_table([[WIDE[:4], "7"], ["app", "104"]], ["log", "lines"])
        assert {columns_of(line) for line in table} == {8 + 2 + 7}


@pytest.fixture(scope="module")
def judge() -> Judge:
    """Load the library once."""
    return Judge()


@pytest.mark.parametrize("width", [40, 80, 120])
def test_report_fits(width: int, judge: Judge) -> None:
    """A report with wide letters is nowhere wider than its screen, except for links and code to copy."""
    analysis = Analysis((judge.report(CRASH),))
    lines = render(analysis, "text", width=width).splitlines()
    assert max(columns_of(line) for line in lines if "https://" not in line) <= width
