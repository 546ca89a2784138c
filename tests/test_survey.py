"""The second pass reads ordinary lines from the bytes, and sees what the ingesters see."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loganalyzer.ingesters import parse
from loganalyzer.model import Line
from loganalyzer.pipeline import Settings
from loganalyzer.postmortem import survey
from loganalyzer.postmortem.ordinary import FORMS, is_app_output
from loganalyzer.postmortem.routes import fold_path
from loganalyzer.postmortem.slots import Kind, kind_of
from loganalyzer.summarizing.counting import request_of

ROOT = Path(__file__).resolve().parent.parent
LOGS = sorted([*(ROOT / "sample_logs").glob("*.log"), *(ROOT / "tests" / "incidents").glob("*.log")])

ORDINARY = {
    "heroku": '2026-05-01T10:00:00.002500+00:00 heroku[router]: at=info method=GET path="/orders/17?page=2&sort=asc" '
    "host=shop.example.com request_id=490b603b-d2a4-0c16-f956-417731a602d2 fwd=\"198.51.100.29, 203.0.113.7\" dyno=web.2 "
    "connect=2ms service=11ms status=200 bytes=219 protocol=https tls=true tls_version=tls1.3",
    "heroku-error": '2026-05-01T10:00:00.5+00:00 heroku[router]: at=error code=H12 desc="Request timeout" method=POST '
    'path="/health" host=shop.example.com request_id=2a38642b fwd="" dyno= connect=1ms service=30000ms status=503 '
    "bytes=0 protocol=https",
    "heroku-http1": '2026-05-01T10:00:00.058136+00:00 heroku[router]: at=info method=GET path="/" host=shop.example.com '
    'request_id=d8023ca4-efcd fwd="203.0.113.79" dyno=web.1 connect=0ms service=210ms status=200 bytes=2746 '
    "protocol=http1.1 tls=true tls_version=tls1.3",
    "cloudfoundry": '   2026-05-01T12:00:00.25+0200 [RTR/1] OUT shop.example.com - [2026-05-01T10:00:00.2500Z] "GET /a/7 '
    'HTTP/1.1" 502 0 67 "-" "Mozilla/5.0 (X11)" "203.0.113.7:24165" "203.0.113.21:61081" x_forwarded_for:"198.51.100.48" '
    'x_forwarded_proto:"https" vcap_request_id:"8c14" response_time:0.057 gorouter_time:0.000947 app_id:"5a1c" '
    'app_index:"3" instance_id:"0f1e" x_cf_routererror:"endpoint_failure (dial tcp: refused)" x_b3_traceid:"86" b3:"8-8"',
    "render": "2026-05-01T10:00:00.0075Z [GET] 502 shop.example.com/health clientIP=\"198.51.100.105\" requestID=\"bee0\" "
    'responseTimeMS=6 responseBytes=33492 userAgent="Mozilla/5.0 (Windows NT 10.0)"',
    "render-download": '2026-05-01T10:00:00Z clientIP="203.0.113.233" requestID="17bb6dfb-4deb" responseTimeMS=64 '
    'responseBytes=2807 userAgent="Mozilla/5.0 (X11)"',
}  # fmt: skip

Read = tuple[datetime | None, Kind, int | None, str, str]


def read_bytes(line: bytes) -> Read | None:
    """Read a line without the ingesters; None when it has no ordinary form."""
    for form in FORMS:
        asked = form.read(line + b"\n", 0, len(line))
        if asked is not None:
            return (asked.at, asked.kind, asked.time_ms, asked.method, fold_path(asked.path))
    return None


def read_by_ingester(line: bytes) -> Read | None:
    """Read a line as an ingester does; None when it tells of no request, or names an app."""
    event = parse(Line(1, line.decode("utf-8", "replace")))
    request = request_of(event)
    if request is None or event.app is not None:
        return None
    kind = kind_of(request.code, request.process, request.status)
    method, path = survey.request_target(event)
    return (event.at, kind, request.service_ms, method, fold_path(path))


@pytest.mark.parametrize("line", ORDINARY.values(), ids=ORDINARY)
def test_ordinary_line(line: str) -> None:
    """A line of today's form is read, and read right."""
    assert read_bytes(line.encode()) is not None
    assert read_bytes(line.encode()) == read_by_ingester(line.encode())


PIECES = st.sampled_from([
    '"', '""', "\\", " ", "  ", "\t", " " * 24, "&amp;", "&quot;", "**", "[32m", "|", "`", "?", "#", "=", ":", "-", "0", "none ",
    " dyno=web.9", " status=500", " code=H10", ' code:"x"', ' service:"3"', " path=/x", "\u00a0", "\u2028", "é", "%20", "/", "\udcff",
])  # fmt: skip
OF_CLIENT = re.compile(
    r'(?<=path=")[^"]*|(?<=fwd=")[^"]*|(?<=GET )\S+(?= HTTP)|(?<="-" ")[^"]*'
    r'|(?<=for:")[^"]*|(?<=vcap_request_id:")[^"]*|(?<=502 )\S+(?= client)|(?<=clientIP=")[^"]*|(?<=userAgent=")[^"]*'
)
"""What of a line a client has sent."""


@settings(max_examples=300)
@example("heroku", [(75, "&amp;")])  # the ingester mends it in the path
@given(st.sampled_from(sorted(ORDINARY)), st.lists(st.tuples(st.integers(0, 700), PIECES), min_size=1, max_size=3))
def test_line_of_an_odd_client(name: str, sent: list[tuple[int, str]]) -> None:
    """A line with odd text of a client is read as an ingester reads it, or left to it."""
    line = ORDINARY[name]
    for where, piece in sent:
        places = [place for found in OF_CLIENT.finditer(line) for place in range(found.start(), found.end() + 1)]
        place = places[where % len(places)]
        escaped = piece if name.startswith("heroku") else re.sub(r'(["\\\\])', r"\\\1", piece)
        line = line[:place] + escaped + line[place:]
    data = line.encode("utf-8", "surrogateescape")
    read = read_bytes(data)
    assert read is None or read == read_by_ingester(data)


@given(st.sampled_from(sorted(ORDINARY)), st.integers(0, 700), st.binary(max_size=4))
def test_damaged_line(name: str, where: int, damage: bytes) -> None:
    """No damage to a line is an error."""
    data = ORDINARY[name].encode()
    damaged = (data[:where] + damage + data[where + 2 :]).replace(b"\n", b" ")
    assert read_bytes(damaged) is None or read_bytes(damaged)[0] is not None


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_whole_log(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts, routes and releases of a log are the same with and without the shorter way."""
    settings = Settings((str(path),))
    short = seen(survey.survey_inputs(settings))
    monkeypatch.setattr(survey, "forms_of", lambda _platform: ())
    assert seen(survey.survey_inputs(settings)) == short


def seen(found: survey.Survey) -> dict[Any, Any]:
    """Give what a survey saw, in a form that can be compared."""
    return {
        key: (
            [(at, slot.kinds, slot.latency, slot.first_error, slot.good_after) for at, slot in part.slots],
            part.undated.kinds,
            part.routes.counts,
            part.releases,
        )
        for key, part in found.parts.items()
    }


def test_app_output() -> None:
    """What an app prints cannot be a request; what merely looks like its head is not skipped."""
    printed = b"2026-05-01T10:00:00+00:00 app[web.1]: heroku[router]: at=error code=H10 status=503"
    assert is_app_output(printed, 0, len(printed))
    assert read_by_ingester(printed) is None
    other = b"2026-05-01T10:00:00+00:00 app[api]: Release v42 created by user dev@example.com"
    assert not is_app_output(other, 0, len(other))
