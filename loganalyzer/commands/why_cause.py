"""`why --not CAUSE LOG`: what each run and the whole log said about a cause: that it holds, or what was not met."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from loganalyzer.commands.inputs import summarize_logs
from loganalyzer.commands.layout import INDENT, WIDTH, items, paragraph, section
from loganalyzer.diagnosis import diagnose
from loganalyzer.diagnosis.calibration import calibrate
from loganalyzer.diagnosis.case import Case, build_cases
from loganalyzer.diagnosis.cause import Cause, Judgement
from loganalyzer.diagnosis.causes import CAUSES, CAUSES_BY_ID
from loganalyzer.diagnosis.facts import Facts
from loganalyzer.diagnosis.finding import describe_facts
from loganalyzer.diagnosis.situation import Situation, build_situation
from loganalyzer.diagnosis.verdict import LEAST
from loganalyzer.errors import UsageError
from loganalyzer.knowledge import find, needs_of, suggest
from loganalyzer.outcome import Finding, Report
from loganalyzer.report.layout import FACT_WORDS, shorten
from loganalyzer.summary import Sighting

__all__ = ["explain_cause"]

MOST_RUNS = 12
NOTHING_SEEN = "It says nothing: what it needs was not seen here."


def explain_cause(name: str, logs: tuple[str, ...], platform: str | None, patterns: tuple[Path, ...]) -> str:
    """Say why a cause is or is not the verdict of some logs.

    Args:
        name: id of a cause, or `healthy` or `unknown`.
        logs: inputs; `-` is standard input.
        platform: the platform that the user named; None to find out.
        patterns: folders with the user's own patterns.

    Raises:
        UsageError: there is no such cause.
        InputError: a log cannot be read.
        LibraryError: the patterns cannot be used.
    """
    entry = next((one for one in find(name) if one.is_judged), None)
    if entry is None:
        near = [word for word in suggest(name) if any(one.is_judged for one in find(word))]
        help_text = f"did you mean {' or '.join(near)}?" if near else f"known are: {', '.join(CAUSES_BY_ID)}"
        raise UsageError(f'there is no cause "{shorten(name, WIDTH)}"; {help_text}')
    summaries = summarize_logs(logs, platform, patterns)
    cause = CAUSES_BY_ID.get(entry.word)
    parts = [paragraph(f"{entry.word}: {entry.title}", "")]
    cases = build_cases(summaries, platform)
    for case, report in zip(cases, diagnose(summaries, platform), strict=True):
        situation = build_situation(case)
        lines = ["", *paragraph(_case_head(case), "")]
        lines += _judged_lines(cause, situation) if cause else _holding_lines(situation)
        lines += section("The verdict", _verdict_lines(entry.word, report))
        parts.append(lines)
    parts.append(section("What it needs", paragraph(f"{needs_of(entry.word)}.")))
    return "\n".join(line for part in parts for line in part) + "\n"


def _case_head(case: Case) -> str:
    """Name the log."""
    name = case.app or ", ".join("standard input" if one == "-" else one for one in case.inputs)
    return f"{name} ({case.platform}, {case.lines} line{'s' if case.lines != 1 else ''})"


def _judged_lines(cause: Cause, situation: Situation) -> list[str]:
    """Let a cause judge each run and the whole log, and write what it said."""
    lines: list[str] = []
    if cause.judge_run is not None:
        judged = [(facts, cause.judge_run(facts)) for facts in situation.runs]
        shown = _telling_runs(judged)
        for facts, judgement in shown:
            lines += ["", _run_title(facts, situation), *_shows(facts, situation), *_judgement_lines(judgement)]
        if not judged:
            lines += section("The runs", [f"{INDENT}The log shows no run of a process."])
        if len(judged) > len(shown):
            lines += ["", *paragraph(f"{len(judged) - len(shown)} runs more, of which the cause says no more.")]
    if cause.judge_case is not None:
        lines += section("The log as a whole", _judgement_lines(cause.judge_case(situation)))
    return lines


def _telling_runs(judged: list[tuple[Facts, Judgement | None]]) -> list[tuple[Facts, Judgement | None]]:
    """Choose the runs that are shown: all of a short log; of a long one those about which the cause says something."""
    if len(judged) <= MOST_RUNS:
        return judged
    telling = [pair for pair in judged if pair[1] is not None]
    return (telling or judged)[:MOST_RUNS]


def _run_title(facts: Facts, situation: Situation) -> str:
    """Name a run by its process, its place among that process's runs and its lines."""
    process = facts.run.process
    same = [other for other in situation.runs if other.run.process == process]
    place = next(number for number, other in enumerate(same, start=1) if other is facts)
    numbers = [one.number for one in facts.run.sightings]
    count = f", run {place} of {len(same)}" if len(same) > 1 else ""
    where = f" (lines {min(numbers)} to {max(numbers)})" if numbers else ""
    return shorten(f"{process}{count}{where}", WIDTH)


def _shows(facts: Facts, situation: Situation) -> list[str]:
    """Say in one sentence what is known of a run."""
    parts = []
    if facts.failure is not None:
        parts.append(f"failed ({facts.failure.kind}, line {facts.failure.sighting.number})")
    elif facts.up is not None:
        parts.append(f"up (line {facts.up.number})")
    else:
        parts.append("neither up nor failed")
    known = describe_facts(situation, facts)
    for key, word in FACT_WORDS.items():
        if key in known and key not in ("process", "error_codes"):
            parts.append(f"{word} {known[key]}")
    parts += [] if "bound_port" in known else ["no listening port"]
    return paragraph(f"shows: {'; '.join(parts)}", INDENT, INDENT * 2)


def _judgement_lines(judgement: Judgement | None) -> list[str]:
    """Write what a cause said."""
    if judgement is None:
        return [f"{INDENT}{NOTHING_SEEN}"]
    if judgement.confidence <= 0:
        return paragraph(f"It does not hold: {judgement.ruled_out}.", INDENT, INDENT * 2)
    title = f": {judgement.title}" if judgement.title else "."
    lines = paragraph(f"It holds, {calibrate(judgement.confidence):.0%} sure{title}", INDENT, INDENT * 2)
    if judgement.ruled_out:
        lines += paragraph(f"Against it: {judgement.ruled_out}.", INDENT, INDENT * 2)
    return lines + _sighting_lines((*judgement.primary, *judgement.symptoms))


def _sighting_lines(sightings: Iterable[Sighting]) -> list[str]:
    """Write lines of the log with their numbers."""
    return [f"{INDENT * 2}{one.number:>5}  {shorten(one.message or one.text, WIDTH - 11)}" for one in sightings]


def _holding_lines(situation: Situation) -> list[str]:
    """Write which causes hold anywhere; for the verdicts that are given when none or too little holds."""
    texts: dict[str, float] = {}
    for cause in CAUSES:
        said = [cause.judge_run(facts) for facts in situation.runs] if cause.judge_run else []
        said += [cause.judge_case(situation)] if cause.judge_case else []
        best = max((one.confidence for one in said if one is not None), default=0.0)
        if best > 0:
            texts[cause.id] = best
    ordered = sorted(texts.items(), key=lambda pair: -pair[1])
    lines = items(f"{name}, {calibrate(confidence):.0%} sure by itself" for name, confidence in ordered)
    return section("Causes that hold somewhere in the log", lines or [f"{INDENT}none"])


def _verdict_lines(name: str, report: Report) -> list[str]:
    """Compare a cause with the verdict."""
    verdict = report.verdict
    if verdict.cause == name:
        return paragraph(f"It is this one, {verdict.confidence:.0%} sure: {verdict.title}.", INDENT, INDENT * 2)
    lines = paragraph(_named(verdict), INDENT, INDENT * 2)
    rival = next((one for one in report.incidents if one.cause == name), None)
    if rival is not None:
        state = "over: a later run went well" if rival.status == "recovered" else "another incident of this log"
        lines += paragraph(f"{name} is {state}.", INDENT, INDENT * 2)
        return lines
    close = next((one for one in verdict.alternatives if one.cause == name), None)
    if close is not None and close.confidence > 0:
        lines += paragraph(f"{name} comes behind it ({close.confidence:.0%}): {close.ruled_out}.", INDENT, INDENT * 2)
    if verdict.status == "unknown":
        lines += paragraph(f"A verdict needs a confidence of {calibrate(LEAST):.0%} or more.", INDENT, INDENT * 2)
    return lines


def _named(verdict: Finding) -> str:
    """Write a verdict in one sentence."""
    if verdict.status in ("healthy", "unknown"):
        return f"{verdict.cause}: {verdict.title}."
    return f"{verdict.cause} ({verdict.confidence:.0%}): {verdict.title}."
