"""Comparison: what is new in a bad log against a good one of the same app."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from loganalyzer.outcome import Report
from loganalyzer.postmortem.figures import Comparison, Difference
from loganalyzer.postmortem.kinds import is_recovery
from loganalyzer.postmortem.messages import Form, Messages
from loganalyzer.postmortem.slots import percentile
from loganalyzer.postmortem.survey import AppSurvey

__all__ = ["compare"]

MOST_NEW = 40
MOST_GONE = 15
NOTABLE_FACTOR = 1.5
NOTABLE_MS = 20
STARTS = ("process-starting", "container-created")
FACTS = (
    ("bound_port", "port"),
    ("bound_address", "address"),
    ("assigned_port", "assigned port"),
    ("framework", "framework"),
    ("exit_status", "exit status"),
)


def compare(bad: Report, bad_survey: AppSurvey, good: Report, good_survey: AppSurvey) -> Comparison:
    """Compare two logs of one app: facts, timings, forms of messages."""
    differences = [
        *_facts(bad, good),
        *_timings(bad, bad_survey, good, good_survey),
        *_new(bad_survey.messages, good_survey.messages),
    ]
    new = sum(1 for key in bad_survey.messages.forms if key not in good_survey.messages.forms)
    gone = _gone(bad_survey.messages, good_survey.messages)
    return Comparison(good.source.inputs, (*differences, *gone), max(0, new - MOST_NEW))


def _facts(bad: Report, good: Report) -> list[Difference]:
    """Compare what the findings say about the app."""
    found = []
    for name, word in FACTS:
        before, now = good.verdict.facts.get(name), bad.verdict.facts.get(name)
        if before != now and (before is not None or now is not None):
            shown = next((one for one in bad.verdict.evidence if now is not None and str(now) in one.text), None)
            texts = ("" if before is None else str(before), "" if now is None else str(now))
            found.append(Difference(word, *texts, shown.line if shown else None, input=shown.input if shown else ""))
    return found


def _timings(bad: Report, bad_survey: AppSurvey, good: Report, good_survey: AppSurvey) -> list[Difference]:
    """Compare the time to start, the time to answer and the share of failed requests."""
    found = []
    before_start, now_start = _start_seconds(good), _start_seconds(bad)
    if before_start is not None and (now_start is None or now_start > before_start * NOTABLE_FACTOR + 1):
        found.append(
            Difference(
                "time to start", f"{before_start:.1f} s", "not up" if now_start is None else f"{now_start:.1f} s"
            )
        )
    before, now = good_survey.slots.between(None, None), bad_survey.slots.between(None, None)
    for share, name in ((0.5, "median time to answer"), (0.95, "p95 time to answer")):
        old, new = percentile(before.latency, share), percentile(now.latency, share)
        if (
            old is not None
            and new is not None
            and abs(new - old) >= NOTABLE_MS
            and max(new, old) > NOTABLE_FACTOR * min(new, old)
        ):
            found.append(Difference(name, f"{old} ms", f"{new} ms"))
    if before.requests and now.requests and before.errors / before.requests != now.errors / now.requests:
        found.append(
            Difference("failed requests", f"{before.errors / before.requests:.1%}", f"{now.errors / now.requests:.1%}")
        )
    return found


def _start_seconds(report: Report) -> float | None:
    """Give how long the first start that went well took."""
    started = None
    for entry in report.timeline:
        if entry.kind in STARTS and entry.at is not None:
            started = entry.at
        elif (
            is_recovery(entry)
            and started is not None
            and entry.at is not None
            and entry.at - started < timedelta(hours=1)
        ):
            return (entry.at - started).total_seconds()
    return None


def _new(bad: Messages, good: Messages) -> list[Difference]:
    """Give the messages that only the bad log has, in the order of their first lines."""
    chosen = sorted(_missing(bad, good), key=lambda form: form.line)[:MOST_NEW]
    return [Difference("new message", "", form.example, form.line, form.count, form.input) for form in chosen]


def _gone(bad: Messages, good: Messages) -> list[Difference]:
    """Give the messages that only the good log has, the most frequent first."""
    chosen: Sequence[Form] = sorted(_missing(good, bad), key=lambda form: (-form.count, form.line))[:MOST_GONE]
    return [Difference("message gone", form.example, "", None, form.count) for form in chosen]


def _missing(here: Messages, there: Messages) -> list[Form]:
    """Give the forms that are here and not there."""
    return [form for key, form in here.forms.items() if key not in there.forms]
