"""Forms for other services: GitHub, JUnit and SARIF keep their form whatever a log says."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from loganalyzer.outcome import Analysis
from loganalyzer.pipeline import Settings, analyze
from loganalyzer.report import SHARED_FORMATS, render, write_job_summary
from tests.payloads import MARK, PAYLOADS, hostile_log

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = sorted((ROOT / "sample_logs").glob("*.log"))
COMMAND = re.compile(r"::(error|warning|notice) (?:[a-z]+=[^:,\r\n]*(?:,|(?=::)))+::[^\r\n]*")
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase"},
    "properties": {"property"},
    "testcase": {"failure", "error"},
    "property": set(),
    "failure": set(),
    "error": set(),
}
ATTRIBUTES = {
    "testsuites": {"name"},
    "testsuite": {"name", "id", "tests", "failures", "errors", "skipped", "time", "timestamp"},
    "properties": set(),
    "testcase": {"name", "classname", "time"},
    "property": {"name", "value"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
}
"""Of Jenkins' junit-10.xsd what is used."""


@pytest.fixture(params=list(PAYLOADS))
def hostile(request: pytest.FixtureRequest, tmp_path: Path) -> Analysis:
    """Give the analysis of a log that says a payload in every field."""
    path = tmp_path / "hostile.log"
    path.write_bytes(hostile_log(PAYLOADS[request.param]).encode())
    return analyze(Settings((str(path),)))


@pytest.fixture(params=SAMPLES, ids=lambda path: path.stem)
def sample(request: pytest.FixtureRequest) -> Analysis:
    """Give the analysis of a sample log."""
    return analyze(Settings((str(request.param),)))


def check_github(text: str) -> None:
    """Check that every line is one command."""
    assert text
    for line in text.split("\n")[:-1]:
        assert COMMAND.fullmatch(line), line
    assert text.endswith("\n")


def check_junit(text: str) -> None:
    """Check elements, attributes and counts."""
    root = ET.fromstring(text)
    assert root.tag == "testsuites"
    for element in root.iter():
        assert {child.tag for child in element} <= CHILDREN[element.tag]
        assert set(element.attrib) <= ATTRIBUTES[element.tag]
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.attrib["tests"]) == len(cases) > 0
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
        assert int(suite.attrib["errors"]) == len(suite.findall("testcase/error"))


def check_sarif(text: str) -> None:
    """Check against the models of the standard's schema."""
    sarif = pytest.importorskip("sarif_pydantic", reason="sarif-pydantic is not installed")
    document = sarif.Sarif.model_validate_json(text)
    assert len(document.runs) == 1


CHECKS = {"github": check_github, "junit": check_junit, "sarif": check_sarif}


@pytest.mark.parametrize("form", SHARED_FORMATS)
def test_samples(sample: Analysis, form: str) -> None:
    """Each form of each sample log is valid."""
    CHECKS[form](render(sample, form))


@pytest.mark.parametrize("form", SHARED_FORMATS)
def test_hostile_text_changes_no_form(hostile: Analysis, form: str) -> None:
    """Text of a log is text in every form; no control character of it comes out."""
    text = render(hostile, form)
    CHECKS[form](text)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)


def test_sarif_names_line_and_rule() -> None:
    """A finding stands at the line that is its cause."""
    import json  # noqa: PLC0415 (one test)

    path = ROOT / "sample_logs" / "heroku-port-hardcoded.log"
    document = json.loads(render(analyze(Settings((str(path),))), "sarif"))
    result = document["runs"][0]["results"][0]
    rule = document["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert result["ruleId"] == rule["id"] == "port-hardcoded"
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 15


def test_shared_forms_are_redacted(tmp_path: Path) -> None:
    """Secrets of evidence are taken out unless the user wants them."""
    path = tmp_path / "secret.log"
    path.write_text(
        "2026-05-01T10:00:00.000000+00:00 heroku[web.1]: Starting process with command `node server.js --token Zx81Spectrum48`\n"
        "2026-05-01T10:00:03.500000+00:00 app[web.1]: listening on *:3000\n"
        "2026-05-01T10:01:00.500000+00:00 heroku[web.1]: Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch\n"
    )
    analysis = analyze(Settings((str(path),)))
    for form in SHARED_FORMATS:
        assert "Zx81Spectrum48" not in render(analysis, form)
    assert "Zx81Spectrum48" in render(analysis, "sarif", redact=False)


def test_job_summary(sample: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report is added to the summary of the step, where there is one."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    assert not write_job_summary(sample)
    path = tmp_path / "summary.md"
    path.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    assert write_job_summary(sample)
    assert path.read_text(encoding="utf-8").startswith("before\n#")


def test_marks_are_in_the_payloads() -> None:
    """Every payload can be found again."""
    assert all(MARK in payload for payload in PAYLOADS.values())
