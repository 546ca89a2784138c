"""Remarks about the input: what is missing, odd or was mended."""

from __future__ import annotations

from loganalyzer.diagnosis.case import Case
from loganalyzer.diagnosis.situation import Situation
from loganalyzer.model import UNDATED_YEAR

__all__ = ["make_notes", "make_remarks"]

HEROKU_LIMIT = 1500
CF_LIMIT = 1000


def make_remarks(situation: Situation) -> tuple[tuple[str, ...], bool]:
    """Say what is odd about the log, and whether it is complete as far as can be told."""
    case = situation.case
    remarks: list[str] = []
    complete = True
    if not case.lines:
        return ("empty input",), False
    if (
        situation.runs
        and not situation.runs[0].run.started
        and not case.of("build-started", "deploy-started")
        and case.platform != "plain"
    ):
        remarks.append("starts in the middle of a run")
    if case.platform == "heroku" and case.lines in (HEROKU_LIMIT, 100):
        remarks.append(f"has exactly {case.lines} lines: Heroku cuts there, earlier lines are missing")
        complete = False
    if case.platform == "cloudfoundry" and case.lines == CF_LIMIT:
        remarks.append("has exactly 1000 lines: Cloud Foundry cuts there, earlier lines are missing")
        complete = False
    if case.of("log-lines-lost"):
        remarks.append("the platform says that lines were lost")
        complete = False
    if case.of("log-seam"):
        remarks.append("the stream was cut and went on")
        complete = False
    if case.backwards:
        remarks.append("the log ran backwards and was turned round")
    if case.first_at is None:
        remarks.append("no line has a time")
    elif case.first_at.year == UNDATED_YEAR:
        remarks.append("times have no date")
    if {"cut-lines", "truncated-archive", "corrupt-archive"} & set(case.mended):
        remarks.append("part of the input could not be read")
        complete = False
    return tuple(remarks), complete


def make_notes(case: Case) -> tuple[str, ...]:
    """Say how the input was understood, for people who ask."""
    notes = [
        f"platform {case.platform}, confidence {case.platform_confidence:.2f}",
        f"{case.understood} of {case.lines} lines understood as the platform's",
    ]
    notes += [f"mended: {name}" for name in case.mended]
    return tuple(notes)
