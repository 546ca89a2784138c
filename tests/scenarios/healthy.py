"""Plays in which nothing is wrong although much looks bad, and plays that do not show what is wrong."""

# ruff: noqa: ARG001 (every act is given the framework, and not all use it)

from __future__ import annotations

from .frameworks import fitting
from .healthy_platforms import PLATFORM_PLAYS
from .model import CONTEXT, FILLER, Framework
from .plays import Play, launch, note_bind, note_framework, serve
from .stage import Stage

__all__ = ["PLAYS"]

CAUGHT = (
    (
        "Error: timeout of 5000ms exceeded",
        "    at createError (/app/node_modules/axios/lib/core/createError.js:16:15)",
        "GET /api/rates 200 - fell back to cached rates",
    ),
    (
        "[ERROR] payment webhook rejected: invalid signature",
        "Traceback (most recent call last):",
        '  File "/app/hooks.py", line 31, in verify',
        "    raise BadSignature(header)",
        "BadSignature: t=1714150712",
        "[INFO] answered 400 to webhook",
    ),
    ('ERROR -- : ActionController::RoutingError (No route matches [GET] "/wp-login.php"):',),
    ("Failed to send mail to 1 recipient, will retry in 60 s",),
    ("Unhandled rejection in job 4411 caught by queue, moved to failed set, 0 jobs waiting",),
    ("WARN could not refresh rates: connect ECONNREFUSED 203.0.113.80:443 (using cached rates)",),
)
QUIET = (
    (
        "(node:18) [DEP0040] DeprecationWarning: The `punycode` module is deprecated. Please use a userland alternative instead.",
        "(Use `node --trace-deprecation ...` to show where the warning was created)",
    ),
    ("Checked 214 records: 0 errors, 0 warnings", "lint: 0 problems (0 errors, 0 warnings)"),
    (
        "npm WARN deprecated request@2.88.2: request has been deprecated",
        "npm WARN config production Use `--omit=dev` instead.",
    ),
    (
        "/app/.venv/lib/python3.11/site-packages/flask_sqlalchemy/__init__.py:872: FSADeprecationWarning: SQLALCHEMY_TRACK_MODIFICATIONS adds significant overhead",
        "  warnings.warn(FSADeprecationWarning(",
    ),
    ("retry policy: 3 attempts, timeout 30 s, port range 1024-65535",),
    ("memory usage 96.6% of soft limit 128 MB, cache trimmed",),
)
DECOYS = (
    "Debugger listening on ws://127.0.0.1:9229/2b3c4d5e-6f70-4a1b-8c2d-3e4f5a6b7c8d",
    "metrics: prometheus exporter listening on 127.0.0.1:9464",
    "Listening for transport dt_socket at address: 5005",
    "udp server listening at 127.0.0.1:2333",
    "Control socket listening at /tmp/gunicorn.ctl",
    "proxying /api to http://localhost:4000",
    "NOTICE: fpm is running, pid 9",
    "connected to redis at redis.example.com:6379",
)
SCANS = (
    "/wp-login.php",
    "/.env",
    "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
    "/.git/config",
    "/boaform/admin/formLogin",
    "/xmlrpc.php",
)


def _plain(stage: Stage, framework: Framework) -> None:
    """A start and some traffic."""
    serve(stage, framework, stage.random.randint(3, 12))
    note_bind(stage, framework)


def _caught(stage: Stage, framework: Framework) -> None:
    """Single requests fail and are answered."""
    serve(stage, framework, 4)
    note_framework(stage, framework)
    for _ in range(stage.random.randint(1, 3)):
        stage.tell(stage.app_tag("ERR"), stage.choose(CAUGHT))
        stage.traffic(stage.random.randint(2, 4))


def _warned(stage: Stage, framework: Framework) -> None:
    """Warnings at start and later."""
    launch(stage, framework, boots=False)
    stage.tell(stage.app_tag("ERR"), stage.choose(QUIET))
    stage.tell(stage.app_tag(framework.stream), framework.boot)
    stage.tell(stage.app_tag(framework.stream), framework.listen, CONTEXT)
    stage.come_up()
    stage.traffic(3)
    stage.tell(stage.app_tag("ERR"), stage.choose(QUIET))
    stage.traffic(2)
    note_bind(stage, framework)


def _scanned(stage: Stage, framework: Framework) -> None:
    """A scanner asks for what is not there."""
    serve(stage, framework, 3)
    note_framework(stage, framework)
    for _ in range(stage.random.randint(3, 8)):
        stage.wait(0.1, 2)
        path = stage.choose(SCANS)
        if framework.served:
            stage.write(stage.app_tag(), stage.fill(framework.served, {"path": path, "status": 404}))
        request = getattr(stage, "request", None)
        if request is not None:
            request(status=404, path=path)
    stage.traffic(2)


def _redeployed(stage: Stage, framework: Framework) -> None:
    """A running release is replaced by a new one."""
    serve(stage, framework, 3)
    stage.wait(60, 4000)
    stage.set_up()
    stage.stop_old()
    serve(stage, framework, 4)
    note_framework(stage, framework)


def _puma_stops(stage: Stage, framework: Framework) -> None:
    """Puma's and bundler's noise at a stop that was asked for."""
    _stops(
        stage,
        framework,
        (
            "- Gracefully stopping, waiting for requests to finish",
            "=== puma shutdown: {clock:%Y-%m-%d %H:%M:%S} +0000 ===",
            "- Goodbye!",
            "Exiting",
            "bundler: failed to load command: puma ({root}/vendor/bundle/ruby/3.2.0/bin/puma)",
            "{root}/vendor/bundle/ruby/3.2.0/gems/puma-6.4.2/lib/puma/launcher.rb:431:in `block in setup_signals': SIGTERM (SignalException)",
        ),
    )


def _gunicorn_stops(stage: Stage, framework: Framework) -> None:
    """Gunicorn's noise at a stop that was asked for."""
    _stops(
        stage,
        framework,
        (
            "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [INFO] Handling signal: term",
            "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [ERROR] Worker (pid:{child}) was sent SIGTERM!",
            "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [INFO] Shutting down: Master",
        ),
    )


def _stops(stage: Stage, framework: Framework, words: tuple[str, ...]) -> None:
    """Replace a running release whose server is loud about it."""
    serve(stage, framework, 3)
    stage.wait(60, 4000)
    stage.set_up()
    stage.stop_old(words)
    serve(stage, framework, 3)
    note_framework(stage, framework)


def _second_listener(stage: Stage, framework: Framework) -> None:
    """A debugger, metrics and such listen beside the web port."""
    launch(stage, framework)
    stage.tell(stage.app_tag("ERR"), stage.random.sample(DECOYS, 2))
    stage.tell(stage.app_tag(framework.stream), framework.listen, CONTEXT)
    stage.come_up()
    stage.traffic(3)
    note_bind(stage, framework)


def _silent(stage: Stage, framework: Framework) -> None:
    """A start that failed without a line of the app."""
    launch(stage, framework, "./start", boots=False)
    stage.give_up("nothing")
    stage.acceptable += ("port-not-bound", "port-hardcoded", "port-loopback-only", "boot-slow")


def _died_silently(stage: Stage, framework: Framework) -> None:
    """A start that ended with a status and without a line of the app."""
    launch(stage, framework, "./start", boots=False)
    stage.exit(1)
    stage.acceptable += ("crash-exception",)


def _chatter(stage: Stage, framework: Framework) -> None:
    """Some lines of an app that say nothing of its state."""
    for _ in range(stage.random.randint(3, 9)):
        stage.wait(1, 60)
        stage.write(
            stage.app_tag(),
            stage.choose(
                (
                    "cache warmed in 12 ms",
                    "user 4411 logged in",
                    "sync finished: 14 rows",
                    "queue length 0",
                    "feature flag beta=on",
                )
            ),
            FILLER,
        )
    stage.acceptable += ("healthy",)


SILENT = ("port-not-bound", "port-hardcoded", "port-loopback-only", "boot-slow")

PLAYS = (
    Play("plain", "healthy", _plain),
    Play("caught-errors", "healthy", _caught),
    Play("warnings", "healthy", _warned),
    Play("scanner", "healthy", _scanned),
    Play("redeploy", "healthy", _redeployed),
    Play("puma-stops", "healthy", _puma_stops, cast=lambda stage: stage.choose(fitting((), ("puma", "rails")))),
    Play("gunicorn-stops", "healthy", _gunicorn_stops, cast=lambda stage: stage.choose(fitting((), ("gunicorn",)))),
    Play("second-listener", "healthy", _second_listener),
    *PLATFORM_PLAYS,
    Play("silent-start", "unknown", _silent, acceptable=SILENT, is_start=True),
    Play("silent-exit", "unknown", _died_silently, acceptable=("crash-exception",), is_start=True),
    Play("chatter", "unknown", _chatter, acceptable=("healthy",), alone=True),
)
