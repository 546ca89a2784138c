"""Small real apps with one fault each, rehearsed on the platforms: the verdict, and the same verdict from the saved log."""

from __future__ import annotations

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from loganalyzer.library import Library
from loganalyzer.outcome import Finding
from loganalyzer.pipeline import Settings, analyze
from loganalyzer.rehearsal import Rehearsal, StartCommand, make_plan, perform
from loganalyzer.rehearsal.sockets import free_port
from tests.apps.cast import CAST, EXPECTED, TLS, Server

PLATFORMS = ("heroku", "render", "cloudfoundry")
EVERYTHING = bool(os.environ.get("REHEARSE_EVERYTHING"))
"""Whether every server plays every fault on every platform; else they take turns, which takes a third of the time."""

BOOT_S, LATE_S, ANSWER_S, SLOW_S = 4.0, 5.5, 2.0, 3.0
ROOMY_S, SHORT_S = 15.0, 2.0
BOOT_BY_FAULT = {
    "right": ROOMY_S,
    "crash": ROOMY_S,
    "exits": ROOMY_S,
    "taken": ROOMY_S,
    "literal": ROOMY_S,
    "never": SHORT_S,
}
"""Faults that show as soon as the app has come so far may take their time; what is only waited out takes little."""

AT_ONCE = 8
MOST_LINES = 40
ALONE = 2.5
"""What came out wrong is repeated alone with times so much longer: a busy machine makes an app late that is not."""


def rehearse(
    server: Server, fault: str, platform: str, folder: Path, library: Library, stretch: float = 1.0
) -> Rehearsal:
    """Rehearse one app with one fault."""
    port, fixed = free_port(20000, 39999), free_port(40000, 59999)
    host = {"loopback": "127.0.0.1", "ipv6": "::1"}.get(fault, "0.0.0.0")
    number = {"fixed": str(fixed), "taken": str(fixed), "literal": "$PORT"}.get(fault, str(port))
    words = server.command(host, number, str(TLS) if fault == "tls" else "")
    home = folder / f"{server.name}-{fault}-{platform}"
    home.mkdir(exist_ok=True)
    plan = make_plan(
        platform,
        StartCommand(tuple(words), " ".join(words), "the test", home),
        port=port,
        boot_timeout_s=BOOT_BY_FAULT.get(fault, BOOT_S) * stretch,
        health_path="/health" if fault in ("failing", "slow") and platform != "heroku" else None,
        environment=server.environment(fault, LATE_S * stretch, SLOW_S),
    )
    limits = replace(plan.limits, settle=0.3, idle=0.0, grace=2.0, answer=min(plan.limits.answer, ANSWER_S))
    with socket.socket() as taken:
        if fault == "taken":
            taken.bind(("0.0.0.0", fixed))
            taken.listen()
        return perform(replace(plan, limits=limits), library=library)


def complaint(made: Rehearsal, expected: str, folder: Path, library: Library) -> str:
    """Say what is wrong with a rehearsal; empty when the verdict is right and its saved log has the same one."""
    saved = folder / "saved.log"
    saved.write_bytes(made.log)
    verdict = made.analysis.worst.verdict
    again = analyze(Settings(paths=(str(saved),)), library).worst.verdict
    if verdict.cause == expected and told(verdict) == told(again):
        return ""
    log = b"\n".join(made.log.splitlines()[:MOST_LINES]).decode("utf-8", "replace")
    return f"{made.plan.platform}: {told(verdict)}, saved {told(again)}, not {expected}\n{log}"


def told(verdict: Finding) -> dict[str, Any]:
    """Give everything that a verdict says about the app."""
    lines = [(one.line, one.role) for one in verdict.evidence]
    return {
        "status": verdict.status,
        "cause": verdict.cause,
        "title": verdict.title,
        "confidence": verdict.confidence,
        "facts": dict(verdict.facts),
        "lines": lines,
    }


@pytest.mark.parametrize("server", CAST, ids=lambda server: server.name)
def test_faults(server: Server, tmp_path: Path, library: Library) -> None:
    """Every fault of a server gets its verdict; the servers take turns on the platforms, so that each fault plays on all."""
    if server.missing:
        pytest.skip(f"{server.missing} is not installed")
    turn = CAST.index(server)
    jobs = [
        (fault, platform)
        for place, fault in enumerate(server.faults)
        for platform in (PLATFORMS if EVERYTHING else (PLATFORMS[(turn + place) % 3],))
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = {job: pool.submit(rehearse, server, *job, tmp_path, library) for job in jobs}
    wrong = []
    for (fault, platform), future in futures.items():
        expected = EXPECTED[platform][fault]
        if complaint(future.result(), expected, tmp_path, library):
            made = rehearse(server, fault, platform, tmp_path, library, ALONE)
            wrong.append(complaint(made, expected, tmp_path, library))
    assert not any(wrong), "\n".join(wrong)
