"""Plays of Render: what fails while the app runs, before it starts, or without it."""

# ruff: noqa: ARG001 (every act is given the framework, and not all use it)

from __future__ import annotations

from datetime import timedelta
from typing import Any

from .frameworks import fitting
from .model import CAUSE, CONTEXT, Framework
from .platform_render import DOCS, TROUBLE, Render
from .plays import Act, Play, launch, listen, note_bind, serve
from .plays_heroku import CRASHES, STATUSES, crash_cast
from .stage import hex_id

__all__ = ["PLAYS"]

RENDER = ("render",)
BUILD_ERRORS = (
    (
        "node",
        (
            "npm error code ERESOLVE",
            "npm error ERESOLVE unable to resolve dependency tree",
            "§npm error Could not resolve dependency:",
            'npm error peer react@"^17.0.0" from react-dates@21.8.0',
        ),
    ),
    (
        "node",
        (
            "src/index.ts(14,7): error TS2322: Type 'string' is not assignable to type 'number'.",
            "§Error: Command failed with exit code 2.",
        ),
    ),
    (
        "python",
        (
            "Collecting flask==9.9.9",
            "§ERROR: Could not find a version that satisfies the requirement flask==9.9.9 (from versions: 2.3.3, 3.0.0, 3.0.3)",
            "§ERROR: No matching distribution found for flask==9.9.9",
        ),
    ),
    (
        "ruby",
        (
            "Fetching gem metadata from https://gems.example.org/.",
            "§Your Ruby version is 3.4.4, but your Gemfile specified 3.2.4",
        ),
    ),
)


def _crash(stage: Render, framework: Framework) -> None:
    serve(stage, framework, stage.random.randint(4, 9))
    note_bind(stage, framework)
    stage.wait(60, 4000)
    stage.traffic(2)
    stage.tell("app", CRASHES[framework.runtime])
    stage.exit(STATUSES[framework.runtime], was_up=True)
    if stage.chance(0.4):
        stage.say(f"==> Instance {stage.service}-{hex_id(stage.random, 5)} restarted", CONTEXT)


def _memory(stage: Render, framework: Framework) -> None:
    serve(stage, framework, stage.random.randint(2, 8))
    note_bind(stage, framework)
    stage.wait(30, 5000)
    stage.say("==> Out of memory (used over 512Mi)", CAUSE)
    stage.say(TROUBLE)


def _memory_at_start(stage: Render, framework: Framework) -> None:
    launch(stage, framework)
    stage.now = max(stage.now, stage.started + timedelta(seconds=18))
    stage.say("==> No open ports detected, continuing to scan...")
    stage.say(DOCS)
    stage.wait(5, 40)
    stage.say("==> Out of memory (used over 512Mi)", CAUSE)
    stage.say(TROUBLE)


def _worker_timeout(stage: Render, framework: Framework) -> None:
    serve(stage, framework, 3)
    note_bind(stage, framework)
    for _ in range(stage.random.randint(2, 4)):
        stage.wait(31, 90)
        stage.tell(
            "app",
            (
                "§[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [CRITICAL] WORKER TIMEOUT (pid:{child})",
                "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{child}] [ERROR] Error handling request /api/reports/export",
                "Traceback (most recent call last):",
                '  File "{root}/.venv/lib/python3.11/site-packages/gunicorn/workers/base.py", line 204, in handle_abort',
                "    sys.exit(1)",
                "SystemExit: 1",
                "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{child}] [INFO] Worker exiting (pid: {child})",
                "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [INFO] Booting worker with pid: {child}",
            ),
        )


def _health_check_names_port(stage: Render, framework: Framework) -> None:
    launch(stage, framework)
    listen(stage, framework)
    note_bind(stage, framework)
    path = stage.choose(("/healthz", "/api/health", "/ready"))
    if framework.served:
        for _ in range(4):
            stage.wait(5, 60)
            stage.tell("app", (stage.choose((framework.served,)).replace("{path}", path).replace("{status}", "503"),))
    stage.now = stage.deployed + timedelta(seconds=905)
    stage.say(
        f"==> Timed out after waiting for internal health check to return a successful response code at: {stage.values['name']}.onrender.com:{stage.assigned}{path}",
        CAUSE,
    )
    stage.say(TROUBLE)


def _health_check_answers(stage: Render, framework: Framework) -> None:
    launch(stage, framework)
    listen(stage, framework)
    note_bind(stage, framework)
    for number in range(stage.random.randint(5, 12)):
        stage.wait(5, 9)
        stage.write(
            "app",
            stage.fill(
                '10.21.{number}.8 - - [{clock:%d/%b/%Y:%H:%M:%S} +0000] "GET /healthz HTTP/1.1" 503 21 "-" "Render/1.0"',
                {"number": number},
            ),
            CAUSE,
        )
    stage.now = stage.deployed + timedelta(seconds=902)
    stage.say("==> Timed Out", CONTEXT)
    stage.say(TROUBLE)


def _health_check_event(stage: Render, framework: Framework) -> None:
    serve(stage, framework, 5)
    stage.wait(60, 900)
    stage.say("Instance failed: HTTP health check failed (timed out after 5 seconds)", CAUSE)


def _asleep(stage: Render, framework: Framework) -> None:
    stage.say("Incoming HTTP request detected ...", CAUSE)
    stage.say("Service waking up ...", CAUSE)
    stage.say("Allocating compute resources ...")
    stage.say("Starting the instance ...")


def _build(stage: Render, framework: Framework) -> None:
    runtime, lines = stage.choose(BUILD_ERRORS)
    stage.write("build", f"==> Cloning from https://github.com/example/{stage.values['name']}", CONTEXT)
    stage.write("build", f"==> Checking out commit {hex_id(stage.random, 40)} in branch main")
    command = {
        "node": "npm install && npm run build",
        "python": "pip install -r requirements.txt",
        "ruby": "bundle install",
    }[runtime]
    stage.write("build", f"==> Running build command '{command}'...", CONTEXT)
    stage.wait(4, 20)
    stage.tell("build", lines)
    stage.write("build", "==> Build failed 😞", CAUSE)
    stage.write("build", TROUBLE)


def _pre_deploy(stage: Render, framework: Framework) -> None:
    stage.write("build", "==> Build successful 🎉")
    stage.wait(1, 3)
    command = stage.choose(("alembic upgrade head", "npx prisma migrate deploy", "python manage.py migrate"))
    stage.say(f"==> Starting pre-deploy: {command}", CONTEXT)
    stage.wait(3, 20)
    stage.write(
        "app",
        'sqlalchemy.exc.ProgrammingError: (psycopg2.errors.DuplicateColumn) column "total" of relation "orders" already exists',
    )
    stage.say("==> Pre-deploy has failed", CAUSE)
    stage.say("==> Exited with status 1", CONTEXT)
    stage.say(TROUBLE)


def _health_check_of_another_port(stage: Render, framework: Framework) -> None:
    """The health check calls the port of the PORT variable, and the app listens elsewhere."""
    stage.want = stage.choose([one for one in (5000, 3001, 4000, 10000) if one != framework.port])
    launch(stage, framework, framework.fixed, port=framework.port)
    listen(stage, framework, CAUSE)
    note_bind(stage, framework)
    stage.now = stage.deployed + timedelta(seconds=905)
    stage.say(
        f"==> Timed out after waiting for internal health check to return a successful response code at: {stage.values['name']}.onrender.com:{stage.want}/healthz",
        CONTEXT,
    )
    stage.note("assigned_port", stage.want)


def play(name: str, cause: str, act: Act, acceptable: tuple[str, ...] = (), **more: Any) -> Play:
    """Make a play of this platform."""
    return Play(name, cause, act, RENDER, acceptable=acceptable, **more)


PLAYS = (
    play("render-crash", "crash-runtime", _crash, cast=crash_cast),
    play("render-memory", "memory-exceeded", _memory),
    play("render-memory-at-start", "memory-exceeded", _memory_at_start, is_start=True),
    play(
        "render-worker-timeout",
        "request-timeout",
        _worker_timeout,
        cast=lambda stage: stage.choose(fitting((), ("gunicorn",))),
    ),
    play("render-health-check-port", "health-check-failing", _health_check_names_port, is_start=True),
    play("render-health-check-answers", "health-check-failing", _health_check_answers, is_start=True),
    play("render-health-check-event", "health-check-failing", _health_check_event),
    play(
        "render-health-check-elsewhere",
        "port-hardcoded",
        _health_check_of_another_port,
        ("health-check-failing",),
        is_start=True,
        cast=lambda stage: stage.choose([one for one in fitting() if one.fixed or "$PORT" not in one.command]),
    ),
    play("render-asleep", "no-web-process", _asleep, ("healthy",), alone=True),
    play("render-build", "build-failed", _build, alone=True),
    play("render-pre-deploy", "release-failed", _pre_deploy, alone=True),
)
