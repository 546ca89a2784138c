"""Whole logs with their labels: `cases/<platform>/<slug>/log.txt` and `case.yaml`.

A label says the cause, other causes that the log alone can bear (`acceptable`), facts that the verdict must state, and
pieces of lines of which each must stand in a line that the verdict or an incident cites.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from loganalyzer.diagnosis.binds import is_anywhere, is_loopback
from loganalyzer.diagnosis.causes import CAUSES
from loganalyzer.model import PLATFORMS
from loganalyzer.outcome import Analysis

FOLDER = Path(__file__).parent / "cases"
KEYS = {"id", "platform", "cause", "acceptable", "facts", "evidence", "notes"}
FEWEST_CASES = 3
FEWEST_HEALTHY = 12
FEWEST_UNKNOWN = 4


@dataclass(frozen=True)
class Label:
    """One case.

    Attributes:
        folder: where log and label lie.
        cause: id from the catalogue.
        acceptable: other ids that the log alone can bear.
        facts: name → value that the verdict must state.
        evidence: pieces of lines that must be cited.
    """

    folder: Path
    cause: str
    acceptable: tuple[str, ...]
    facts: dict[str, Any]
    evidence: tuple[str, ...]

    def __str__(self) -> str:
        """Give the pytest id."""
        return f"{self.folder.parent.name}/{self.folder.name}"


def read_label(path: Path) -> Label:
    """Read one case.yaml."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(raw) <= KEYS, f"{path}: unknown keys {set(raw) - KEYS}"
    assert (raw["id"], raw["platform"]) == (f"{path.parts[-3]}-{path.parts[-2]}", path.parts[-3]), (
        f"{path}: id and folder differ"
    )
    return Label(path.parent, raw["cause"], tuple(raw["acceptable"]), raw["facts"] or {}, tuple(raw["evidence"]))


LABELS = [read_label(path) for path in sorted(FOLDER.glob("*/*/case.yaml"))]


def same_fact(wanted: Any, given: Any) -> bool:
    """Compare a fact: lists must be contained, spellings of one address are equal, text is compared without case."""
    if isinstance(wanted, list):
        return isinstance(given, list) and set(wanted) <= set(given)
    if isinstance(wanted, str) and isinstance(given, str):
        for kind in (is_anywhere, is_loopback):
            if kind(wanted):
                return kind(given)
        return wanted.lower() == given.lower()
    return bool(wanted == given)


@pytest.mark.parametrize("label", LABELS, ids=str)
def test_case(label: Label, analyze_bytes: Callable[..., Analysis]) -> None:
    """A log gets the verdict, the facts and the evidence of its label."""
    analysis = analyze_bytes((label.folder / "log.txt").read_bytes())
    report = analysis.worst
    verdict = report.verdict
    assert verdict.cause in {label.cause, *label.acceptable}, verdict.title
    assert report.source.platform == label.folder.parent.name
    wrong = {
        name: verdict.facts.get(name)
        for name, value in label.facts.items()
        if not same_fact(value, verdict.facts.get(name))
    }
    assert not wrong, f"facts differ: {wrong}"
    if verdict.cause in ("healthy", "unknown"):
        assert verdict.next or verdict.cause == "healthy"
        return  # no cause is claimed, so no line is cited for one
    cited = [one.text for finding in (verdict, *report.incidents) for one in finding.evidence]
    assert cited, "no claim without its line"
    missing = [piece for piece in label.evidence if not any(piece in text for text in cited)]
    assert not missing, f"not cited: {missing}"


@pytest.mark.parametrize("label", LABELS, ids=str)
def test_label_is_sound(label: Label) -> None:
    """A label names known causes, and its evidence stands in the log."""
    known = {cause.id for cause in CAUSES} | {"healthy", "unknown"}
    assert {label.cause, *label.acceptable} <= known
    assert label.cause not in label.acceptable
    assert label.evidence
    data = (label.folder / "log.txt").read_text(encoding="utf-8")
    assert all(piece in data for piece in label.evidence)


def test_every_cause_has_cases() -> None:
    """Each cause of the catalogue has three cases or more, and so have the logs without one."""
    counts = {cause.id: FEWEST_CASES for cause in CAUSES} | {"healthy": FEWEST_HEALTHY, "unknown": FEWEST_UNKNOWN}
    found = [label.cause for label in LABELS]
    assert {cause: found.count(cause) for cause, fewest in counts.items() if found.count(cause) < fewest} == {}
    assert {label.folder.parent.name for label in LABELS} == set(PLATFORMS) - {"plain"}
