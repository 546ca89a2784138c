"""Render's play: PORT is 10000, any HTTP port is adopted, 5 minutes for the port scan and 15 for the deploy."""

from __future__ import annotations

import time

from loganalyzer.rehearsal.journal import render_line
from loganalyzer.rehearsal.records import Limits
from loganalyzer.rehearsal.scene import Scene

__all__ = ["LINE", "app_writer", "choose_port", "environment", "limits", "play"]

LINE = render_line
PLATFORM = "platform"
HOST = "rehearsal.onrender.com"
ROUTER_IDLE_S = 120.0
FAR_S = 300.0
DEPLOY_SHARE = 3.0
"""The deploy may take three times as long as the port scan."""

GOOD_STATUS = range(200, 400)
DETECTOR, CHECKER = "Go-http-client/1.1", "Render/1.0"
SCAN_HELP = "Docs on specifying a port: https://render.com/docs/web-services#port-binding"
DEPLOY_HELP = "Common ways to troubleshoot your deploy: https://render.com/docs/troubleshooting-deploys"


def choose_port() -> int:
    """Give Render's default port."""
    return 10000


def limits(boot_s: float | None) -> Limits:
    """Give Render's limits; with a shorter scan everything else is shortened alike."""
    boot = boot_s or FAR_S
    share = boot / FAR_S
    return Limits(
        boot=boot,
        deploy=boot * DEPLOY_SHARE,
        answer=5.0,
        probe_every=min(5.0, max(0.2, 5.0 * share)),
        scan_first=18.0 * share,
        scan_every=max(0.5, 61.0 * share),
    )


def environment(port: int) -> dict[str, str]:
    """Give the variables that a Render instance sets."""
    return {
        "PORT": str(port),
        "RENDER": "true",
        "RENDER_SERVICE_TYPE": "web",
        "RENDER_SERVICE_NAME": "rehearsal",
        "RENDER_EXTERNAL_HOSTNAME": HOST,
        "RENDER_EXTERNAL_URL": f"https://{HOST}",
        "WEB_CONCURRENCY": "1",
        "PYTHONUNBUFFERED": "1",
    }


def app_writer(_channel: str) -> str:
    """Give the mark of the app's lines; there is none."""
    return "app"


def play(scene: Scene) -> None:
    """Start the instance and write what the port scan, the health check and the deploy would write."""
    scene.journal.write(PLATFORM, "Deploying...")
    scene.journal.write(PLATFORM, f"Running '{scene.plan.command.line}'")
    scene.start()
    port = _scan(scene)
    if port is None:
        return
    if port != scene.plan.port and scene.plan.health_path is None:
        scene.journal.write(
            PLATFORM, f"New primary port detected: {port}. Restarting deploy to update network configuration..."
        )
        scene.end(scene.plan.limits.grace)
        scene.journal.write(PLATFORM, f"Running '{scene.plan.command.line}'")
        scene.start()
        if not scene.pump(scene.plan.limits.boot, until=lambda: scene.reachable(port)):
            _write_failure(scene, f"Port scan timeout reached, no open ports detected.{_advice()}")
            return
    if scene.plan.health_path is not None and not _check_health(scene, scene.plan.health_path):
        return
    scene.journal.write(PLATFORM, "Your service is live 🎉")
    scene.journal.write(PLATFORM, f"Available at your primary URL https://{HOST}")
    answer = scene.ask(port, "/", agent="Go-http-client/2.0", timeout_s=scene.plan.limits.answer)
    scene.check_keep_alive(port, "/", answer, "Render's router", ROUTER_IDLE_S, DETECTOR)
    scene.pump(scene.plan.limits.settle)
    if scene.exit_status is not None:
        _write_exit(scene, scene.exit_status)


def _scan(scene: Scene) -> int | None:
    """Look for an HTTP port as long as Render does; write its lines.

    Returns:
        The port; None when the instance ended or the time was over.
    """
    limit = scene.plan.limits
    next_line = limit.scan_first
    gave_up = ""
    asked: dict[int, float] = {}
    while scene.elapsed < limit.deploy:
        scene.pump(limit.probe_every, until=lambda: any(port not in asked for port in scene.reachable_ports()))
        if scene.exit_status is not None:
            _write_exit(scene, scene.exit_status)
            return None
        for port in scene.reachable_ports():
            if time.monotonic() - asked.get(port, -FAR_S) < limit.probe_every:
                continue
            if scene.ask(port, "/", agent=DETECTOR, timeout_s=limit.answer, method="HEAD").is_http:
                return port
            asked[port] = time.monotonic()
        if not gave_up and scene.elapsed >= limit.boot:
            gave_up = _give_up(scene)
            if scene.open_now:
                break  # what is open now stays as it is; only an app that has opened nothing is waited for
        elif not gave_up and scene.elapsed >= next_line:
            next_line = scene.elapsed + limit.scan_every
            scene.journal.write(PLATFORM, f"No open {_seen(scene)}, continuing to scan...")
            scene.journal.write(PLATFORM, SCAN_HELP)
    _write_failure(scene, gave_up)
    return None


def _give_up(scene: Scene) -> str:
    """Write that the scan is over; give its words."""
    if scene.reachable_ports():
        rest = ". If you don't need to receive public HTTP traffic, create a private service instead."
        words = "Port scan timeout reached, no open HTTP ports detected" + rest
    elif scene.open_now:
        rest = ". Detected open ports on localhost -- did you mean to bind one of these to 0.0.0.0?"
        words = "Port scan timeout reached, no open ports detected on 0.0.0.0" + rest
    else:
        words = f"Port scan timeout reached, no open ports detected.{_advice()}"
    scene.journal.write(PLATFORM, words)
    scene.journal.write(PLATFORM, SCAN_HELP)
    return words


def _seen(scene: Scene) -> str:
    """Give the words for what the scan sees."""
    if scene.reachable_ports():
        return "HTTP ports detected on 0.0.0.0"
    return "ports detected on 0.0.0.0" if scene.open_now else "ports detected"


def _advice() -> str:
    """Give the sentences that follow when nothing is open."""
    return (
        " Bind your service to at least one port. If you don't need to receive traffic on any port, "
        "create a background worker instead."
    )


def _check_health(scene: Scene, path: str) -> bool:
    """Ask for the health path on the assigned port until it is answered well or the time is over."""
    limit, port = scene.plan.limits, scene.plan.port
    while scene.elapsed < limit.boot:
        if scene.reachable(port):
            answer = scene.ask(port, path, agent=CHECKER, timeout_s=limit.answer)
            if answer.is_http and answer.status in GOOD_STATUS:
                return True
        scene.pump(limit.probe_every)
        if scene.exit_status is not None:
            _write_exit(scene, scene.exit_status)
            return False
    where = f"{HOST}:{port}{path}"
    _write_failure(
        scene,
        f"Timed out after waiting for internal health check to return a successful response code at: {where}",
        plain=True,
    )
    return False


def _write_failure(scene: Scene, reason: str, *, plain: bool = False) -> None:
    """Write the end of a deploy that took too long."""
    if scene.exit_status is not None:
        _write_exit(scene, scene.exit_status)
        return
    scene.journal.write(PLATFORM, reason if plain else f"Timed out: {reason}" if reason else "Timed Out")
    scene.journal.write(PLATFORM, DEPLOY_HELP)


def _write_exit(scene: Scene, status: int) -> None:
    """Write the end of the process."""
    scene.journal.write(PLATFORM, f"Exited with status {status}" if status else "Application exited early")
    scene.journal.write(PLATFORM, DEPLOY_HELP)
