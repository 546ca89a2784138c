"""Cloud Foundry's play: PORT is 8080, checks from outside of the container, 60 seconds to pass the first one."""

from __future__ import annotations

import json
import time
import uuid
from datetime import UTC, datetime

from loganalyzer.rehearsal.journal import cloudfoundry_line
from loganalyzer.rehearsal.records import Answer, Limits
from loganalyzer.rehearsal.scene import Scene

__all__ = ["LINE", "app_writer", "choose_port", "environment", "limits", "play"]

LINE = cloudfoundry_line
CELL, HEALTH, API, ROUTER = "[CELL/0] OUT", "[HEALTH/0] ERR", "[API/0] OUT", "[RTR/0] OUT"
APP = "[APP/PROC/WEB/0]"
HOST = "rehearsal.apps.example.com"
ROUTER_IDLE_S = 90.0
CHECK_S = 1.0
ROUTER_ANSWER_S = 60.0
GOOD_STATUS = 200
BAD_GATEWAY_BYTES = 67
TLS_ALERT = b"\x15\x03\x03\x00\x02\x02F"
CHECKER = "diego-healthcheck"


def choose_port() -> int:
    """Give the port of every buildpack app."""
    return 8080


def limits(boot_s: float | None) -> Limits:
    """Give Diego's limits."""
    boot = boot_s or 60.0
    return Limits(boot=boot, deploy=boot, answer=ROUTER_ANSWER_S, probe_every=min(2.0, max(0.2, boot / 30)))


def environment(port: int) -> dict[str, str]:
    """Give the variables that a container of a buildpack app has."""
    application = {
        "application_name": "rehearsal",
        "name": "rehearsal",
        "application_uris": [HOST],
        "instance_index": 0,
    }
    return {
        "PORT": str(port),
        "VCAP_APP_PORT": str(port),
        "VCAP_APP_HOST": "0.0.0.0",  # noqa: S104 (what the platform sets)
        "CF_INSTANCE_INDEX": "0",
        "VCAP_APPLICATION": json.dumps(application),
        "VCAP_SERVICES": "{}",
        "MEMORY_LIMIT": "1024m",
        "LANG": "en_US.UTF-8",
        "PYTHONUNBUFFERED": "1",
    }


def app_writer(channel: str) -> str:
    """Give the mark of the app's lines."""
    return f"{APP} {channel}"


def play(scene: Scene) -> None:
    """Start the container and write what the cell, its health check, the router and the API would write."""
    cell, instance = uuid.uuid4(), str(uuid.uuid4())[:28]
    limit, port = scene.plan.limits, scene.plan.port
    scene.journal.write(CELL, f"Cell {cell} creating container for instance {instance}")
    scene.journal.write(CELL, f"Cell {cell} successfully created container for instance {instance}")
    scene.journal.write(CELL, "Starting health monitoring of container")
    scene.journal.write(app_writer("OUT"), "Invoking start command.")
    scene.start()
    reason, attempts = "", 0
    while scene.elapsed < limit.boot and scene.exit_status is None:
        reason = _check(scene, scene.plan.health_path)
        attempts += 1
        if not reason:
            _serve(scene, instance)
            return
        scene.pump(limit.probe_every, until=lambda: scene.plan.health_path is None and scene.reachable(port))
    if scene.exit_status is not None:
        _write_exit(scene, scene.exit_status, instance)
        return
    reason = _check(scene, scene.plan.health_path) or reason
    took = f"{limit.boot:.0f}s" if limit.boot < 60 else f"{limit.boot // 60:.0f}m{limit.boot % 60:.0f}s"
    full = f"Timed out after {took} ({attempts} attempts) waiting for startup check to succeed: {reason}"
    scene.journal.write(HEALTH, full)
    scene.journal.write(f"{CELL[:-3]}ERR", f"Failed after {took}: startup health check never passed.")
    if not scene.open_now:
        # A cell stops the instance at once. The rehearsal waits as long again: a port that opens late is another cause.
        scene.pump(limit.boot, until=lambda: bool(scene.open_now))
    scene.journal.write(CELL, f"Cell {cell} stopping instance {instance}")
    _write_crash(scene, f"Instance never healthy after {took}: {full}", instance)


def _check(scene: Scene, path: str | None) -> str:
    """Run one health check; give the words of its failure, empty when it passed."""
    port = scene.plan.port
    where = f"{scene.outside or '127.0.0.1'}:{port}"
    if path is None:
        return (
            ""
            if scene.reachable(port)
            else f"failed to make TCP connection to {where}: dial tcp {where}: connect: connection refused"
        )
    failed = f"failed to make HTTP request to '{path}' on port {port}: "
    if not scene.reachable(port):
        return failed + "connection refused"
    answer = scene.ask(port, path, agent=CHECKER, timeout_s=CHECK_S)
    if answer.kind == "timeout":
        return failed + f"timed out after {CHECK_S:.2f} seconds"
    if not answer.is_http:
        return failed + "connection refused"  # the check has these words for every transport error
    return (
        "" if answer.status == GOOD_STATUS else failed + f"received status code {answer.status} in {answer.total_ms}ms"
    )


def _serve(scene: Scene, instance: str) -> None:
    """Write that the container is healthy, and send a request through the router."""
    scene.journal.write(CELL, "Container became healthy")
    path = scene.plan.health_path or "/"
    answer = scene.ask(scene.plan.port, path, agent="loganalyzer-rehearse", timeout_s=scene.plan.limits.answer)
    scene.journal.write(ROUTER, _router_line(scene, answer, path, instance))
    scene.check_keep_alive(scene.plan.port, path, answer, "gorouter", ROUTER_IDLE_S, "loganalyzer-rehearse")
    scene.pump(scene.plan.limits.settle)
    if scene.exit_status is not None:
        _write_exit(scene, scene.exit_status, instance)


def _router_line(scene: Scene, answer: Answer, path: str, instance: str) -> str:
    """Write gorouter's line for an answer."""
    error, status, size = "-", answer.status or 502, answer.size
    if not answer.is_http:
        status, size = 502, BAD_GATEWAY_BYTES
        error = f"endpoint_failure ({_transport_error(scene, answer)})"
    quoted = error.replace("\\", "\\\\").replace('"', '\\"')
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")
    backend = f"{scene.outside or '127.0.0.1'}:{scene.plan.port}"
    return (
        f'{HOST} - [{at}] "GET {path} HTTP/1.1" {status} 0 {size} "-" "loganalyzer-rehearse" '
        f'"127.0.0.1:50000" "{backend}" '
        f'x_forwarded_for:"127.0.0.1" x_forwarded_proto:"https" vcap_request_id:"{uuid.uuid4()}" '
        f'response_time:{answer.total_ms / 1000:.6f} gorouter_time:0.000100 app_id:"rehearsal" app_index:"0" '
        f'instance_id:"{instance}" x_cf_routererror:"{quoted}"'
    )


def _transport_error(scene: Scene, answer: Answer) -> str:
    """Give Go's words for a request that got no HTTP answer; a TLS server that hangs up is told by its alert."""
    where = f"{scene.outside or '127.0.0.1'}:{scene.plan.port}"
    if answer.kind == "timeout":
        return "context deadline exceeded"
    if answer.kind == "refused":
        return f"dial tcp {where}: connect: connection refused"
    if answer.kind == "closed" and not answer.tls:
        return "EOF"
    start = (answer.start or TLS_ALERT).decode("latin-1").encode("unicode_escape").decode()
    return f'net/http: HTTP/1.x transport connection broken: malformed HTTP response "{start}"'


def _write_exit(scene: Scene, status: int, instance: str) -> None:
    """Write the end of the process by itself."""
    scene.journal.write(app_writer("OUT"), f"Exit status {status}")
    _write_crash(scene, f"APP/PROC/WEB: Exited with status {status}" if status else "Codependent step exited", instance)


def _write_crash(scene: Scene, reason: str, instance: str) -> None:
    """Write what the API says about a crash."""
    scene.journal.write(API, 'Process has crashed with type: "web"')
    described = reason.replace("\\", "\\\\").replace('"', '\\"')
    payload = (
        f'{{"instance"=>"{instance}", "index"=>0, "reason"=>"CRASHED", "exit_description"=>"{described}", '
        f'"crash_count"=>1, "crash_timestamp"=>{time.time_ns()}}}'
    )
    scene.journal.write(API, f"App instance exited with guid rehearsal payload: {payload}")
