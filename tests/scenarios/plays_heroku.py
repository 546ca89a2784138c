"""Plays of Heroku: what fails while the app runs, before it starts, or without it."""

# ruff: noqa: ARG001 (every act is given the framework, and not all use it)

from __future__ import annotations

from typing import Any

from .faults_startup import DEPENDENCY
from .frameworks import fitting
from .model import CAUSE, CONTEXT, FILLER, Framework
from .platform_heroku import USER, Heroku
from .plays import Act, Play, launch, note_bind, note_framework, serve
from .stage import Stage, hex_id, uuid

__all__ = ["PLAYS"]

HEROKU = ("heroku",)
SLOW_PATHS = ("/api/reports/export", "/checkout", "/api/search?q=all", "/upload", "/admin/statistics")
CRASHES = {
    "node": (
        "{root}/src/routes/orders.js:41",
        "    const total = order.items.reduce(sum);",
        "                             ^",
        "",
        "§TypeError: Cannot read properties of null (reading 'items')",
        "    at {root}/src/routes/orders.js:41:30",
        "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
        "",
        "Node.js v20.15.1",
    ),
    "go": (
        "§panic: runtime error: index out of range [3] with length 3",
        "",
        "goroutine 214 [running]:",
        "main.(*cache).evict(0xc000112000)",
        "\t/tmp/build/cache.go:88 +0x1f",
    ),
    "dotnet": (
        "§Unhandled exception. System.AggregateException: One or more errors occurred. (The queue is closed)",
        "   at Shop.Api.Worker.ExecuteAsync(CancellationToken token) in /src/Worker.cs:line 37",
    ),
}
STATUSES = {"node": 1, "go": 2, "dotnet": 134}


def crash_cast(stage: Stage) -> Framework:
    """Choose a framework whose process an uncaught exception ends."""
    return stage.choose(fitting(tuple(CRASHES)))


def _crash(stage: Heroku, framework: Framework) -> None:
    serve(stage, framework, stage.random.randint(4, 10))
    note_bind(stage, framework)
    stage.wait(60, 4000)
    stage.traffic(2)
    stage.tell(stage.app_tag(), CRASHES[framework.runtime])
    if stage.chance(0.5):
        stage.request("H13", CONTEXT, service=stage.random.randint(20, 900))
    stage.exit(STATUSES[framework.runtime], was_up=True)
    stage.refused_traffic(stage.random.randint(1, 4))


def _memory(stage: Heroku, framework: Framework, role: str = CAUSE) -> None:
    serve(stage, framework, 4)
    note_bind(stage, framework)
    used = stage.random.randint(514, 560)
    for _ in range(stage.random.randint(2, 6)):
        stage.wait(19, 22)
        stage.manager(f"Process running mem={used}M({used / 5.12:.1f}%)", CONTEXT)
        stage.manager("Error R14 (Memory quota exceeded)", role)
        used += stage.random.randint(4, 60)
        if stage.chance(0.5):
            stage.traffic(1)
    stage.code("R14")


def _memory_killed(stage: Heroku, framework: Framework) -> None:
    _memory(stage, framework)
    stage.wait(19, 22)
    stage.manager("Process running mem=1049M(204.9%)", CONTEXT)
    stage.manager("Error R15 (Memory quota vastly exceeded)", CAUSE)
    stage.code("R15")
    stage.manager("Stopping process with SIGKILL", CONTEXT)
    stage.exit(137, was_up=True)
    stage.refused_traffic(stage.random.randint(0, 3))


def _memory_at_start(stage: Heroku, framework: Framework) -> None:
    launch(stage, framework)
    begun = stage.now
    stage.wait(14, 18)
    while (stage.now - stage.started).total_seconds() < stage.limit - 6:
        used = stage.random.randint(516, 700)
        stage.manager(f"Process running mem={used}M({used / 5.12:.1f}%)", CONTEXT)
        stage.manager("Error R14 (Memory quota exceeded)", CAUSE)
        stage.wait(19, 22)
    stage.code("R14")
    stage.now = max(begun, stage.now)
    stage.give_up("nothing")


def _errors(
    code: str, least: int, most: int, service: tuple[int, int] | None = None, connect: tuple[int, int] = (0, 1)
) -> Act:
    """Make an act in which the router reports one code for some requests among others."""

    def act(stage: Heroku, framework: Framework) -> None:
        serve(stage, framework, 3)
        note_bind(stage, framework)
        path = stage.choose(SLOW_PATHS)
        for _ in range(stage.random.randint(least, most)):
            stage.wait(2, 40)
            took = stage.random.randint(*service) if service else None
            stage.request(code, CAUSE, service=took, path=path, connect=stage.random.randint(*connect))
            if stage.chance(0.5):
                stage.traffic(1)

    return act


REFUSALS = {
    "node": "Error: connect ECONNREFUSED 127.0.0.1:5432",
    "python": "psycopg2.OperationalError: could not connect to server: Connection refused",
    "ruby": "Redis::CannotConnectError: Error connecting to Redis on 127.0.0.1:6379 (Errno::ECONNREFUSED)",
    "go": "dial tcp 127.0.0.1:5432: connect: connection refused",
    "java": "com.zaxxer.hikari.pool.HikariPool: HikariPool-1 - Connection is not available, request timed out after 30000ms.",
}
"""What an app says of a backing service that is not there, by runtime."""


def _blocked(stage: Heroku, framework: Framework) -> None:
    serve(stage, framework, 3)
    note_bind(stage, framework)
    path = stage.choose(SLOW_PATHS)
    for _ in range(stage.random.randint(2, 4)):
        stage.wait(2, 40)
        stage.tell(stage.app_tag(), (f"§{REFUSALS[framework.runtime]}",))
        stage.wait(1, 25)
        stage.request("H12", CONTEXT, service=stage.random.randint(30000, 30004), path=path)


def _no_web(stage: Heroku, framework: Framework) -> None:
    stage.write(stage.api, f"Scaled to web@0:Standard-1X by user {USER}", CONTEXT)
    for _ in range(stage.random.randint(2, 6)):
        stage.wait(1, 30)
        stage.request("H14", CAUSE)


def _no_web_in_procfile(stage: Heroku, framework: Framework) -> None:
    stage.write(stage.api, f"Deploy {hex_id(stage.random, 8)} by user {USER}")
    stage.write(stage.api, f"Release v{stage.release} created by user {USER}")
    stage.write(stage.api, "Build succeeded")
    stage.wait(1, 3)
    stage.manager("Starting process with command `node worker.js`", FILLER, "worker.1")
    stage.wait(1, 3)
    stage.manager("State changed from starting to up", FILLER, "worker.1")
    for _ in range(stage.random.randint(2, 6)):
        stage.wait(1, 30)
        stage.request("H14", CAUSE)


def _blank(stage: Heroku, framework: Framework) -> None:
    stage.write(stage.api, f"Initial release by user {USER}")
    stage.write(stage.api, f"Release v1 created by user {USER}")
    stage.write(stage.api, f"Enable Logplex by user {USER}")
    for _ in range(stage.random.randint(1, 4)):
        stage.wait(1, 300)
        stage.request("H81", CAUSE)


def _only(code: str, least: int = 2, most: int = 6) -> Act:
    """Make an act of one code alone, all requests alike."""

    def act(stage: Heroku, framework: Framework) -> None:
        for _ in range(stage.random.randint(least, most)):
            stage.wait(1, 30)
            stage.request(code, CAUSE)

    return act


def _quota(stage: Heroku, framework: Framework) -> None:
    serve(stage, framework, 2)
    stage.wait(1, 600)
    stage.manager("Idling because quota is exhausted", CAUSE)
    stage.manager("State changed from up to down", CONTEXT)
    stage.manager("Stopping all processes with SIGTERM", CONTEXT)
    stage.manager("Process exited with status 143", CONTEXT)
    for _ in range(stage.random.randint(1, 4)):
        stage.wait(1, 60)
        stage.request("H82", CAUSE)


def _launch_failed(stage: Heroku, framework: Framework) -> None:
    stage.assigned = stage.assign_port()
    stage.start(framework.command)
    stage.wait(10, 11)
    stage.manager("Error R99 (Platform error) -> Failed to launch the dyno within 10 seconds", CAUSE)
    stage.code("R99")
    stage.manager("Stopping process with SIGKILL", CONTEXT)


def _worker(stage: Heroku, framework: Framework) -> None:
    """The web process serves, and the worker lacks a module."""
    serve(stage, framework, 3)
    fault = next(one for one in DEPENDENCY if one.name == "python-module")
    for _ in range(2):
        stage.manager("Starting process with command `python worker.py`", CONTEXT, "worker.1")
        stage.wait(1, 2)
        stage.manager("State changed from starting to up", CONTEXT, "worker.1")
        stage.tell("app[worker.1]", fault.lines)
        stage.manager("Process exited with status 1", CONTEXT, "worker.1")
        stage.manager("State changed from up to crashed", CONTEXT, "worker.1")
        stage.traffic(2)
        stage.wait(5, 600)
        stage.manager("State changed from crashed to starting", FILLER, "worker.1")


def _build(stage: Heroku, framework: Framework) -> None:
    stage.write(stage.api, f"Build started by user {USER}", CONTEXT)
    stage.wait(15, 60)
    stage.write(
        stage.api,
        f"Build failed -- check your build output: https://dashboard.heroku.com/apps/{uuid(stage.random)}/activity/builds/{uuid(stage.random)}",
        CAUSE,
    )


def _release(stage: Heroku, framework: Framework) -> None:
    number, process = stage.release, f"release.{stage.random.randint(1000, 9999)}"
    stage.write(stage.api, f"Build started by user {USER}")
    stage.wait(12, 40)
    stage.write(stage.api, f"Deploy {hex_id(stage.random, 8)} by user {USER}")
    stage.write(stage.api, f"Running release v{number} commands by user {USER}", CONTEXT)
    stage.wait(1, 3)
    stage.manager("Starting process with command `python manage.py migrate`", CONTEXT, process)
    stage.manager("State changed from starting to up", CONTEXT, process)
    stage.wait(2, 5)
    stage.tell(
        f"app[{process}]",
        (
            "Traceback (most recent call last):",
            '  File "/app/manage.py", line 22, in <module>',
            stage.choose(
                (
                    'django.db.utils.ProgrammingError: column "total" of relation "orders" already exists',
                    "django.db.migrations.exceptions.NodeNotFoundError: Migration orders.0042 dependencies reference nonexistent parent node ('orders', '0041_totals')",
                    'psycopg2.OperationalError: connection to server at "db.example.com" (203.0.113.40), port 5432 failed: Connection refused',
                )
            ),
        ),
    )
    stage.manager("Process exited with status 1", CONTEXT, process)
    stage.manager("State changed from up to complete", CONTEXT, process)
    stage.write(stage.api, f"Release v{number} command failed by user {USER}", CAUSE)
    if stage.chance(0.5):
        stage.write(stage.api, "Build succeeded")
    stage.release += 1


def _slow_requests(stage: Heroku, framework: Framework) -> None:
    """Requests time out one after the other, then the queue is too deep: the first is the cause."""
    serve(stage, framework, 3)
    note_bind(stage, framework)
    path = stage.choose(SLOW_PATHS)
    for _ in range(stage.random.randint(5, 9)):
        stage.wait(1, 6)
        stage.request("H12", CAUSE, service=stage.random.randint(30000, 30004), path=path)
    for _ in range(2):
        stage.wait(0.1, 1)
        stage.request("H27", FILLER, service=stage.random.randint(9000, 28000), path=path)


def _stack_of_a_worker(stage: Heroku, framework: Framework) -> None:
    """Gunicorn kills a worker that takes too long, and the router sees the connection close."""
    serve(stage, framework, 3)
    note_framework(stage, framework)
    for _ in range(stage.random.randint(2, 4)):
        stage.wait(30, 32)
        stage.tell(
            stage.app_tag(), ("§[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [CRITICAL] WORKER TIMEOUT (pid:{child})",)
        )
        stage.request("H13", CONTEXT, service=stage.random.randint(30010, 30900), path=stage.choose(SLOW_PATHS))
        stage.tell(
            stage.app_tag(),
            (
                "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{child}] [INFO] Worker exiting (pid: {child})",
                "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [INFO] Booting worker with pid: {child}",
            ),
        )


def play(name: str, cause: str, act: Act, acceptable: tuple[str, ...] = (), **more: Any) -> Play:
    """Make a play of this platform."""
    return Play(name, cause, act, HEROKU, acceptable=acceptable, **more)


PLAYS = (
    play("heroku-crash", "crash-runtime", _crash, cast=crash_cast),
    play("heroku-r14", "memory-exceeded", _memory),
    play("heroku-r15", "memory-exceeded", _memory_killed),
    play("heroku-r14-then-r10", "memory-exceeded", _memory_at_start, ("boot-slow",), is_start=True),
    play("heroku-h12", "request-timeout", _errors("H12", 2, 6, (30000, 30004))),
    play("heroku-h12-many", "request-timeout", _slow_requests),
    play(
        "heroku-worker-timeout",
        "request-timeout",
        _stack_of_a_worker,
        cast=lambda stage: stage.choose(fitting((), ("gunicorn",))),
    ),
    play(
        "heroku-h12-service",
        "crash-backing-service",
        _blocked,
        cast=lambda stage: stage.choose(fitting(tuple(REFUSALS))),
    ),
    play("heroku-h15", "request-timeout", _errors("H15", 1, 3, (55000, 100200)), ("connection-dropped",)),
    play("heroku-h13", "connection-dropped", _errors("H13", 2, 5, (0, 4))),
    play("heroku-h18", "connection-dropped", _errors("H18", 1, 4, (40, 2000))),
    play("heroku-h21", "connection-dropped", _errors("H21", 2, 5)),
    play("heroku-h14", "no-web-process", _no_web, alone=True),
    play("heroku-h14-procfile", "no-web-process", _no_web_in_procfile, alone=True),
    play("heroku-h81", "no-web-process", _blank, alone=True),
    play("heroku-h31", "route-unknown", _errors("H31", 2, 5)),
    play("heroku-h11", "overload", _errors("H11", 4, 9)),
    play("heroku-h22", "overload", _errors("H22", 3, 6)),
    play("heroku-h80", "platform-limit", _only("H80"), alone=True),
    play("heroku-h82", "platform-limit", _quota, alone=True),
    play("heroku-h82-only", "platform-limit", _only("H82"), alone=True),
    play("heroku-h99", "platform-fault", _errors("H99", 2, 5)),
    play("heroku-h24", "platform-fault", _errors("H24", 1, 3, (60000, 90000))),
    play("heroku-r99", "platform-fault", _launch_failed, is_start=True),
    play("heroku-worker-crash", "crash-missing-dependency", _worker),
    play("heroku-build", "build-failed", _build, alone=True),
    play("heroku-release", "release-failed", _release, alone=True),
)
