"""What does not matter to a log does not change its verdict, and what matters does.

Each relation is held against composed scenarios and against every whole log of the tests and of `sample_logs`. It compares the
verdict with and without a change, so it holds whether or not the verdict is right.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from random import Random

import pytest

from loganalyzer.diagnosis import diagnose
from loganalyzer.outcome import Analysis, Report
from loganalyzer.pipeline import summarize_blocks
from loganalyzer.reading import read_stream
from tests.scenarios import Scenario, compose
from tests.scenarios.embellish import add_chatter, add_forgeries, add_traffic_before
from tests.scenarios.judging import Judge
from tests.scenarios.stage import Stage

SEED = 20240502
COUNT = 240
HERE = Path(__file__).parent
LOGS = sorted([*HERE.glob("cases/*/*/log.txt"), *(HERE.parent / "sample_logs").glob("*.log")])
SCENARIOS = [compose(number, SEED) for number in range(COUNT)]
WITHOUT_PREFIXES = ("form:json", "form:drain", "form:https-drain")
"""Shapes that programs write: no person quotes or indents them line by line."""

RECORDS = re.compile(r"\{|\[|data:|(?:\d+ )?<\d+>1 ")
"""How a log of such a shape begins."""

ROUNDS = 12
"""A platform says the same in several places; so often what is cited is taken away."""


@pytest.fixture(scope="module")
def judge() -> Judge:
    """Load the library once."""
    return Judge()


@pytest.fixture(scope="module")
def verdicts(judge: Judge) -> dict[str, Report]:
    """Give the report of every log as it is."""
    return {
        **{one.id: judge.report(one.text) for one in SCENARIOS},
        **{str(path): judge.report(path.read_bytes()) for path in LOGS},
    }


# --- changes that do not matter ------------------------------------------------------------------------------------------


def with_crlf(text: str) -> str:
    """End the lines as Windows does."""
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def with_byte_order_mark(text: str) -> str:
    """Begin as some editors do."""
    return "\ufeff" + text


def with_colours(text: str) -> str:
    """Colour the beginning of each line."""
    return "".join(
        f"\x1b[36m{line[:24]}\x1b[0m{line[24:]}" if line.strip() else line for line in text.splitlines(keepends=True)
    )


def with_quotes(text: str) -> str:
    """Quote as mail and markdown do."""
    return "".join("> " + line for line in text.splitlines(keepends=True))


def with_indent(text: str) -> str:
    """Indent every line alike."""
    return "".join("    " + line for line in text.splitlines(keepends=True))


def with_shifted_dates(text: str) -> str:
    """Move every date by whole days, so that times of day and their distances stay."""
    return re.sub(r"\b(20[0-4]\d-[01]\d-[0-3]\d)(?=[T ]\d\d:\d\d:\d\d)", _later, text)


def _later(found: re.Match[str]) -> str:
    try:
        return (datetime.strptime(found[1], "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=413)).strftime("%Y-%m-%d")
    except ValueError:
        return found[1]


def with_another_zone(text: str) -> str:
    """Write the same moments in another zone, where the line's own time carries one."""
    return re.sub(r"(?m)^([> ]*)(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)([+-]\d\d:?\d\d)(?= )", _elsewhere, text)


def _elsewhere(found: re.Match[str]) -> str:
    moment = datetime.strptime(found[2] + found[4].replace(":", ""), "%Y-%m-%dT%H:%M:%S%z").astimezone(
        timezone(timedelta(hours=5, minutes=30))
    )
    zone = "+05:30" if ":" in found[4] else "+0530"
    return f"{found[1]}{moment:%Y-%m-%dT%H:%M:%S}{found[3]}{zone}"


def pasted_twice(text: str) -> str:
    """Paste everything a second time."""
    return text if text.endswith("\n\n") else text + text


LINEWISE = {"colours": with_colours, "quotes": with_quotes, "indent": with_indent}
ANYWAY = {
    "crlf": with_crlf,
    "byte-order-mark": with_byte_order_mark,
    "dates": with_shifted_dates,
    "zone": with_another_zone,
}


@pytest.mark.parametrize("name", [*LINEWISE, *ANYWAY, "twice"])
def test_the_form_does_not_matter(judge: Judge, verdicts: dict[str, Report], name: str) -> None:
    """Line ends, colours, quoting, indents, dates, zones and a second paste leave the cause as it is."""
    change: Callable[[str], str] = {**LINEWISE, **ANYWAY, "twice": pasted_twice}[name]
    changed: list[str] = []
    for key, text, tags in texts():
        if name in LINEWISE and any(tag in tags for tag in WITHOUT_PREFIXES):
            continue
        if name == "twice" and tags & {"form:json", "form:bare", "form:clock"}:
            continue  # nothing tells a second paste from a second start there
        if name in LINEWISE and RECORDS.match(text):
            continue
        if name == "colours" and "\x1b" in text:
            continue
        compare(changed, key, verdicts[key], judge.report(change(text)))
    assert not changed, "\n".join(changed)


def texts() -> list[tuple[str, str, frozenset[str]]]:
    """Give key, text and tags of every log."""
    return [
        *((one.id, one.text, one.tags) for one in SCENARIOS),
        *((str(path), path.read_text("utf-8", "replace"), frozenset[str]()) for path in LOGS),
    ]


def compare(changed: list[str], key: str, before: Report, after: Report) -> None:
    """Note a verdict that is not the same as before."""
    if before.verdict.cause != after.verdict.cause:
        changed.append(
            f"{key}: {before.verdict.cause} {before.verdict.confidence} -> {after.verdict.cause} {after.verdict.confidence}"
        )


def test_blocks_do_not_matter(judge: Judge, verdicts: dict[str, Report]) -> None:
    """A log that comes in small blocks gets the whole verdict of one block, to the last line of evidence."""
    random, changed = Random(SEED), []
    for key, text, _ in texts():
        blocks = list(read_stream(io.BytesIO(text.encode()).read, "-", block_bytes=random.randint(60, 900)))
        report = Analysis(tuple(diagnose([("-", summarize_blocks(blocks, judge.summarizer))]))).worst
        if report.verdict != verdicts[key].verdict:
            changed.append(f"{key}: {verdicts[key].verdict.cause} -> {report.verdict.cause}")
    assert not changed, "\n".join(changed)


@pytest.mark.parametrize(
    "add", [add_chatter, add_forgeries, add_traffic_before], ids=["chatter", "forgeries", "traffic"]
)
def test_what_surrounds_the_fault_does_not_matter(
    judge: Judge, verdicts: dict[str, Report], add: Callable[[Stage, Random], None]
) -> None:
    """Harmless sentences, platform lines that an app only prints, and much healthy traffic leave the cause as it is."""
    changed: list[str] = []
    for number, one in enumerate(SCENARIOS):
        if one.cause != "unknown" and "form:clock" not in one.tags:
            compare(changed, one.id, verdicts[one.id], judge.report(compose(number, SEED, add).text))
    assert not changed, "\n".join(changed)


# --- changes that matter, and lines that do not ----------------------------------------------------------------------------


def test_lines_that_say_nothing_can_go(judge: Judge, verdicts: dict[str, Report]) -> None:
    """The cause's lines, and those that tell where in the life of the process they stand, are enough."""
    changed: list[str] = []
    for one in SCENARIOS:
        if "form:json" not in one.tags and one.cause not in ("healthy", "unknown"):
            compare(
                changed,
                one.id,
                verdicts[one.id],
                judge.report(with_lines(one, {*one.evidence_lines, *one.context_lines})),
            )
    assert not changed, "\n".join(changed)


def with_lines(scenario: Scenario, numbers: set[int]) -> str:
    """Give some of a log's lines."""
    return "\n".join(line for number, line in enumerate(scenario.text.splitlines(), 1) if number in numbers) + "\n"


def test_no_verdict_stands_without_its_evidence(judge: Judge, verdicts: dict[str, Report]) -> None:
    """Without all lines that a finding cites for its cause, and what then is cited in their place, the verdict is another or less sure."""
    unmoved = []
    for one in SCENARIOS:
        first = verdicts[one.id].verdict
        if first.cause in ("healthy", "unknown") or "form:json" in one.tags:
            continue
        kept, verdict = list(one.text.splitlines()), first
        for _ in range(ROUNDS):
            cited = {line.line for line in verdict.evidence if line.role == "cause"}
            assert cited, f"{one.id}: {verdict.cause} cites nothing"
            kept = [line for number, line in enumerate(kept, 1) if number not in cited]
            verdict = judge.report("\n".join(kept) + "\n").verdict
            if verdict.cause != first.cause or verdict.confidence < first.confidence:
                break
        else:
            unmoved.append(f"{one.id}: {first.cause} {first.confidence}")
    assert not unmoved, "\n".join(unmoved)


@pytest.mark.parametrize("path", LOGS, ids=lambda path: f"{path.parent.parent.name}/{path.parent.name}/{path.name}")
def test_whole_logs_cite_what_carries_their_verdict(verdicts: dict[str, Report], path: Path) -> None:
    """What a finding cites is in the log, with its number."""
    lines = path.read_text("utf-8", "replace").splitlines()
    for cited in verdicts[str(path)].verdict.evidence:
        assert 1 <= cited.line <= len(lines), cited
