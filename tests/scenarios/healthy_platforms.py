"""Plays in which a platform does what it always does, and nothing is wrong."""

from __future__ import annotations

from datetime import timedelta

from .frameworks import fitting
from .model import CONTEXT, FILLER, Framework
from .platform_cloudfoundry import CloudFoundry
from .platform_heroku import USER, Heroku
from .platform_render import DOCS, MISSES, Render
from .plays import Play, launch, listen, note_bind, note_framework, serve
from .stage import hex_id, uuid

__all__ = ["PLATFORM_PLAYS"]


# --- Heroku ---------------------------------------------------------------------------------------------------------


def _cycled(stage: Heroku, framework: Framework) -> None:
    serve(stage, framework, 3)
    stage.wait(3000, 80000)
    stage.manager("Cycling", CONTEXT)
    stage.manager("State changed from up to starting", CONTEXT)
    stage.wait(0.5, 2)
    stage.manager("Stopping all processes with SIGTERM", CONTEXT)
    stage.wait(0.2, 2)
    stage.manager("Process exited with status 143", CONTEXT)
    serve(stage, framework, 3)
    note_framework(stage, framework)


def _idled(stage: Heroku, framework: Framework) -> None:
    serve(stage, framework, 3)
    stage.wait(1800, 1900)
    stage.manager("Idling", CONTEXT)
    stage.manager("State changed from up to down", CONTEXT)
    stage.wait(0.5, 2)
    stage.manager("Stopping all processes with SIGTERM", CONTEXT)
    stage.manager("Process exited with status 143", CONTEXT)
    stage.wait(600, 20000)
    stage.manager("Unidling", CONTEXT)
    stage.manager("State changed from down to starting", CONTEXT)
    serve(stage, framework, 3)
    note_framework(stage, framework)


def _slow_to_stop(stage: Heroku, framework: Framework) -> None:
    serve(stage, framework, 3)
    stage.wait(60, 4000)
    stage.manager("Restarting", CONTEXT)
    stage.manager("State changed from up to starting", CONTEXT)
    stage.manager("Stopping all processes with SIGTERM", CONTEXT)
    serve(stage, framework, 3)
    stage.wait(20, 28)
    stage.manager(
        "Error R12 (Exit timeout) -> At least one process failed to exit within 30 seconds of SIGTERM", CONTEXT
    )
    stage.manager("Stopping remaining processes with SIGKILL", CONTEXT)
    stage.manager("Process exited with status 137", CONTEXT)
    stage.traffic(3)


def _one_off(stage: Heroku, framework: Framework) -> None:
    serve(stage, framework, 3)
    process = stage.choose(("run.4417", "scheduler.8715"))
    stage.write(stage.api, f"Starting process with command `rake reports:send` by user {USER}", FILLER)
    stage.manager("Starting process with command `rake reports:send`", CONTEXT, process)
    stage.manager("State changed from starting to up", CONTEXT, process)
    stage.write(f"app[{process}]", "sent 14 reports, 0 errors")
    stage.wait(3, 30)
    stage.manager("Process exited with status 0", CONTEXT, process)
    stage.manager("State changed from up to complete", CONTEXT, process)
    stage.traffic(3)


def _released(stage: Heroku, framework: Framework) -> None:
    process = f"release.{stage.random.randint(1000, 9999)}"
    stage.write(stage.api, f"Build started by user {USER}")
    stage.wait(12, 40)
    stage.write(stage.api, f"Deploy {hex_id(stage.random, 8)} by user {USER}")
    stage.write(stage.api, f"Running release v{stage.release} commands by user {USER}")
    stage.manager("Starting process with command `python manage.py migrate`", CONTEXT, process)
    stage.manager("State changed from starting to up", CONTEXT, process)
    stage.write(f"app[{process}]", "  No migrations to apply.")
    stage.manager("Process exited with status 0", CONTEXT, process)
    stage.manager("State changed from up to complete", CONTEXT, process)
    stage.write(stage.api, f"Release v{stage.release} created by user {USER}")
    stage.write(stage.api, "Build succeeded")
    stage.stop_old()
    serve(stage, framework, 4)
    note_bind(stage, framework)


def _left(stage: Heroku, framework: Framework) -> None:
    serve(stage, framework, 3)
    for _ in range(2):
        stage.request("H27", FILLER, service=stage.random.randint(200, 4000))
        stage.traffic(3)


def _drained(stage: Heroku, framework: Framework) -> None:
    serve(stage, framework, 3)
    stage.write(
        "heroku[logplex]",
        f"Error L10 (output buffer overflow): drain 'd.{uuid(stage.random)}' dropped 12 messages since {stage.now:%Y-%m-%dT%H:%M:%S}.108+00:00.",
    )
    stage.traffic(3)


def _measured(stage: Heroku, framework: Framework) -> None:
    serve(stage, framework, 3)
    for _ in range(2):
        stage.manager(
            f"source={stage.dyno} dyno=heroku.145151706.{uuid(stage.random)} sample#memory_total=391.58MB sample#memory_rss=390.21MB sample#memory_cache=1.37MB sample#memory_swap=0.00MB sample#memory_pgpgin=126044pages sample#memory_quota=512.00MB"
        )
        stage.write(
            "app[heroku-redis]",
            "source=REDIS sample#active-connections=3 sample#load-avg-1m=0.005 sample#read-iops=0 sample#memory-used=2.9MB sample#hit-rate=0.99 sample#evicted-keys=0 sample#connection-percentage-used=0.15",
        )
        stage.traffic(2)


def _two_processes(stage: Heroku, framework: Framework) -> None:
    serve(stage, framework, 3)
    stage.manager("Starting process with command `bundle exec sidekiq`", CONTEXT, "worker.1")
    stage.manager("State changed from starting to up", CONTEXT, "worker.1")
    stage.write("app[worker.1]", 'class=MailJob jid=4f1b2c error="Net::ReadTimeout" retrying in 24 s')
    stage.traffic(3)
    stage.manager("Restarting", CONTEXT, "worker.1")
    stage.manager("State changed from up to starting", CONTEXT, "worker.1")
    stage.manager("Stopping all processes with SIGTERM", CONTEXT, "worker.1")
    stage.manager("Process exited with status 0", CONTEXT, "worker.1")
    stage.manager("Starting process with command `bundle exec sidekiq`", CONTEXT, "worker.1")
    stage.manager("State changed from starting to up", CONTEXT, "worker.1")
    stage.traffic(2)


# --- Render ---------------------------------------------------------------------------------------------------------


def _scanned_for(stage: Render, framework: Framework) -> None:
    launch(stage, framework)
    due = stage.started + timedelta(seconds=18)
    for _ in range(stage.random.randint(1, 3)):
        stage.now = max(stage.now, due)
        stage.say(MISSES["nothing"])
        stage.say(DOCS)
        due += timedelta(seconds=61)
    stage.wait(5, 30)
    listen(stage, framework)
    stage.come_up()
    stage.traffic(4)
    note_bind(stage, framework)


def _port_switched(stage: Render, framework: Framework) -> None:
    for first in (True, False):
        launch(stage, framework, framework.fixed, port=framework.port)
        listen(stage, framework)
        if first:
            stage.wait(33, 41)
            stage.say(
                f"==> New primary port detected: {framework.port}. Restarting deploy to update network configuration...",
                CONTEXT,
            )
            stage.say(DOCS)
            stage.wait(8, 12)
    stage.wait(2, 20)
    stage.write("app", "SIGTERM received, shutting down")
    stage.come_up()
    stage.traffic(3)
    note_bind(stage, framework)


def _replaced(stage: Render, framework: Framework) -> None:
    serve(stage, framework, 2)
    stage.wait(5, 20)
    stage.tell(
        "app",
        stage.choose(
            (
                (
                    "npm error path /opt/render/project/src",
                    "npm error command failed",
                    "npm error signal SIGTERM",
                    "npm error command sh -c node server.js",
                ),
                ("Shutting down gracefully...", "Closed out remaining connections"),
                (
                    "[{clock:%Y-%m-%d %H:%M:%S} +0000] [41] [INFO] Handling signal: term",
                    "[{clock:%Y-%m-%d %H:%M:%S} +0000] [41] [INFO] Shutting down: Master",
                ),
                (
                    "INFO:     Shutting down",
                    "INFO:     Waiting for application shutdown.",
                    "INFO:     Application shutdown complete.",
                    "INFO:     Finished server process [58]",
                ),
            )
        ),
    )
    stage.traffic(3)
    note_framework(stage, framework)


def _probed(stage: Render, framework: Framework) -> None:
    serve(stage, framework, 0)
    for line in (
        '127.0.0.1 - - [{clock:%d/%b/%Y:%H:%M:%S} +0000] "HEAD / HTTP/1.1" 404 207 "-" "Go-http-client/1.1"',
        '10.204.31.4 - - [{clock:%d/%b/%Y:%H:%M:%S} +0000] "GET / HTTP/1.1" 404 207 "-" "Go-http-client/2.0"',
    ):
        stage.tell("app", (line,))
    stage.traffic(4)


def _woken(stage: Render, framework: Framework) -> None:
    serve(stage, framework, 3)
    stage.wait(900, 4000)
    serve_again(stage, framework)
    stage.traffic(3)
    note_framework(stage, framework)


def serve_again(stage: Render, framework: Framework) -> None:
    """Start a sleeping instance again: no lines of a deploy."""
    launch(stage, framework)
    listen(stage, framework)


def _told(stage: Render, framework: Framework) -> None:
    serve(stage, framework, 3)
    stage.wait(280, 310)
    stage.say(f"==> Detected service running on port {stage.values['port']}")
    stage.say(DOCS)
    stage.traffic(3)
    note_bind(stage, framework)


# --- Cloud Foundry --------------------------------------------------------------------------------------------------


def _evacuated(stage: CloudFoundry, framework: Framework) -> None:
    serve(stage, framework, 3)
    stage.wait(600, 9000)
    stage.cell("Cell {cell} requesting replacement for instance {instance}", CONTEXT)
    stage.api("Process is being rescheduled", CONTEXT)
    old = dict(stage.ids)
    serve(stage, framework, 2)
    new, stage.ids = stage.ids, old
    stage.cell("Cell {cell} stopping instance {instance}", CONTEXT)
    stage.wait(0.2, 2)
    stage.write(stage.app_tag(), "Exit status 143", CONTEXT)
    stage.cell("Cell {cell} destroying container for instance {instance}")
    stage.ids = new
    stage.traffic(3)


def _stopped(stage: CloudFoundry, framework: Framework) -> None:
    serve(stage, framework, 3)
    stage.wait(60, 900)
    stage.api(f'Updated app with guid {stage.guid} ({{"state"=>"STOPPED"}})', CONTEXT)
    stage.cell(stage.era.stop, CONTEXT)
    stage.wait(0.2, 4)
    stage.write(stage.app_tag(), stage.choose(("Exit status 143", "Exit status 0")), CONTEXT)
    stage.write(f"CELL/SSHD/{stage.index} OUT", "Exit status 0")
    stage.cell(stage.era.destroy)
    stage.write(f"PROXY/{stage.index} OUT", "Exit status 137")
    stage.acceptable.append("no-web-process")


def _left_early(stage: CloudFoundry, framework: Framework) -> None:
    serve(stage, framework, 4)
    for _ in range(2):
        stage.request(
            499, FILLER, error="endpoint_failure (context canceled)", seconds=stage.random.uniform(0.1, 1.5), sent=22
        )
        stage.traffic(4)


def _semicolon(stage: CloudFoundry, framework: Framework) -> None:
    serve(stage, framework, 3)
    stage.request(200, FILLER, error="deprecated-semicolon-params", sent=512, path="/search?a=1;b=2")
    stage.traffic(2)


def _rate_limited(stage: CloudFoundry, framework: Framework) -> None:
    serve(stage, framework, 3)
    stage.write(stage.app_tag(), "app instance exceeded log rate limit (16384 bytes/sec)")
    stage.traffic(3)


def _task(stage: CloudFoundry, framework: Framework) -> None:
    serve(stage, framework, 3)
    stage.write("APP/TASK/migrate/0 OUT", "No migrations to apply.")
    stage.write("APP/TASK/migrate/0 OUT", "Exit status 0")
    stage.write("SSH/0 OUT", "Successful remote access by 203.0.113.7:50110")
    stage.wait(20, 90)
    stage.write("SSH/0 OUT", "Remote access ended for 203.0.113.7:50110")
    stage.traffic(3)


def _lost(stage: CloudFoundry, framework: Framework) -> None:
    serve(stage, framework, 3)
    stage.write(
        "LGR/ OUT",
        f"31 messages lost for application {stage.guid} in user provided syslog drain with url syslog-tls://logs.example.com:6514",
    )
    stage.traffic(3)


FIXED = [one for one in fitting() if one.fixed or "$PORT" not in one.command]

PLATFORM_PLAYS = (
    *(
        Play(name, "healthy", act, ("heroku",))
        for name, act in (
            ("cycling", _cycled),
            ("idling", _idled),
            ("one-off", _one_off),
            ("release-phase", _released),
            ("client-left", _left),
            ("drain-overflow", _drained),
            ("metrics", _measured),
            ("worker-beside", _two_processes),
        )
    ),
    Play("slow-to-stop", "healthy", _slow_to_stop, ("heroku",), acceptable=("unknown",)),
    *(
        Play(name, "healthy", act, ("render",))
        for name, act in (
            ("scan-before-live", _scanned_for),
            ("old-instance-stops", _replaced),
            ("platform-probes", _probed),
            ("woken", _woken),
            ("detected-port", _told),
        )
    ),
    Play("port-switch", "healthy", _port_switched, ("render",), lambda stage: stage.choose(FIXED)),
    *(
        Play(name, "healthy", act, ("cloudfoundry",))
        for name, act in (
            ("evacuation", _evacuated),
            ("client-left-cf", _left_early),
            ("semicolon", _semicolon),
            ("log-rate", _rate_limited),
            ("task-and-ssh", _task),
            ("drain-lost", _lost),
        )
    ),
    Play("stopped-by-user", "healthy", _stopped, ("cloudfoundry",), acceptable=("no-web-process",)),
)
