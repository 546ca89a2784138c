"""Text: colour codes, control characters, times, pairs and quotes, for any string."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from loganalyzer.model import UNDATED_YEAR
from loganalyzer.text import clean, parse_clock, parse_timestamp, read_pairs, strip_ansi, unquote

# Text made of what control sequences are made of, so that whole and half ones occur often.
controlled = st.text(st.sampled_from("\x1b\x9b[](B;0m1A\\\x07ab ")) | st.text()
times = st.datetimes(min_value=datetime(1000, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis adds the zone)


class TestColour:
    """strip_ansi."""

    @pytest.mark.parametrize(
        ("text", "plain"),
        [
            ("\x1b[32m==>\x1b[0m Deploying", "==> Deploying"),
            ("\x1b[38;2;120;10;5mat\x1b[39m=\x1b[38;5;117minfo\x1b[39m", "at=info"),
            ("done\x1b(B\x1b[m", "done"),
            ("\x1b]0;title\x07prompt $", "prompt $"),
            ("\x1b]8;;https://example.com\x1b\\link\x1b]8;;\x1b\\", "link"),
            ("localhost:\x1b[1m5173\x1b[22m/", "localhost:5173/"),
            ("[INFO] (B is text", "[INFO] (B is text"),
        ],
    )
    def test_known_sequences(self, text: str, plain: str) -> None:
        """Each kind of sequence is taken out whole, and text that only looks like one stays."""
        assert strip_ansi(text) == plain

    @given(text=controlled)
    @example(text="\x1b\x1b[0m[0m")
    def test_twice_is_once(self, text: str) -> None:
        """Stripping a second time changes nothing."""
        assert strip_ansi(strip_ansi(text)) == strip_ansi(text)

    @given(text=controlled)
    def test_clean_text_has_no_control_characters(self, text: str) -> None:
        """What is shown on a terminal cannot steer it; only line ends are left."""
        assert not [letter for letter in clean(text) if unicodedata.category(letter) == "Cc" and letter != "\n"]

    @given(text=st.text(st.characters(exclude_categories=["Cc"])))
    def test_plain_text_stays(self, text: str) -> None:
        """Text without control characters is not touched."""
        assert clean(text) == strip_ansi(text) == text


class TestTimes:
    """parse_timestamp and parse_clock."""

    @pytest.mark.parametrize(
        ("text", "iso"),
        [
            ("2026-03-04T09:12:00.943253+00:00", "2026-03-04T09:12:00.943253+00:00"),
            ("2026-03-04T09:12:00Z", "2026-03-04T09:12:00+00:00"),
            ("2026-03-04T10:12:00.05+0100", "2026-03-04T09:12:00.050000+00:00"),
            ("2026-03-04T09:12:00.123456789Z", "2026-03-04T09:12:00.123456+00:00"),
            ("2026-03-04T09:12:00.8Z", "2026-03-04T09:12:00.800000+00:00"),
            ("2026-03-04 09:12:00", "2026-03-04T09:12:00+00:00"),
            ("2026-03-04 09:12:00,250 UTC", "2026-03-04T09:12:00.250000+00:00"),
            ("2026-03-04T02:12:00-07:00", "2026-03-04T09:12:00+00:00"),
            ("026-03-04T09:12:00Z", "2026-03-04T09:12:00+00:00"),
            ("2028-02-29T00:00:00Z", "2028-02-29T00:00:00+00:00"),
        ],
    )
    def test_forms(self, text: str, iso: str) -> None:
        """Zones, decimals and the loss of the first digit are read."""
        at = parse_timestamp(text)
        assert at is not None
        assert at.isoformat() == iso

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "yesterday",
            "2026-02-30T00:00:00Z",
            "2026-03-04T24:01:00Z",
            "2026-03-04T09:12",
            "2026-03-04T09:12:00+99:00",
        ],
    )
    def test_no_times(self, text: str) -> None:
        """What is no time, or no real one, gives nothing."""
        assert parse_timestamp(text) is None

    @given(at=times)
    def test_written_times_are_read_back(self, at: datetime) -> None:
        """A time written with its zone is read as the same time."""
        assert parse_timestamp(at.isoformat()) == at

    @given(text=st.text() | st.from_regex(r"\d{3,4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)? ?([+-]\d\d:?\d\d|Z)?"))
    def test_any_text_is_a_time_in_utc_or_nothing(self, text: str) -> None:
        """No text raises, and a time that is found is aware."""
        at = parse_timestamp(text)
        assert at is None or at.utcoffset() == UTC.utcoffset(None)

    @pytest.mark.parametrize(
        ("text", "clock"),
        [
            ("17:29:18", "17:29:18"),
            ("05:48:13 PM", "17:48:13"),
            ("12:00:01 AM", "00:00:01"),
            ("12:00:01 PM", "12:00:01"),
            ("9:05:00 am", "09:05:00"),
            ("3:07:09\u202fPM", "15:07:09"),
            ("07:18:38.855", "07:18:38.855000"),
        ],
    )
    def test_times_of_day(self, text: str, clock: str) -> None:
        """Clocks of 12 and 24 hours are put on a day of the year that stands for none."""
        at = parse_clock(text)
        assert at is not None
        assert (at.time().isoformat(), at.year) == (clock, UNDATED_YEAR)

    @pytest.mark.parametrize("text", ["", "25:00:00", "10:61:00", "noon"])
    def test_no_times_of_day(self, text: str) -> None:
        """What is no time of day gives nothing."""
        assert parse_clock(text) is None

    def test_days_that_do_not_exist(self) -> None:
        """A day that its month does not have gives nothing, the leap day is one."""
        assert parse_clock("10:00:00", month=2, day=30) is None
        assert parse_clock("10:00:00", month=2, day=29) is not None


class TestPairs:
    """read_pairs and unquote."""

    def test_router_line(self) -> None:
        """Bare, quoted and empty values are read, the first of a repeated key counts."""
        pairs = read_pairs('at=error code=H12 desc="Request timeout" path="/a=b?c=d" dyno= status=503 status=200')
        assert pairs == {
            "at": "error",
            "code": "H12",
            "desc": "Request timeout",
            "path": "/a=b?c=d",
            "dyno": "",
            "status": "503",
        }

    def test_colon_pairs(self) -> None:
        """Cloud Foundry's router puts colons between keys and values."""
        pairs = read_pairs('response_time:0.021000 app_id:"0b9d" x_cf_routererror:"endpoint_failure (EOF)"')
        assert pairs == {"response_time": "0.021000", "app_id": "0b9d", "x_cf_routererror": "endpoint_failure (EOF)"}

    @given(text=st.text())
    def test_any_text_has_pairs(self, text: str) -> None:
        """No text raises."""
        assert isinstance(read_pairs(text), dict)

    @given(text=st.text(st.characters(exclude_characters="\n")))
    def test_quotes_are_undone(self, text: str) -> None:
        """A value that was quoted with backslashes is read back."""
        quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        assert unquote(quoted) == text

    @pytest.mark.parametrize("text", ["", '"', "bare", '"open', 'a "b" c'])
    def test_text_without_quotes_stays(self, text: str) -> None:
        """Only a pair of quotes around the whole is taken off."""
        assert unquote(text) == text
