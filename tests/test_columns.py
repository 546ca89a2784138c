"""Request lines that are read in columns count and state the same as those that are read by regexes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loganalyzer.library import Library
from loganalyzer.pipeline import Settings, Summarizer
from loganalyzer.reading import Block
from loganalyzer.summary import Summary
from loganalyzer.summary.groups import KEPT_FIRST, KEPT_LAST

HEROKU = (
    '{time}+00:00 heroku[router]: {kind} method=GET path="{path}" host=shop.example.com request_id=1f2e '
    'fwd="203.0.113.9" dyno={process} connect={connect} service={service} status={status} bytes={size}{tail}'
)
CLOUD_FOUNDRY = (
    "   {day}.07+0000 [RTR/{index}] OUT shop.example.com - [{day}.0712Z] "
    '"GET {path} HTTP/1.1" {status} 0 {size} "-" "curl/8.9.1" "203.0.113.7:4102" "203.0.113.8:61021" '
    'x_forwarded_for:"203.0.113.9" x_forwarded_proto:"https" vcap_request_id:"1f2e" response_time:{seconds} '
    'gorouter_time:0.000210 app_id:"5a1c" app_index:"{index}" instance_id:"0f1e" x_cf_routererror:"{error}"'
    ' x_b3_traceid:"1f2e"'
)
RENDER = (
    '{time}Z [{method}] {status} shop.example.com{path} clientIP="203.0.113.9" requestID="1f2e-0420" '
    'responseTimeMS={number} responseBytes={size} userAgent="curl/8.9.1"'
)

HEROKU_LINE = "{time}{zone} {tag}: {message}"
CLOUD_FOUNDRY_LINE = "   {day}.07{offset} [{writer}] {channel} {message}"
RENDER_LINE = "{time}Z {message}"

ORDINARY = "at=info"
KINDS = (
    ORDINARY,
    ORDINARY,
    'at=error code=H10 desc="App crashed"',
    'at=error code=H12 desc="Request timeout"',
    'at=error code=H12 desc="something # else"',
    'sock=client at=warning code=H27 desc="Client Request Interrupted"',
    "at=warning",
)
PATHS = (
    "/",
    "/a b",
    "/x dyno=web.9 connect=1ms service=2ms status=200 bytes=1",
    '/q"uote',
    "/" + "long/" * 60,
    "/é",
    "/a\tb",
    "/\\\\",
)

values = st.fixed_dictionaries({
    "day": st.sampled_from(["2026-05-01T10:00:59", "2026-05-01T10:01:00", "2026-13-01T10:00:00"]),
    "fraction": st.sampled_from([".123456", ".123456", ".1", "", ".123456789"]),
    "kind": st.sampled_from(KINDS),
    "path": st.sampled_from(PATHS),
    "process": st.sampled_from(["web.1", "web.12", "", "none", "a-long-name.12", "a-name-that-is-too-long.1", "w b"]),
    "connect": st.sampled_from(["0ms", "12ms", "", "ms", "123456789ms"]),
    "service": st.sampled_from(["7ms", "30001ms", "", "7", "x7ms", "12345678ms"]),
    "status": st.sampled_from(["200", "503", "503", "304", "", "20x", "2000"]),
    "size": st.sampled_from(["0", "512", "", "123456789"]),
    "tail": st.sampled_from(
        [" protocol=https", " protocol=http", " protocol=http1.1 tls=true tls_version=tls1.3", " protocol=h2", "", " "]
    ),
    "index": st.sampled_from(["0", "12", "x"]),
    "seconds": st.sampled_from(["0.016000", "31.000123", "0.5", "-"]),
    "error": st.sampled_from([
        "-", "-", "endpoint_failure", "endpoint_failure (dial tcp 203.0.113.8:61021: connect: connection refused)",
        "endpoint_failure (EOF)", 'no \\"quotes\\" (EOF)', "- x", "",
    ]),
    "method": st.sampled_from(["GET", "OPTIONS", "get", "X"]),
    "number": st.sampled_from(["5", "30000", "", "1234567890"]),
    "zone": st.sampled_from(["+00:00", "+00:00", "Z", "+02:00", "+0000"]),
    "offset": st.sampled_from(["+0000", "-0700"]),
    "tag": st.sampled_from(
        ["app[web.1]", "app[web.12]", "heroku[web.1]", "app[api]", "heroku[router]", "logplex[x]", "app[a b]", "other[1]"]
    ),
    "writer": st.sampled_from(
        ["APP/PROC/WEB/0", "APP/PROC/WEB/12", "APP/TASK/a b/0", "CELL/0", "CELL/SSHD/0", "RTR/1", "API/2", "STG/0", "APP/"]
    ),
    "channel": st.sampled_from(["OUT", "ERR", "OUT ", "STDERR"]),
    "message": st.sampled_from([
        "Listening on port 3000", "listening on port 3000", "Error: listen EADDRINUSE: address already in use :::3000",
        "", " ", "    at Server.listen (node:net:1386:5)", "Exit status 137 (out of memory)", "  Exit status 1",
        "Exit status one", "Failed to make TCP connection to port 8080: connection refused", "Container became healthy",
        "app instance exceeded log rate limit (16 KiB/s)", "app[web.1]: Process exited with status 1", "==> Deploying...",
        "==> Exited with status 1", "Exited with status 1", "#3 0.412 npm error", 'clientIP="x" requestID="y"', "client x",
        "[APP/PROC/WEB/0] OUT hello", "[GET] 200 x", "heroku[router]: at=error code=H10", "Port scan timeout reached, no",
        "a-word-that-is-longer-than-thirty-two-bytes[web.1]: up", "tab\there", '{"level":"error","msg":"ECONNREFUSED"}',
        "State changed from starting to crashed", "Process exited with status 1", "\u274c failed", "web.1: x[1]: y",
    ]),
})  # fmt: skip
forms = st.sampled_from([
    HEROKU, CLOUD_FOUNDRY, RENDER, HEROKU_LINE, HEROKU_LINE, CLOUD_FOUNDRY_LINE, CLOUD_FOUNDRY_LINE, RENDER_LINE,
    RENDER_LINE, "{time}+00:00 app[web.1]: Listening on 3000", "{day}",
])  # fmt: skip
logs = st.lists(st.tuples(forms, values), min_size=1, max_size=40)


@pytest.fixture(scope="module")
def summarizer(library: Library) -> Summarizer:
    """Give a summarizer with the shipped patterns."""
    return Summarizer(Settings(), library)


def summarize(summarizer: Summarizer, lines: list[str], *, in_columns: bool) -> Summary:
    """Summarize lines, with padding behind them, for the last ones of a block are never read in columns."""
    lines = [*lines, *["padding of no meaning at all"] * 40]
    data = "".join(f"{line}\n" for line in lines).encode()
    summarizer.least_for_columns = 1 if in_columns else len(data) + 1
    return summarizer.summarize(Block(data, len(lines), len(data), None, len(lines), frozenset()), "a.log")


@settings(max_examples=400, deadline=None)
@given(made=logs)
def test_columns_count_and_state_what_the_regexes_do(
    summarizer: Summarizer, made: list[tuple[str, dict[str, str]]]
) -> None:
    """Whatever the lines are, the summary is the same."""
    lines = [form.format(time=fields["day"] + fields["fraction"], **fields) for form, fields in made]
    assert summarize(summarizer, lines, in_columns=True) == summarize(summarizer, lines, in_columns=False)


@pytest.mark.parametrize("left", ["", "x", "2026-05-01T10:00:59Z", "   2026"])
def test_little_may_be_left_of_a_block(summarizer: Summarizer, left: str) -> None:
    """What is left when the requests are out may be shorter than anything that is looked for in it."""
    line = RENDER.format(time="2026-05-01T10:00:59.1", method="GET", status="200", path="/", number="5", size="1")
    data = f"{line}\n" * 20 + f"{left}\n"
    summarizer.least_for_columns = 1
    summary = summarizer.summarize(Block(data.encode(), 21, len(data), None, 21, frozenset()), "a.log")
    assert (summary.lines, summary.apps[""].traffic.requests) == (21, 20)


@pytest.mark.parametrize(
    ("form", "kind", "error"),
    [
        (HEROKU, ORDINARY, "-"),
        (HEROKU, KINDS[2], "-"),
        (HEROKU, "sock=client at=warning code=H27", "-"),
        (CLOUD_FOUNDRY, ORDINARY, "-"),
        (CLOUD_FOUNDRY, ORDINARY, "endpoint_failure (dial tcp 203.0.113.8:61021: connect: connection refused)"),
        (RENDER, ORDINARY, "-"),
    ],
    ids=["heroku", "heroku error", "heroku socket", "cloudfoundry", "cloudfoundry error", "render"],
)
def test_the_common_forms_are_read_in_columns(
    summarizer: Summarizer, form: str, kind: str, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What routers write most is not left to the regexes."""
    import loganalyzer.summarizing.requests as module  # noqa: PLC0415 (the function is replaced in it)

    line = form.format(
        time="2026-05-01T10:00:59.123456", day="2026-05-01T10:00:59", kind=kind, path="/", process="web.1",
        connect="1ms", service="7ms", status="200", size="512", tail=" protocol=https", index="0", seconds="0.016000",
        error=error, method="GET", number="5",
    )  # fmt: skip
    left: list[bytes] = []

    def keep(part: module.Part, _form: module.Form, _marks: object) -> tuple[module.Part, None]:
        left.append(part.data)
        return part, None

    monkeypatch.setattr(module, "take_requests", keep)
    summary = summarize(summarizer, [line] * 20, in_columns=True)
    assert summary.apps[""].traffic.requests == 20
    # The first line of a block may stand too near to its beginning.
    assert all(data.count(b"2026-05-01T10:00:59") <= 2 * line.count("2026-05-01T10:00:59") for data in left)


@pytest.mark.parametrize(
    "form",
    [
        "2026-05-01T10:00:59.123456+00:00 app[web.1]: listening on port 3000",
        "2026-05-01T10:00:59+00:00 heroku[web.1]: State changed from starting to up",
        "   2026-05-01T10:00:59.07+0000 [APP/PROC/WEB/0] OUT listening on port 3000",
        "2026-05-01T10:00:59.1234Z listening on port 3000",
    ],
    ids=["heroku", "heroku platform", "cloudfoundry", "render"],
)
def test_the_common_heads_are_read_in_columns(
    summarizer: Summarizer, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines that are no requests are not left to the regexes either, whether or not they state something."""
    import loganalyzer.summarizing.lines as module  # noqa: PLC0415 (the function is replaced in it)

    left: list[bytes] = []

    def keep(part: module.Part, _platform: str | None) -> tuple[list[module.Headed], list[module.Odd]]:
        left.append(part.data)
        return [], []

    monkeypatch.setattr(module, "read_lines", keep)
    summary = summarize(summarizer, [form] * 20, in_columns=True)
    assert sum(group.count for group in summary.apps[""].groups.values()) >= 20
    assert not any(b"2026-05-01T10:00:59" in data for data in left)


@pytest.mark.parametrize("in_columns", [True, False])
def test_lines_counted_together_are_shown_with_their_own_values(summarizer: Summarizer, *, in_columns: bool) -> None:
    """Requests that an app logs differ in path and size, by which no group is told apart; the last one came before."""
    paths = ["/a", "/b", "/a", "/c", *(f"/{number}" for number in range(30)), "/a"]
    lines = [
        f"2026-05-01T10:00:{at:02}.000000+00:00 app[web.1]: GET {path} 200 1.250 ms - 5"
        for at, path in enumerate(paths)
    ]
    summarize(summarizer, lines[:1], in_columns=in_columns)
    summary = summarize(summarizer, lines, in_columns=in_columns)
    (group,) = [one for key, one in summary.app(None).groups.items() if key[0] == "morgan-request-line"]
    assert group.count == len(paths)
    assert [one.values["path"] for one in group.first] == paths[:KEPT_FIRST]
    assert [one.values["path"] for one in group.last] == paths[-KEPT_LAST:]
    assert [one.number for one in group.last] == list(range(len(paths) - KEPT_LAST + 1, len(paths) + 1))
