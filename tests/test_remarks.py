"""What a report says of a log that is not whole or whose requests fail, and what that does to its confidence."""

from __future__ import annotations

import pytest

from loganalyzer.outcome import Report
from tests.scenarios.judging import Judge

BOOT = "heroku[web.1]: Starting process with command `npm start`"
CRASHED = "heroku[web.1]: State changed from starting to crashed"
MISSING = "app[web.1]: Error: Cannot find module 'shop-core'"
EXIT = "heroku[web.1]: Process exited with status 1"


def heroku(*timed: tuple[str, str]) -> str:
    """Write lines of one day."""
    return "".join(f"2026-05-01T{time}+00:00 {line}\n" for time, line in timed)


WHOLE = heroku(
    ("10:00:00.100000", BOOT), ("10:00:02.200000", MISSING), ("10:00:02.900000", EXIT), ("10:00:03.000000", CRASHED)
)


@pytest.fixture(scope="module")
def judge() -> Judge:
    """Load the library once."""
    return Judge()


@pytest.fixture(scope="module")
def whole(judge: Judge) -> Report:
    """Give the report on a log in which nothing is missing."""
    return judge.report(WHOLE)


def test_a_whole_log_has_no_remark(whole: Report) -> None:
    """Nothing is missing, and nothing is said."""
    assert (whole.source.complete, whole.source.remarks) == (True, ())


@pytest.mark.parametrize(
    ("log", "remark"),
    [
        pytest.param(WHOLE.partition("\n")[2], "starts in the middle of a run", id="cut head"),
        pytest.param(
            WHOLE
            + heroku(("10:00:04.000000", "heroku[logplex]: Error L10 (output buffer overflow): 12 messages dropped")),
            "the platform says that lines were lost",
            id="L10",
        ),
        pytest.param(
            WHOLE
            + heroku(("10:00:04.000000", "heroku[logplex]: Error L11 (Tail buffer overflow): 30 messages dropped")),
            "the platform says that lines were lost",
            id="L11",
        ),
        pytest.param(
            WHOLE + heroku(*((f"10:00:{4 + n // 100:02}.{n % 100:02}0000", "app[web.2]: tick") for n in range(1496))),
            "has 1500 lines: Heroku cuts at 1500, earlier lines are missing",
            id="limit",
        ),
        pytest.param(
            heroku(("13:00:00.100000", BOOT)) + WHOLE.partition("\n")[0] + "\n" + WHOLE.partition("\n")[2],
            "the clock jumps back 3 hours at line 2",
            id="clock",
        ),
        pytest.param(
            heroku(("08:00:00.100000", BOOT), ("10:00:02.200000", MISSING), ("10:00:02.900000", EXIT)),
            "no line for 2 hours behind 08:00:00, while the app starts",
            id="gap",
        ),
    ],
)
def test_what_is_missing_is_said_and_counts(judge: Judge, whole: Report, log: str, remark: str) -> None:
    """The remark names it, the log is not complete, and the same verdict is less sure."""
    report = judge.report(log)
    assert remark in report.source.remarks
    assert not report.source.complete
    assert report.verdict.cause == whole.verdict.cause
    assert report.verdict.confidence < whole.verdict.confidence


def test_a_quiet_app_is_no_gap(judge: Judge) -> None:
    """Hours without a line while the app runs are nothing to remark."""
    up = "heroku[web.1]: State changed from starting to up"
    log = heroku(("08:00:00.100000", BOOT), ("08:00:03.000000", up), ("12:00:00.000000", "heroku[web.1]: Idling"))
    assert judge.report(log).source.remarks == ()


def test_the_verdict_of_a_log_with_losses_is_one_of_its_incidents(judge: Judge) -> None:
    """What was lost lowers the confidence of the incident as well, so that it is not listed a second time."""
    report = judge.report(WHOLE.partition("\n")[2])
    assert not report.source.complete
    assert report.incidents == (report.verdict,)


def request(second: int, status: int) -> tuple[str, str]:
    """Write a line of Heroku's router."""
    line = 'heroku[router]: at=info method=GET path="/" host=shop.example.com dyno=web.1 connect=0ms service=12ms'
    return f"10:01:{second:02}.000000", f"{line} status={status} bytes=12 protocol=https"


UP = ("10:00:04.000000", "heroku[web.1]: State changed from starting to up")


class TestFailingRequests:
    """An app that answers with errors takes traffic, and is not called healthy for that."""

    def test_mostly_failing_requests_are_no_health(self, judge: Judge) -> None:
        """The reason is not in the log, so it cannot be told."""
        verdict = judge.report(heroku(UP, *(request(second, 500) for second in range(8)))).verdict
        assert (verdict.status, verdict.title) == (
            "unknown",
            "Traffic reaches the app, but most requests fail, and the log does not show why",
        )

    def test_some_failing_requests_are_told(self, judge: Judge) -> None:
        """A healthy report counts them where a reader looks first."""
        verdict = judge.report(
            heroku(UP, *(request(second, 500 if second < 2 else 200) for second in range(8)))
        ).verdict
        assert (verdict.status, verdict.explanation) == (
            "healthy",
            "Nothing in the log keeps traffic from the app; 2 of 8 requests failed.",
        )

    def test_an_access_log_counts_where_no_router_writes(self, judge: Judge) -> None:
        """Each status is the server's own word."""
        line = '203.0.113.4 - - [10/Oct/2026:13:55:36 +0000] "GET / HTTP/1.1" {} 2326\n'
        assert judge.report(line.format(500) * 8).verdict.status == "unknown"
        served = judge.report(line.format(200) * 8).verdict
        assert (served.status, [one.line for one in served.evidence]) == ("healthy", [8])
