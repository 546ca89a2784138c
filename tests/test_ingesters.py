"""Ingesters: the annotated lines of `tests/ingesters/<module>.log`, and what holds for any text.

`#=` stands above a raw line and says what its event is: `platform`, `source`, `process`, `at` (with six decimals and
`Z`), `claim`, `app`, `message` and `field.<key>`; `-` is None, values with blanks stand in double quotes. `#!` gives the
reason why the ingester leaves the line to others; `#:` is a remark.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loganalyzer.ingesters import INGESTERS, Ingester, heroku, parse
from loganalyzer.model import SOURCES, Claim, Event, Line
from loganalyzer.text import strip_ansi, unquote

FOLDER = Path(__file__).parent / "ingesters"
PAIR = re.compile(r'(?P<name>[a-z_]+(?:\.[^\s=]+)?)=(?P<value>"(?:[^"\\]|\\.)*"|\S*)(?:\s|$)')


@dataclass(frozen=True)
class Sample:
    """One raw line with its expectation.

    Attributes:
        module: name of the ingester's module.
        number: 1-based line in the sample file.
        text: the raw line.
        expected: value by key; None when the ingester must not claim the line.
    """

    module: str
    number: int
    text: str
    expected: dict[str, str] | None

    def __str__(self) -> str:
        """Give the pytest id."""
        return f"{self.module}:{self.number}"

    @property
    def line(self) -> Line:
        """The line as reading hands it on."""
        return Line(self.number, strip_ansi(self.text))


def read_samples(path: Path) -> list[Sample]:
    """Read one sample file; a fault in its notation ends the test run."""
    samples: list[Sample] = []
    expected: dict[str, str] | None = None
    waiting = False
    for number, text in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if text.startswith("#:") or (not text and not waiting):
            continue
        if text.startswith(("#=", "#!")) and not waiting:
            rest, waiting = text[2:].strip(), True
            expected = None if text.startswith("#!") else read_expectation(rest)
            assert rest, f"{path.name}:{number}: an expectation that says nothing"
            assert expected is None or not PAIR.sub("", rest), f"{path.name}:{number}: not all of it are pairs"
        else:
            assert waiting, f"{path.name}:{number}: a line without an expectation above it"
            assert text, f"{path.name}:{number}: an expectation without a line below it"
            samples.append(Sample(path.stem, number, text, expected))
            waiting = False
    return samples


def read_expectation(text: str) -> dict[str, str]:
    """Read the pairs behind `#=`."""
    return {found["name"]: unquote(found["value"]) for found in PAIR.finditer(text)}


def describe(event: Event, key: str) -> str:
    """Give what an event says about a key, in the notation of the samples."""
    if key.startswith("field."):
        return event.fields.get(key.removeprefix("field."), "-")
    if key == "at":
        return event.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if event.at else "-"
    value = getattr(event, key)
    return "-" if value is None else str(value)


SAMPLES = [sample for path in sorted(FOLDER.glob("*.log")) for sample in read_samples(path)]
MODULES: dict[str, ModuleType] = {
    path.stem: importlib.import_module(f"loganalyzer.ingesters.{path.stem}") for path in sorted(FOLDER.glob("*.log"))
}


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_sample(sample: Sample) -> None:
    """An ingester reads its samples as they are annotated, and leaves the others."""
    event = MODULES[sample.module].parse(sample.line)
    if sample.expected is None:
        assert event is None
        return
    assert event is not None
    assert {key: describe(event, key) for key in sample.expected} == sample.expected
    assert (event.number, event.text, event.platform) == (
        sample.number,
        sample.line.text,
        MODULES[sample.module].PLATFORM,
    )


@pytest.mark.parametrize("sample", [one for one in SAMPLES if one.line.text.startswith("<")], ids=str)
def test_platform_of_a_frame_is_the_first_that_claims_it(sample: Sample) -> None:
    """That a frame tells which platform to ask first changes nothing but the time it takes."""
    first = next(event for ingester in INGESTERS if (event := ingester.parse(sample.line)) is not None)
    assert parse(sample.line) == first


@pytest.mark.parametrize("module", MODULES)
def test_every_ingester_has_lines_that_it_leaves(module: str) -> None:
    """Each sample file shows lines of others beside its own, unless the ingester takes everything."""
    expected = [sample.expected for sample in SAMPLES if sample.module == module]
    assert any(expected)
    assert module == "plain" or None in expected


@pytest.mark.parametrize("sample", [one for one in SAMPLES if hasattr(MODULES[one.module], "HEADS")], ids=str)
def test_bulk_regexes_agree_with_parse(sample: Sample) -> None:
    """A head's tag says who `parse` says; only router lines are counted as requests, and only those with a head.

    A head that is weakly claimed is a time alone, whose writer may be someone else by the words of the line.
    """
    module = MODULES[sample.module]
    event = module.parse(sample.line)
    data = sample.line.text.encode()
    heads = module.HEADS.findall(data)
    requests = module.REQUESTS.findall(data)
    assert len(requests) <= len(heads) <= 1
    assert bool(module.HEADS.match(b"\n" + data, 1)) == bool(heads)
    if heads and getattr(module, "HEADS_CLAIM", Claim.HEADED) == Claim.HEADED:
        assert event is not None
        source, process = module.origin(heads[0][-1])
        assert source == event.source
        assert process in (None, event.process)  # the words of a line may name a process that its tag does not
    if requests:
        assert event is not None
        assert event.source == "router"


@pytest.mark.parametrize("module", [name for name in MODULES if hasattr(MODULES[name], "HEADS")])
def test_bulk_regexes_read_blocks_like_lines(module: str) -> None:
    """A block of lines gives what its lines give one by one: no line hides the next one or is counted twice."""
    texts = [sample.line.text.encode() for sample in SAMPLES if sample.module == module]
    for bulk in (MODULES[module].HEADS, MODULES[module].REQUESTS):
        assert bulk.findall(b"\n".join(texts) + b"\n") == [found for text in texts for found in bulk.findall(text)]


def test_heroku_requests_are_what_parse_reads() -> None:
    """The groups of Heroku's REQUESTS are the minute and the router's values without their unit."""
    counted = 0
    for sample in SAMPLES:
        if sample.module != "heroku":
            continue
        for minute, *values in heroku.REQUESTS.findall(sample.line.text.encode()):
            event = heroku.parse(sample.line)
            assert event is not None
            assert event.at is not None
            read = [
                event.fields.get(key, "").removesuffix("ms") for key in ("code", "dyno", "connect", "service", "status")
            ]
            assert [minute.decode(), *(value.decode() for value in values)] == [
                event.at.strftime("%Y-%m-%dT%H:%M"),
                *read,
            ]
            counted += 1
    assert counted


lines = st.builds(Line, st.integers(min_value=1), st.text(alphabet=st.characters(exclude_characters="\n")))
texts = st.sampled_from([sample.text for sample in SAMPLES] or [""])
# Pieces of real lines in any order reach further into the ingesters than text from nowhere.
spliced = st.builds(
    lambda number, one, cut, other, start: Line(number, one[:cut] + other[start:]),
    st.integers(min_value=1), texts, st.integers(0, 200), texts, st.integers(0, 200),
)  # fmt: skip


@pytest.mark.parametrize("ingester", INGESTERS, ids=lambda ingester: str(ingester.PLATFORM))
@settings(deadline=None)
@given(line=lines | spliced)
def test_parse_never_raises(ingester: Ingester, line: Line) -> None:
    """Any text gives None or an event that keeps the line's number and text and has a known source."""
    event = ingester.parse(line)
    if event is not None:
        assert (event.number, event.text, event.platform) == (line.number, line.text, ingester.PLATFORM)
        assert event.source in SOURCES
        assert event.at is None or event.at.utcoffset() is not None


@settings(deadline=None)
@given(line=lines | spliced)
def test_every_line_becomes_an_event(line: Line) -> None:
    """The registry gives one event for each line, whatever it is."""
    event = parse(line)
    assert (event.number, event.text) == (line.number, line.text)
