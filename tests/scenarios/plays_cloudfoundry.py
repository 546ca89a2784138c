"""Plays of Cloud Foundry: what fails while the app runs, before it starts, or without it."""

# ruff: noqa: ARG001 (every act is given the framework, and not all use it)

from __future__ import annotations

from datetime import timedelta
from typing import Any

from .faults_startup import DEPENDENCY
from .frameworks import fitting
from .model import CAUSE, CONTEXT, Framework
from .platform_cloudfoundry import CloudFoundry
from .plays import Act, Play, launch, listen, note_bind, serve
from .plays_heroku import CRASHES, SLOW_PATHS, STATUSES, crash_cast
from .stage import Stage, uuid
from .wording_cloudfoundry import ERAS

__all__ = ["PLAYS"]

CLOUDFOUNDRY = ("cloudfoundry",)
WORDS_SINCE = 2021
STAGING_ERRORS = (
    ("None of the buildpacks detected a compatible application", 222),
    ("Failed to compile droplet: Failed to compile droplet: exit status 12", 223),
    ("Failed to run all supply scripts: exit status 14", 225),
    ("Failed to run finalize script: exit status 15", 226),
)


def recent_cast(stage: Stage) -> Framework:
    """Choose any framework, in an era in which the router writes its own word for a failure."""
    if isinstance(stage, CloudFoundry) and stage.era.year < WORDS_SINCE:
        stage.era = ERAS[-1]
        stage.now = stage.now.replace(year=stage.era.year)
    return stage.choose(fitting())


def _crash(stage: CloudFoundry, framework: Framework) -> None:
    serve(stage, framework, stage.random.randint(4, 9))
    note_bind(stage, framework)
    stage.wait(60, 4000)
    stage.traffic(2)
    stage.tell(stage.app_tag("ERR"), CRASHES[framework.runtime])
    stage.exit(STATUSES[framework.runtime], was_up=True)


def _memory(stage: CloudFoundry, framework: Framework) -> None:
    serve(stage, framework, stage.random.randint(3, 8))
    note_bind(stage, framework)
    stage.wait(60, 4000)
    if stage.chance(0.5):
        stage.request(502, CONTEXT, error="endpoint_failure (EOF)", seconds=2.4)
    _out_of_memory(stage)


def _out_of_memory(stage: CloudFoundry) -> None:
    """End the process for its memory; the exit line is the cause's."""
    before = len(stage.entries)
    stage.exit(137, was_up=True, note="(out of memory)")
    first = stage.entries[before]
    stage.entries[before] = type(first)(first.at, first.tag, first.text, CAUSE)


def _memory_at_start(stage: CloudFoundry, framework: Framework) -> None:
    launch(stage, framework)
    stage.wait(2, 20)
    _out_of_memory(stage)


def _java_memory(stage: CloudFoundry, framework: Framework) -> None:
    serve(stage, framework, 4)
    note_bind(stage, framework)
    stage.wait(60, 900)
    stage.tell(
        stage.app_tag(),
        (
            "§Resource exhaustion event: the JVM was unable to allocate memory from the heap.",
            "ResourceExhausted! (1/0)",
            "| Instance Count | Total Bytes | Class Name                    |",
            "| 18273          | 313305136   | [B                            |",
            "Memory usage:",
            "   Heap memory: init 16777216, used 398458880, committed 398458880, max 398458880",
        ),
    )
    stage.exit(143, was_up=True)


def _failures(error: str, seconds: tuple[float, float], status: int = 502, sent: int | None = None) -> Act:
    """Make an act in which the router reports one failure for some requests among others."""

    def act(stage: CloudFoundry, framework: Framework) -> None:
        serve(stage, framework, 3)
        note_bind(stage, framework)
        path = stage.choose(SLOW_PATHS)
        for _ in range(stage.random.randint(2, 6)):
            took = stage.random.uniform(*seconds)
            stage.wait(took + 0.5, took + 20)
            stage.request(status, CAUSE, error=error, seconds=took, sent=sent, path=path)
            if stage.chance(0.5):
                stage.traffic(1)

    return act


def _health_at_start(why: str) -> Act:
    """Make an act in which the HTTP check of a start fails although the port is open."""

    def act(stage: CloudFoundry, framework: Framework) -> None:
        launch(stage, framework)
        listen(stage, framework)
        note_bind(stage, framework)
        stage.note("assigned_port", stage.probed)
        stage.now = max(stage.now, stage.started + timedelta(seconds=60.2))
        said = stage.health(stage.era.http, CAUSE, path=stage.choose(("/health", "/actuator/health", "/")), why=why)
        stage.cell(stage.era.never, CONTEXT, "ERR")
        stage.fail(said)

    return act


def _unhealthy(stage: CloudFoundry, framework: Framework) -> None:
    serve(stage, framework, 5)
    note_bind(stage, framework)
    stage.note("assigned_port", stage.probed)
    stage.wait(90, 2000)
    said = stage.health(
        stage.era.liveness,
        CAUSE,
        path="/health",
        why=stage.choose(("timed out after 1.00 seconds", "received status code 503 in 14ms")),
    )
    stage.cell(stage.era.unhealthy, CONTEXT, "ERR")
    stage.fail(said, was_up=True)


def _no_route(stage: CloudFoundry, framework: Framework) -> None:
    """A client asks for a host that no app has; the app itself is well."""
    host = f"{stage.values['name']}-old.apps.example.com"
    stage.write("paste", f"$ curl -i https://{host}/", CONTEXT)
    stage.write("paste", "HTTP/1.1 404 Not Found", CONTEXT)
    stage.write("paste", "X-Cf-Routererror: unknown_route", CAUSE)
    stage.write("paste", "")
    stage.write("paste", f"404 Not Found: Requested route ('{host}') does not exist.", CAUSE)
    stage.codes.append("unknown_route")


def _router_file(status: int, error: str) -> Act:
    """Make an act of the router's own access log, where a request never reached an app."""

    def act(stage: CloudFoundry, framework: Framework) -> None:
        for _ in range(stage.random.randint(2, 5)):
            stage.wait(1, 30)
            stage.write(
                "paste",
                f'{stage.host} - [{stage.now:%Y-%m-%dT%H:%M:%S.%f}412Z] "GET / HTTP/1.1" {status} 0 {stage.random.randint(60, 99)} "-" "curl/8.5.0" "203.0.113.9:41550" "-" x_forwarded_for:"203.0.113.9" x_forwarded_proto:"https" vcap_request_id:"{uuid(stage.random)}" response_time:0.000301 gorouter_time:0.000301 app_id:"-" app_index:"-" instance_id:"-" x_cf_routererror:"{error}"',
                CAUSE,
            )
        stage.codes.append(error)

    return act


def _scaled_to_zero(stage: CloudFoundry, framework: Framework) -> None:
    serve(stage, framework, 3)
    stage.wait(60, 900)
    stage.api(f'Updated app with guid {stage.guid} ({{"instances"=>0}})', CAUSE)
    stage.cell(stage.era.stop, CONTEXT)
    stage.wait(0.2, 2)
    stage.write(stage.app_tag(), "Exit status 143", CONTEXT)
    stage.cell(stage.era.destroy)
    stage.wait(2, 9)
    stage.write("paste", f"$ curl https://{stage.host}/", CONTEXT)
    stage.write(
        "paste", f"503 Service Unavailable: Requested route ('{stage.host}') has no available endpoints.", CAUSE
    )


def _org_quota(stage: CloudFoundry, framework: Framework) -> None:
    for line in (
        f"Pushing app {stage.values['name']} to org acme / space prod as dev@example.com...",
        f"Scaling app {stage.values['name']} in org acme / space prod as dev@example.com...",
        "FAILED",
    ):
        stage.write("paste", line, CONTEXT)
    stage.write(
        "paste",
        "Server error, status code: 400, error code: 100005, message: You have exceeded your organization's memory limit: app requested more memory than available",
        CAUSE,
    )


def _no_container(reason: str) -> Act:
    """Make an act in which no container can be made."""

    def act(stage: CloudFoundry, framework: Framework) -> None:
        for _ in range(stage.random.randint(1, 3)):
            stage.cell(stage.era.create, CONTEXT)
            stage.wait(0.5, 3)
            name = (
                "Cell {cell} failed to create container for instance {instance}: "
                if stage.era.names_cell
                else "Failed to create container: "
            )
            stage.cell(name + reason, CAUSE, "ERR")
            stage.api('Process has crashed with type: "web"', CONTEXT)
            stage.api(
                f'App instance exited with guid {stage.guid} payload: {{"instance"=>"{stage.ids["instance"]}", "index"=>{stage.index}, "reason"=>"CRASHED", "exit_description"=>"failed to create container: {reason}", "crash_count"=>1, "crash_timestamp"=>{int(stage.now.timestamp() * 1e9)}, "version"=>"{stage.values["machine"]}"}}',
                CONTEXT,
            )
            stage.wait(20, 60)

    return act


def _no_cell(stage: CloudFoundry, framework: Framework) -> None:
    stage.api(f"Creating build for app with guid {stage.guid}")
    stage.wait(1, 4)
    stage.api(
        f"Failed to stage build: {stage.choose(('insufficient resources: memory', 'found no compatible cell', 'unable to communicate to compatible cells'))}",
        CAUSE,
    )


def _worker(stage: CloudFoundry, framework: Framework) -> None:
    """The web process serves, and the worker lacks a module."""
    serve(stage, framework, 3)
    fault = next(one for one in DEPENDENCY if one.name == "python-module")
    stage.tell(stage.app_tag("ERR", "worker.1"), fault.lines)
    stage.write(stage.app_tag("OUT", "worker.1"), "Exit status 1", CONTEXT)
    stage.api('Process has crashed with type: "worker"', CONTEXT)
    stage.traffic(3)


def _build(stage: CloudFoundry, framework: Framework) -> None:
    text, status = stage.choose(STAGING_ERRORS)
    stage.write("STG/0 OUT", "Downloading app package...", CONTEXT)
    stage.write("STG/0 OUT", "Downloaded app package (11.2M)")
    stage.wait(3, 20)
    stage.write("STG/0 ERR", text, CAUSE)
    stage.write("STG/0 OUT", f"Exit status {status}", CONTEXT)
    stage.wait(0.5, 2)
    stage.api(
        f"Staging failed for build {uuid(stage.random)}"
        if stage.chance(0.5)
        else "Failed to stage build: staging failed",
        CONTEXT,
    )


def play(name: str, cause: str, act: Act, acceptable: tuple[str, ...] = (), **more: Any) -> Play:
    """Make a play of this platform."""
    return Play(name, cause, act, CLOUDFOUNDRY, acceptable=acceptable, **more)


GARDEN = "running image plugin create: making image: creating image: layers exceed disk quota 1342177280/1073741824 bytes: exit status 1"

PLAYS = (
    play("cf-crash", "crash-runtime", _crash, cast=crash_cast),
    play("cf-memory", "memory-exceeded", _memory),
    play("cf-memory-at-start", "memory-exceeded", _memory_at_start, is_start=True),
    play(
        "cf-java-memory",
        "memory-exceeded",
        _java_memory,
        cast=lambda stage: stage.choose(fitting((), ("spring-boot",))),
    ),
    play(
        "cf-deadline",
        "request-timeout",
        _failures("endpoint_failure (context deadline exceeded)", (60.0, 900.0)),
        cast=recent_cast,
    ),
    play(
        "cf-client-waits",
        "request-timeout",
        _failures("endpoint_failure (context canceled)", (29.8, 60.2), 499, 22),
        ("healthy",),
        cast=recent_cast,
    ),
    play("cf-eof", "connection-dropped", _failures("endpoint_failure (EOF)", (0.002, 0.02)), cast=recent_cast),
    play(
        "cf-reset",
        "connection-dropped",
        _failures(
            "endpoint_failure (read tcp 10.0.4.17:50112->10.0.16.9:61042: read: connection reset by peer)", (0.003, 0.4)
        ),
        cast=recent_cast,
    ),
    play("cf-health-404", "health-check-failing", _health_at_start("received status code 404 in 12ms"), is_start=True),
    play("cf-health-503", "health-check-failing", _health_at_start("received status code 503 in 31ms"), is_start=True),
    play(
        "cf-health-timeout",
        "health-check-failing",
        _health_at_start("timed out after 1.00 seconds"),
        ("boot-slow",),
        is_start=True,
    ),
    play("cf-unhealthy", "health-check-failing", _unhealthy),
    play("cf-no-route", "route-unknown", _no_route, alone=True),
    play("cf-router-404", "route-unknown", _router_file(404, "unknown_route"), alone=True),
    play(
        "cf-router-503",
        "no-web-process",
        _router_file(503, "no_endpoints"),
        ("route-unknown", "platform-fault"),
        alone=True,
    ),
    play("cf-router-connections", "overload", _router_file(503, "Connection Limit Reached"), alone=True),
    play("cf-scaled-to-zero", "no-web-process", _scaled_to_zero),
    play("cf-org-quota", "platform-limit", _org_quota, alone=True),
    play("cf-image-too-large", "disk-exceeded", _no_container(GARDEN), ("platform-limit",), alone=True),
    play(
        "cf-no-container",
        "platform-fault",
        _no_container("iptables: create-instance-chains: iptables: Resource temporarily unavailable."),
        alone=True,
    ),
    play("cf-no-cell", "platform-fault", _no_cell, ("build-failed", "platform-limit"), alone=True),
    play(
        "cf-wrong-instance",
        "platform-fault",
        _failures(
            "endpoint_failure (x509: certificate is valid for 3f1c8a52-77b0, not 9d2e6b41-0c5f)", (0.01, 0.05), 503, 24
        ),
        ("connection-dropped",),
        cast=recent_cast,
    ),
    play("cf-worker-crash", "crash-missing-dependency", _worker),
    play("cf-staging", "build-failed", _build, alone=True),
)
