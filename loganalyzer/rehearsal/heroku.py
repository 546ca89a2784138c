"""Heroku's play: a random PORT, 60 seconds to open it, then R10 and SIGKILL; the router's requests when it is open."""

from __future__ import annotations

import re
import uuid

from loganalyzer.rehearsal.journal import heroku_line
from loganalyzer.rehearsal.records import Answer, Limits
from loganalyzer.rehearsal.scene import Scene
from loganalyzer.rehearsal.sockets import free_port

__all__ = ["LINE", "app_writer", "choose_port", "environment", "limits", "play"]

LINE = heroku_line
DYNO, ROUTER = "heroku[web.1]", "heroku[router]"
HOST = "rehearsal.herokuapp.com"
ROUTER_IDLE_S = 90.0
FIRST_PORT, LAST_PORT = 20000, 59999
PORT_WORD = re.compile(r"\$(?:PORT\b|\{PORT(?::?-[^}]*)?\})")


def choose_port() -> int:
    """Choose a random high port, as every start of a dyno gets one."""
    return free_port(FIRST_PORT, LAST_PORT)


def limits(boot_s: float | None) -> Limits:
    """Give Heroku's limits."""
    boot = boot_s or 60.0
    return Limits(boot=boot, deploy=boot, answer=30.0)


def environment(port: int) -> dict[str, str]:
    """Give the variables that a dyno sets."""
    return {"PORT": str(port), "DYNO": "web.1", "WEB_CONCURRENCY": "2", "PYTHONUNBUFFERED": "true"}


def app_writer(_channel: str) -> str:
    """Give the mark of the app's lines; both channels have the same."""
    return "app[web.1]"


def play(scene: Scene) -> None:
    """Start the dyno and write what the dyno manager and the router would write."""
    port, limit = scene.plan.port, scene.plan.limits
    scene.journal.write(DYNO, f"Starting process with command `{_shown_command(scene)}`")
    scene.start()
    if scene.pump(limit.boot, until=lambda: scene.reachable(port)):
        scene.journal.write(DYNO, "State changed from starting to up")
        _request(scene)
        scene.pump(limit.settle)
        if scene.exit_status is not None:
            _write_exit(scene, scene.exit_status, "up")
        return
    if scene.exit_status is not None:
        _write_exit(scene, scene.exit_status, "starting")
        return
    scene.journal.write(
        DYNO,
        f"Error R10 (Boot timeout) -> Web process failed to bind to $PORT within {limit.boot:.0f} seconds of launch",
    )
    if not scene.open_now:
        # A dyno is killed at once. The rehearsal waits as long again: a port that opens late has another cause.
        scene.pump(limit.boot, until=lambda: bool(scene.open_now))
    scene.journal.write(DYNO, "Stopping process with SIGKILL")
    if scene.exit_status is None:
        scene.end(0.0)
    _write_exit(scene, 137, "starting")


def _shown_command(scene: Scene) -> str:
    """Give the command as shown: with the value of PORT, or where it is not used, with PORT set in front."""
    shown = PORT_WORD.sub(str(scene.plan.port), scene.plan.command.line)
    if shown == scene.plan.command.line or scene.plan.command.arguments:
        shown = f"PORT={scene.plan.port} {scene.plan.command.line}"
    return shown.replace("`", "'").replace("\n", " ")


def _write_exit(scene: Scene, status: int, state: str) -> None:
    """Write the end of the process."""
    scene.journal.write(DYNO, f"Process exited with status {status}")
    scene.journal.write(DYNO, f"State changed from {state} to crashed")


def _request(scene: Scene) -> None:
    """Send a request through the router."""
    plan = scene.plan
    path = plan.health_path or "/"
    answer = scene.ask(plan.port, path, agent="loganalyzer-rehearse", timeout_s=plan.limits.answer)
    scene.journal.write(ROUTER, _router_line(answer, path))
    scene.check_keep_alive(plan.port, path, answer, "Heroku's router", ROUTER_IDLE_S, "loganalyzer-rehearse")


def _router_line(answer: Answer, path: str) -> str:
    """Write the router's line for an answer."""
    request = f'method=GET path="{path}" host={HOST} request_id={uuid.uuid4()} fwd="127.0.0.1" dyno=web.1'
    end = "protocol=http1.1 tls=true tls_version=tls1.3"
    took = f"connect={answer.connect_ms}ms service={answer.total_ms}ms"
    if answer.kind == "http" and not answer.tls:
        return f"at=info {request} {took} status={answer.status} bytes={answer.size} {end}"
    if answer.kind == "timeout":
        return f'at=error code=H12 desc="Request timeout" {request} {took} status=503 bytes=0 {end}'
    if answer.kind == "refused":
        refused = f"connect={answer.total_ms}ms service= status=503 bytes="
        return f'at=error code=H21 desc="Backend connection refused" {request} {refused} {end}'
    if answer.kind == "closed" and not answer.tls:
        return f'at=error code=H13 desc="Connection closed without response" {request} {took} status=503 bytes=0 {end}'
    return f'at=error code=H17 desc="Poorly formatted HTTP response" {request} {took} status=503 bytes= {end}'
