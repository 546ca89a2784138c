"""A rehearsal as text for people: what was started, what was seen, and behind it the ordinary report."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from tabulate import tabulate

from loganalyzer.rehearsal.journal import answer_words
from loganalyzer.rehearsal.records import Listener, Rehearsal
from loganalyzer.report import render
from loganalyzer.text import clean

__all__ = ["describe", "show", "show_table"]

WIDTH = 80
MOST_SOCKETS = 12
MOST_REQUESTS = 6


def show(rehearsal: Rehearsal, *, color: bool = False, verbose: bool = False, brief: bool = False) -> str:
    """Write a rehearsal: command, sockets, requests, notes, then the report of its log.

    Args:
        rehearsal: what happened.
        color: whether colours are wanted.
        verbose: whether to say how the log was read.
        brief: whether to leave the report out where nothing is wrong.
    """
    plan = rehearsal.plan
    verdict = rehearsal.analysis.worst.verdict
    lines = [f"REHEARSAL on {plan.platform}", f"  PORT={plan.port}, {plan.limits.boot:.0f} s to open it"]
    lines += _wrapped([f"started: {plan.command.line}", f"read from {plan.command.origin}"])
    lines += ["", "SOCKETS", *_sockets(rehearsal)]
    if rehearsal.answers:
        told = [f"{name}: {answer_words(answer)}" for name, answer in rehearsal.answers]
        lines += ["", "REQUESTS", *_wrapped(_first_and_last(told))]
    if rehearsal.notes:
        lines += ["", "NOTES", *_wrapped(rehearsal.notes)]
    report = render(rehearsal.analysis, "text", color=color, verbose=verbose)
    if rehearsal.was_interrupted and verdict.status != "incident":
        report = "NOT DECIDED\nThe rehearsal ended before the platform would have decided.\n"
    elif brief and verdict.cause == "healthy":
        report = f"PASSED ({verdict.confidence:.0%} sure): {verdict.title}\n"
    return "\n".join(lines) + "\n\n" + report


def show_table(rehearsals: Sequence[Rehearsal]) -> str:
    """Write one line a rehearsal."""
    rows = []
    for one in rehearsals:
        verdict = one.analysis.worst.verdict
        seen = ", ".join(sorted({listener.place for listener in one.listeners if not listener.side})) or "nothing"
        words = "passed" if verdict.cause == "healthy" else f"{verdict.cause} ({verdict.confidence:.0%})"
        rows.append([one.plan.platform, one.plan.port, seen, words])
    return tabulate(rows, ["platform", "PORT", "listened on", "verdict"], tablefmt="simple") + "\n"


def describe(listener: Listener) -> str:
    """Say who can reach a socket."""
    if listener.side:
        return f"{listener.side}, this machine alone"
    if listener.is_loopback:
        return "this machine alone"
    return "every address" if listener.is_anywhere else "this address"


def _sockets(rehearsal: Rehearsal) -> list[str]:
    """Write which process listened where."""
    if not rehearsal.listeners:
        return ["  none: no process of the app listened on a TCP port"]
    rows = [
        [f"{one.after_s:.1f} s", f"{clean(one.program)} ({one.pid})", one.place, describe(one)]
        for one in rehearsal.listeners[:MOST_SOCKETS]
    ]
    table = tabulate(rows, ["after", "process", "listens on", "reached from"], tablefmt="simple", colalign=("right",))
    return textwrap.indent(table, "  ").splitlines()


def _first_and_last(told: list[str]) -> list[str]:
    """Leave out the middle of many."""
    if len(told) <= MOST_REQUESTS:
        return told
    return [*told[:2], f"... {len(told) - 4} more ...", *told[-2:]]


def _wrapped(items: Iterable[str]) -> list[str]:
    """Write items one below the other, wrapped."""
    return [
        line
        for item in items
        for line in textwrap.wrap(clean(item), WIDTH, initial_indent="  ", subsequent_indent="    ")
    ]
