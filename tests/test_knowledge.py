"""The knowledge about codes, platform lines, exit statuses and causes: complete, well formed, and found by any spelling."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import loganalyzer.knowledge
from loganalyzer.diagnosis.causes import CAUSES_BY_ID
from loganalyzer.diagnosis.fixes import read_fixes
from loganalyzer.knowledge import Entry, all_entries, changes_for, find, frameworks_of, needs_of, suggest
from loganalyzer.knowledge.lookup import normalize

DATA = Path(loganalyzer.knowledge.__file__).parent
ENTRIES = all_entries()
WORDS = [entry for entry in ENTRIES if not entry.is_judged]
ROUTER_CODES = [*range(10, 29), 31, 80, 81, 82, 99]
ROUTER_ERRORS = [
    "unknown_route", "no_endpoints", "Connection Limit Reached", "empty_host", "invalid_cf_app_instance_header",
    "invalid_cf_process_instance_header", "max-request-size-exceeded", "route_service_unsupported",
    "expired_route_service_signature", "invalid_route_service_signature", "unknown_failure", "deprecated-semicolon-params",
    "endpoint_failure",
]  # fmt: skip
ROUTING_HEADERS = [
    "no-server", "hibernate-wake-error", "dynamic-hibernate-error-503", "dynamic-paid-error", "dynamic-free-error", "rate-limited",
]  # fmt: skip
STATUSES = [0, 1, 2, 3, 4, 5, 6, 64, 65, 126, 127, 134, 137, 139, 143, *range(222, 227), *range(231, 238), 255]
RENDER_LINES = {
    "==> No open ports detected, continuing to scan...": "no-open-ports-detected",
    "==> No open ports detected on 0.0.0.0, continuing to scan...": "no-open-ports-detected-on-0-0-0-0",
    "==> No open HTTP ports detected on 0.0.0.0, continuing to scan...": "no-open-http-ports-detected",
    "==> Port scan timeout reached, no open ports detected. Bind your service to at least one port.": "port-scan-timeout",
    "==> Timed out: Port scan timeout reached, no open HTTP ports detected.": "port-scan-timeout-http",
    "==> Port scan timeout reached, no open ports detected on 0.0.0.0. Detected open ports on localhost -- did you mean "
    "to bind one of these to 0.0.0.0?": "detected-open-ports-on-localhost",
    "==> New primary port detected: 8000. Restarting deploy to update network configuration...": "new-primary-port-detected",
    "==> Detected service running on port 10000": "detected-service-running-on-port",
    "==> Timed Out": "timed-out",
    "Timed out after waiting for internal health check to return a successful response code at: app.example.com:10000/up": (
        "timed-out-health-check"
    ),
    "==> Exited with status 1": "exited-with-status",
    "==> Application exited early": "application-exited-early",
    "==> Out of memory (used over 512Mi)": "out-of-memory",
    "==> Cause of failure could not be determined": "cause-could-not-be-determined",
    '==> There was a problem starting your server: "docker": executable file not found in $PATH': "problem-starting-your-server",
    "==> Instance srv-abcdefghij0123456789-x1y2z restarted": "instance-restarted",
    "==> Build failed 😞": "build-failed-render",
    '==> Service Root Directory "/opt/render/project/src/web" is missing.': "service-root-directory-is-missing",
    "==> Pre-deploy has failed": "pre-deploy-has-failed",
    "==> Deploy cancelled": "deploy-cancelled",
    "❌ Your cronjob failed because of an error: Exited with status 1": "your-cronjob-failed",
}
CLOUD_FOUNDRY_LINES = {
    "failed to make TCP connection to 10.255.0.9:8080: dial tcp 10.255.0.9:8080: connect: connection refused": "health-tcp-refused",
    "Failed to make TCP connection to port 8080: connection refused": "health-tcp-refused",
    "failed to make TCP connection to 10.255.0.9:8080: timed out after 1.00 seconds": "health-tcp-timeout",
    "failed to make HTTP request to '/up' on port 8080: received status code 404 in 12ms": "health-http-status",
    "failed to make HTTP request to '/up' on port 8080: timed out after 1.00 seconds": "health-http-timeout",
    "failed to make HTTP request to '/up' on port 8080: connection refused": "health-http-refused",
    "failed to create an HTTP request to '%zz' on port 8080": "health-http-request",
    "failure to find suitable interface": "health-no-interface",
    "Failed after 1m0.353s: startup health check never passed.": "health-startup",
    "Container became unhealthy": "health-liveness",
    "Container failed the readiness health check. Container marked not ready and removed from route pool.": "health-readiness",
    'x_cf_routererror:"endpoint_failure (EOF)"': "endpoint-failure-eof",
    'x_cf_routererror:"endpoint_failure (read tcp 10.0.1.7:40320->10.0.0.4:61042: read: connection reset by peer)"': (
        "endpoint-failure-reset"
    ),
    "Exit status 137 (exceeded 10s graceful shutdown interval)": "exceeded-graceful-shutdown-interval",
    "APP/PROC/WEB: Exited with status 137 (out of memory)": "exit-out-of-memory",
}


class TestCompleteness:
    """Nothing that the platforms document is missing."""

    @pytest.mark.parametrize("code", [f"H{number}" for number in ROUTER_CODES])
    def test_router_codes(self, code: str) -> None:
        """Every code of Heroku's router is known."""
        assert [entry.word for entry in find(code)] == [code]

    @pytest.mark.parametrize(
        "code", [*(f"R{number}" for number in (*range(10, 18), 99)), *(f"L{number}" for number in range(10, 16))]
    )
    def test_process_and_log_codes(self, code: str) -> None:
        """Every code of Heroku's dyno manager and logging system is known."""
        assert [entry.word for entry in find(code)] == [code]

    @pytest.mark.parametrize("word", [*ROUTER_ERRORS, *ROUTING_HEADERS])
    def test_header_values(self, word: str) -> None:
        """Every value of X-Cf-RouterError and every known one of x-render-routing is known."""
        assert [entry.word for entry in find(word)] == [word]

    @pytest.mark.parametrize("status", STATUSES)
    def test_exit_statuses(self, status: int) -> None:
        """Exit statuses with a meaning of their own are known as numbers and as words."""
        assert [entry.word for entry in find(str(status))] == [f"exit-{status}"]
        assert find(f"exit {status}") == find(str(status))

    def test_causes(self) -> None:
        """Every cause of the catalogue, and the two verdicts that are none, are known and say what they need."""
        judged = [entry.word for entry in ENTRIES if entry.is_judged]
        assert set(judged) == {*CAUSES_BY_ID, "healthy", "unknown"}
        assert len(judged) == len(set(judged))
        assert all(needs_of(name) for name in judged)

    def test_notes_name_no_other_cause(self) -> None:
        """The notes on causes hold the catalogue's causes and nothing else."""
        notes = tomllib.loads((DATA / "causes.toml").read_text(encoding="utf-8"))
        assert set(notes) == {*CAUSES_BY_ID, "healthy", "unknown"}


class TestForm:
    """Every entry is whole."""

    def test_words_are_unique(self) -> None:
        """No word stands twice, whatever its case and its hyphens."""
        names = [normalize(entry.word) for entry in ENTRIES]
        assert len(names) == len(set(names))

    @pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.word)
    def test_entry(self, entry: Entry) -> None:
        """An entry has a title, sentences, causes that exist, and a source."""
        assert entry.title
        assert not entry.title.endswith(".")
        for text in (entry.meaning, entry.told_apart, *(text for _, text in entry.on)):
            assert re.search(r"[.)\]`:]$|[a-z/]$", text), text
            assert "  " not in text
            assert "\n" not in text
        known = {*CAUSES_BY_ID, "healthy", "unknown"}
        assert set(entry.causes) <= known
        assert set(entry.neighbours) <= known - {entry.word}
        assert entry.sources or entry.kind == "verdict"

    @pytest.mark.parametrize("entry", WORDS, ids=lambda entry: entry.word)
    def test_word_says_what_to_do(self, entry: Entry) -> None:
        """A word of a platform says what to do, by itself or by its causes, and when it is written."""
        assert entry.mend or changes_for(entry)
        assert entry.when or entry.kind == "exit status"

    def test_data_is_readable(self) -> None:
        """The data files hold no key that nobody reads."""
        known = {
            "word",
            "also",
            "platform",
            "kind",
            "title",
            "text",
            "meaning",
            "when",
            "on",
            "causes",
            "told_apart",
            "mend",
            "sources",
        }
        raw = tomllib.loads((DATA / "codes.toml").read_text(encoding="utf-8"))
        assert {key for entry in raw["word"] for key in entry} <= known
        assert {entry["platform"] for entry in raw["word"]} == {"heroku", "render", "cloudfoundry", "any"}


class TestFind:
    """What users type leads to the right entry."""

    @pytest.mark.parametrize("text", ["h10", "H10", " H10 ", "Error H10", 'at=error code=H10 desc="App crashed"'])
    def test_spellings_of_a_code(self, text: str) -> None:
        """A code is found in any case and inside of a line."""
        assert [entry.word for entry in find(text)] == ["H10"]

    @pytest.mark.parametrize("text", ["port-hardcoded", "PORT_HARDCODED", "port hardcoded"])
    def test_spellings_of_a_cause(self, text: str) -> None:
        """A cause is found in any case, with hyphens, underscores or blanks."""
        assert [entry.word for entry in find(text)] == ["port-hardcoded"]

    @pytest.mark.parametrize(("line", "word"), [*RENDER_LINES.items(), *CLOUD_FOUNDRY_LINES.items()])
    def test_lines(self, line: str, word: str) -> None:
        """A line of a platform leads to its entry."""
        assert word in [entry.word for entry in find(line)]

    @pytest.mark.parametrize("entry", [entry for entry in WORDS if entry.text], ids=lambda entry: entry.word)
    def test_examples(self, entry: Entry) -> None:
        """The example of an entry leads to the entry."""
        assert entry in find(entry.text)

    def test_causes_come_first(self) -> None:
        """A word that is a cause and the beginning of a line gives both, the cause first."""
        assert [entry.word for entry in find("build failed")] == ["build-failed", "build-failed-render"]

    @pytest.mark.parametrize("text", ["130", "exit-129", "Exited with status 141", "exit code 159"])
    def test_signals(self, text: str) -> None:
        """A status of a signal without an entry of its own gives the entry of signals."""
        assert "exit-128+n" in [entry.word for entry in find(text)]

    @pytest.mark.parametrize("text", ["", "-", "H32", "999", "nonsense", "\x1b[31m", "x" * 10_000])
    def test_unknown(self, text: str) -> None:
        """What is not known gives nothing, and never an error."""
        assert find(text) == ()
        suggest(text)

    @pytest.mark.parametrize(("text", "word"), [
        ("unknwon_route", "unknown_route"), ("port-hardcode", "port-hardcoded"), ("memory", "memory-exceeded"),
        ("H32", "H31"), ("loopback", "port-loopback-only"), ("endpoint_failur", "endpoint_failure"),
    ])  # fmt: skip
    def test_near_misses(self, text: str, word: str) -> None:
        """A near miss suggests the word that was meant."""
        assert word in suggest(text)

    def test_nothing_alike(self) -> None:
        """What is like nothing gets no suggestion."""
        assert suggest("qqqqqq") == []


class TestChanges:
    """The changes are those that the analysis gives."""

    @pytest.mark.parametrize("cause", CAUSES_BY_ID)
    def test_every_cause_is_mended(self, cause: str) -> None:
        """Every cause has a change."""
        assert changes_for(next(entry for entry in ENTRIES if entry.word == cause))

    def test_frameworks(self) -> None:
        """A framework's own changes come first, and only when it is named."""
        entry = find("port-hardcoded")[0]
        name = frameworks_of("port-hardcoded")[0]
        own = next(
            fix["title"]
            for fix in read_fixes()
            if "port-hardcoded" in fix["causes"] and name in fix.get("frameworks", ())
        )
        assert changes_for(entry, name)[0].fix.title == own
        assert own not in [change.fix.title for change in changes_for(entry)]

    def test_platforms(self) -> None:
        """A change for one platform says so; one for all platforms names none."""
        changes = changes_for(find("port-not-bound")[0])
        assert {change.platforms for change in changes} >= {(), ("heroku",), ("render",), ("cloudfoundry",)}
        assert all(change.platforms == () for change in changes_for(find("R10")[0]))
