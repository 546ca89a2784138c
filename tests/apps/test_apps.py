"""Small real apps with one fault each, rehearsed on the platforms: the verdict, and the same verdict from the saved log."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from loganalyzer.library import Library
from loganalyzer.pipeline import Settings, analyze
from loganalyzer.rehearsal import StartCommand, make_plan, perform
from loganalyzer.rehearsal.sockets import free_port
from tests.apps.cast import CAST, EXPECTED, TLS, Server

PLATFORMS = ("heroku", "render", "cloudfoundry")
BOOT_S = {"heroku": 5.0, "render": 5.0, "cloudfoundry": 5.0}
LATE_S = 6.5
AT_ONCE = 7


def rehearse(server: Server, fault: str, platform: str, folder: Path, library: Library) -> tuple[str, str, bytes]:
    """Rehearse one app with one fault; give the verdict, the verdict of the saved log, and the log."""
    port, fixed = free_port(20000, 39999), free_port(40000, 59999)
    host = {"loopback": "127.0.0.1", "ipv6": "::1"}.get(fault, "0.0.0.0")
    number = {"fixed": str(fixed), "taken": str(fixed), "literal": "$PORT"}.get(fault, str(port))
    words = server.command(host, number, str(TLS) if fault == "tls" else "")
    home = folder / f"{server.name}-{fault}-{platform}"
    home.mkdir()
    command = StartCommand(tuple(words), " ".join(words), "the test", home)
    health = "/health" if fault in ("failing", "slow") and platform != "heroku" else None
    plan = make_plan(
        platform,
        command,
        port=port,
        boot_timeout_s=BOOT_S[platform],
        health_path=health,
        environment=server.environment(fault, LATE_S),
    )
    plan = replace(
        plan, limits=replace(plan.limits, settle=0.3, idle=0.0, grace=2.0, answer=min(plan.limits.answer, 5.0))
    )
    with socket.socket() as taken:
        if fault == "taken":
            taken.bind(("0.0.0.0", fixed))
            taken.listen()
        made = perform(plan, library=library)
    saved = home / "saved.log"
    saved.write_bytes(made.log)
    again = analyze(Settings(paths=(str(saved),)), library)
    return made.analysis.worst.verdict.cause, again.worst.verdict.cause, made.log


@pytest.mark.parametrize("server", CAST, ids=lambda server: server.name)
def test_faults(server: Server, tmp_path: Path, library: Library) -> None:
    """Every fault of a server gets its verdict; the servers take turns on the platforms, http.server plays on all three."""
    if server.missing:
        pytest.skip(f"{server.missing} is not installed")
    turn = CAST.index(server)
    jobs = [
        (fault, platform)
        for place, fault in enumerate(server.faults)
        for platform in (PLATFORMS if server.name == "http.server" else (PLATFORMS[(turn + place) % 3],))
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = {job: pool.submit(rehearse, server, *job, tmp_path, library) for job in jobs}
    wrong = []
    for (fault, platform), future in futures.items():
        cause, again, log = future.result()
        if not cause == again == EXPECTED[platform][fault]:
            wrong.append(
                f"{platform} {fault}: {cause}, saved {again}, not {EXPECTED[platform][fault]}\n{log.decode('utf-8', 'replace')}"
            )
    assert not wrong, "\n".join(wrong)
