"""The logs for people to try: the verdict is the one in the name, and the reports are those of `golden/`.

`pytest tests/test_sample_logs.py --update-golden` writes the expected reports anew; their differences are to be read.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loganalyzer.library import Library
from loganalyzer.model import PLATFORMS
from loganalyzer.outcome import Analysis
from loganalyzer.pipeline import Settings, analyze
from loganalyzer.report import render

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = Path(__file__).parent / "golden"
SAMPLES = sorted(path.name.removesuffix(".log") for path in (ROOT / "sample_logs").glob("*.log"))
FORMS = {"text": "txt", "json": "json"}
FEWEST_LINES = 30
MOST_LINES = 150


@pytest.fixture
def analysis(request: pytest.FixtureRequest, library: Library, monkeypatch: pytest.MonkeyPatch) -> Analysis:
    """Give the analysis of one sample, named as a user at the top of the repository would name it."""
    monkeypatch.chdir(ROOT)
    return analyze(Settings(paths=(f"sample_logs/{request.param}.log",)), library)


def report_of(analysis: Analysis, form: str) -> str:
    """Write a report; the JSON without `tool`, which changes with every pattern and release."""
    text = render(analysis, form)
    if form != "json":
        return text
    document = json.loads(text)
    del document["tool"]
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


@pytest.mark.parametrize(("name", "analysis"), [(name, name) for name in SAMPLES], ids=SAMPLES, indirect=["analysis"])
def test_verdict(name: str, analysis: Analysis) -> None:
    """A sample gets the platform and the verdict that its name tells."""
    platform, _, cause = name.partition("-")
    (report,) = analysis.reports
    assert (report.source.platform, report.verdict.cause) == (platform, cause), report.verdict.title


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("name", "analysis"), [(name, name) for name in SAMPLES], ids=SAMPLES, indirect=["analysis"])
def test_report(name: str, form: str, analysis: Analysis, request: pytest.FixtureRequest) -> None:
    """A sample's report is, to the letter, the one that was read and kept."""
    path = GOLDEN / f"{name}.{FORMS[form]}"
    report = report_of(analysis, form)
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(report, encoding="utf-8")
    if not path.is_file():
        pytest.fail(f"golden/{path.name} is missing: write it with --update-golden, then read it")
    assert report == path.read_text(encoding="utf-8")


def test_no_report_is_left_over() -> None:
    """Each kept report belongs to a sample."""
    assert {path.stem for path in GOLDEN.glob("*.*")} - set(SAMPLES) == set()


@pytest.mark.parametrize("name", SAMPLES)
def test_sample_is_a_whole_story(name: str) -> None:
    """A sample has between thirty and a hundred and fifty lines, and the README says what it shows."""
    lines = (ROOT / "sample_logs" / f"{name}.log").read_text(encoding="utf-8").splitlines()
    assert FEWEST_LINES <= len(lines) <= MOST_LINES
    assert f"- `{name}.log`: " in (ROOT / "sample_logs" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("platform", [name for name in PLATFORMS if name != "plain"])
def test_each_platform_has_samples(platform: str) -> None:
    """Each platform has six samples or more, a healthy one among them."""
    own = [name for name in SAMPLES if name.startswith(f"{platform}-")]
    assert len(own) >= 6
    assert f"{platform}-healthy" in own
