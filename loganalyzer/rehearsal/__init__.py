"""The rehearsal: a local platform that starts an app, watches its sockets, and is judged by the ordinary diagnosis.

    start_command ─► Plan ─► perform ─► stage (supervisor, sockets) ─► a platform's play ─► journal ─► pipeline

A play (heroku, render, cloudfoundry) writes what its platform would write, and lines of the pattern `rehearsal-socket`
for what the system shows. The verdict comes from that log alone, so a saved rehearsal is judged alike.
"""

from __future__ import annotations

from loganalyzer.rehearsal.perform import PLATFORMS, check_plan, judge_log, make_plan, perform
from loganalyzer.rehearsal.records import Plan, Rehearsal, StartCommand
from loganalyzer.rehearsal.start_command import find_command, given_command, read_environment

__all__ = [
    "PLATFORMS",
    "Plan",
    "Rehearsal",
    "StartCommand",
    "check_plan",
    "find_command",
    "given_command",
    "judge_log",
    "make_plan",
    "perform",
    "read_environment",
]
