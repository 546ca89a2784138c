"""Performing: a plan becomes a rehearsal; the platform's play writes a log, and the ordinary pipeline judges it."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Mapping
from types import ModuleType

from loganalyzer.diagnosis import diagnose
from loganalyzer.errors import UsageError
from loganalyzer.library import Library
from loganalyzer.outcome import Analysis
from loganalyzer.pipeline import Settings, Summarizer
from loganalyzer.reading import read_stream
from loganalyzer.rehearsal import cloudfoundry, heroku, render
from loganalyzer.rehearsal.journal import Journal
from loganalyzer.rehearsal.records import Plan, Rehearsal, StartCommand
from loganalyzer.rehearsal.scene import Scene
from loganalyzer.rehearsal.sockets import find_owner
from loganalyzer.rehearsal.stage import Stage
from loganalyzer.summary import Summary

__all__ = ["PLATFORMS", "check_plan", "judge_log", "make_plan", "perform"]

PLAYS: Mapping[str, ModuleType] = {"heroku": heroku, "render": render, "cloudfoundry": cloudfoundry}
PLATFORMS = tuple(PLAYS)
PORT_NAMES = ("PORT", "VCAP_APP_PORT")
"""What every platform sets itself, whatever the app's settings say."""

FOREIGN = frozenset({*PORT_NAMES, "VCAP_APPLICATION", "VCAP_SERVICES", "DYNO", "RENDER"})
"""Variables of a platform that must not come from the user's own shell."""


def make_plan(
    platform: str,
    command: StartCommand,
    *,
    port: int | None = None,
    boot_timeout_s: float | None = None,
    health_path: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Plan:
    """Plan a rehearsal by the platform's own rules.

    Args:
        platform: one of PLATFORMS.
        command: what to start.
        port: the port to assign; None for the platform's choice.
        boot_timeout_s: seconds for the start; None for the command's file or the platform.
        health_path: path of the health check; None for the command's file.
        environment: further variables.
    """
    play = PLAYS[platform]
    own = command.boot_timeout_s if platform == "cloudfoundry" else None
    path = health_path or command.health_path
    extra = {**command.environment, **(environment or {})}
    if port is None and platform == "render" and extra.get("PORT", "").isdigit():
        port = int(extra["PORT"])  # Render alone lets an app set its port
    return Plan(
        platform, command, port or play.choose_port(), play.limits(boot_timeout_s or own), path, dict(environment or {})
    )


def check_plan(plan: Plan) -> None:
    """Refuse a plan that cannot be carried out on this machine.

    Raises:
        UsageError: the port is taken, or the folder is missing.
    """
    owner = find_owner(plan.port)
    if owner is not None:
        raise UsageError(
            f"port {plan.port} of this machine, which {plan.platform} assigns, is taken by {owner}: "
            "end it or choose another port with --port"
        )
    if not plan.command.folder.is_dir():
        raise UsageError(f"{plan.command.folder}: no such folder")


def perform(
    plan: Plan,
    *,
    library: Library | None = None,
    onlooker: Callable[[str], None] | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Rehearsal:
    """Rehearse: start the command, play the platform, judge the log, end everything.

    Args:
        plan: what to rehearse.
        library: a loaded library; None loads the shipped one.
        onlooker: called with each line of the log as it happens.
        is_stopped: whether to end now, with what was seen so far, as a KeyboardInterrupt does.

    Raises:
        UsageError: the port is taken on this machine, or the folder is missing.
    """
    check_plan(plan)
    play = PLAYS[plan.platform]
    variables = _environment(plan, play.environment(plan.port))
    arguments = _arguments(plan.command)
    stages: list[Stage] = []

    def start() -> Stage:
        stages.append(Stage(arguments, plan.command.folder, variables))
        return stages[-1]

    scene = Scene(plan, Journal(play.LINE, onlooker), play.app_writer, start, is_stopped)
    was_interrupted = False
    try:
        try:
            play.play(scene)
        except KeyboardInterrupt:
            was_interrupted = True
            when = f"after {scene.elapsed:.0f} s" if stages else "before the start"
            scene.note(f"Interrupted {when}: the verdict is about what was seen until then.")
        log = scene.journal.data()
        if scene.journal.is_full:
            scene.note("The app wrote so many lines that the later ones were left out.")
        if stages and not was_interrupted:
            _note_shutdown(scene, stages[-1])
    finally:
        for stage in stages:
            stage.end(0.0)
    analysis = judge_log(log, plan.platform, library)
    if analysis.worst.verdict.cause.startswith(("crash-", "exited-")):
        _note_environment_file(scene)
    return Rehearsal(
        plan, tuple(scene.listeners), tuple(scene.answers), tuple(scene.notes), log, analysis, was_interrupted
    )


def judge_log(log: bytes, platform: str, library: Library | None = None, name: str = "rehearsal") -> Analysis:
    """Run a log that is in memory through the ordinary pipeline."""
    summarizer = Summarizer(Settings(paths=(name,), platform=platform), library)
    total = Summary()
    for block in read_stream(io.BytesIO(log).read, name):
        total.merge(summarizer.summarize(block, name))
    return Analysis(tuple(diagnose([(name, total)], platform)), (), len(summarizer.library.patterns))


def _environment(plan: Plan, own: Mapping[str, str]) -> dict[str, str]:
    """Give the variables of the command: shell, platform, then the app's settings; the port stands above all."""
    shell = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    ports = {name: own[name] for name in PORT_NAMES if name in own}
    return {**shell, **own, **plan.command.environment, **plan.environment, **ports}


def _arguments(command: StartCommand) -> list[str]:
    """Give the words to run: a line goes to the shell, words go past it; a missing command is told as a shell does."""
    shell = shutil.which("bash") or "/bin/sh"
    return [shell, "-c", '"$@"', "start", *command.arguments] if command.arguments else [shell, "-c", command.line]


def _note_environment_file(scene: Scene) -> None:
    """Say that a .env file was left alone, where the app ended without it."""
    if (scene.plan.command.folder / ".env").is_file() and not scene.plan.environment:
        scene.note("The folder has a .env file, which no platform reads; --env-file .env sets its variables here.")


def _note_shutdown(scene: Scene, stage: Stage) -> None:
    """End the app as a platform does and note it when it does not listen to that."""
    if stage.exit_status is not None or stage.is_over:
        return
    grace = scene.plan.limits.grace
    told = stage.end(grace)
    if told.get("ended_by") == "SIGKILL":
        scene.note(
            f"The app did not end within {grace:.0f} s of SIGTERM: "
            "on a platform each deploy and restart kills it in the middle of its work."
        )
