"""Crashes at start: the app ends with an error before it takes traffic."""

from __future__ import annotations

from dataclasses import replace

from loganalyzer.diagnosis.blocked import judge_blocked, judge_frames
from loganalyzer.diagnosis.cause import Cause, Judgement, against, holds, is_path
from loganalyzer.diagnosis.entry import names_entry
from loganalyzer.diagnosis.facts import Facts
from loganalyzer.diagnosis.fatal import ended_with, fatal, weigh
from loganalyzer.diagnosis.lone import ALONE, is_alone, say_end
from loganalyzer.diagnosis.services import say_trouble
from loganalyzer.summary import Sighting

__all__ = ["CAUSES"]

ENDS = ("exited", "crashed", "supervised")
NOT_FOUND = 127
NOT_EXECUTABLE = 126
DOCS = {
    "heroku": "https://devcenter.heroku.com/articles/error-codes#h10-app-crashed",
    "render": "https://render.com/docs/troubleshooting-deploys",
    "cloudfoundry": "https://docs.cloudfoundry.org/devguide/deploy-apps/troubleshoot-app-health.html",
}
CONFIG_DOCS = {
    "heroku": "https://devcenter.heroku.com/articles/config-vars",
    "render": "https://render.com/docs/configure-environment-variables",
    "cloudfoundry": "https://docs.cloudfoundry.org/devguide/deploy-apps/manifest-attributes.html#env-block",
}
COMMAND_DOCS = {
    "heroku": "https://devcenter.heroku.com/articles/procfile",
    "render": "https://render.com/docs/deploys#start-command",
    "cloudfoundry": "https://docs.cloudfoundry.org/devguide/deploy-apps/start-restart-restage.html",
}
SERVICE_DOCS = {
    "heroku": "https://devcenter.heroku.com/articles/config-vars",
    "render": "https://render.com/docs/postgresql-connecting",
    "cloudfoundry": "https://docs.cloudfoundry.org/devguide/services/application-binding.html",
}


SERVERS_WORDS = ("asgi-startup-failed", "startup-failed-message")
"""Patterns of what a server says of an app that ended: an exception beside it tells more."""

CAUGHT = (
    "The app's framework caught an error in a request, a job or an event handler. The process goes on, and whoever "
    "asked gets an error instead of an answer."
)


def judge_dependency(facts: Facts) -> Judgement | None:
    """A module, package or library is missing."""
    missing = fatal(facts, "dependency-missing")
    if missing is None:
        return None
    module = str(missing.values.get("module", ""))
    if names_entry(facts, missing):
        return against("the class is the one that the start command names")
    sure = 0.8 if facts.exit_status in (NOT_FOUND, NOT_EXECUTABLE) else 0.93
    what = f"The app needs its own file {module}" if is_path(module) else f"The app needs {module}"
    end = "which was not deployed" if is_path(module) else "which is not installed"
    if module and any(one.values.get("missing") == module for one in facts.run.of("command-missing")):
        what, end = f"The start command names {module}", "which is not in what was deployed"
    return holds(weigh(facts, sure), missing, f"{what}, {end}" if module else "", [facts.exit])


def judge_command(facts: Facts) -> Judgement | None:
    """The command, script or file to run is missing."""
    missing = fatal(facts, "command-missing")
    if missing is not None and "missing" not in missing.values:
        named = [one for one in facts.errors if one.statement == "command-missing" and "missing" in one.values]
        missing = named[-1] if named else missing
    absent = fatal(facts, "dependency-missing")
    absent = absent if absent is not None and names_entry(facts, absent) else None
    if absent is not None and missing is None:
        title = f"The start command names {absent.values['module']}, which is not in what was deployed"
        return holds(weigh(facts, 0.88), absent, title, [facts.exit])
    if missing is not None:
        what = missing.values.get("missing")
        sure = 0.96 if facts.exit_status in (NOT_FOUND, NOT_EXECUTABLE) else 0.88
        return holds(
            weigh(facts, sure),
            [missing, absent],
            f"The start command cannot be run: {what}" if what else "",
            [facts.exit],
        )
    if facts.exit is not None and facts.exit_status in (NOT_FOUND, NOT_EXECUTABLE) and not facts.was_settled:
        words = "was not found" if facts.exit_status == NOT_FOUND else "cannot be executed"
        return holds(0.78, facts.exit, f"The start command {words} (exit status {facts.exit_status})")
    return None


def judge_config(facts: Facts) -> Judgement | None:
    """A variable or setting is missing or wrong."""
    missing = fatal(facts, "config-missing")
    if missing is not None:
        variable = missing.values.get("variable")
        return holds(weigh(facts, 0.9), missing, f"The setting {variable} is missing" if variable else "", [facts.exit])
    wrong = fatal(facts, "config-invalid")
    if wrong is not None:
        variable, said = wrong.values.get("variable"), wrong.values.get("error_text")
        title = f"The setting {variable} is wrong" if variable else "A setting of the app is wrong"
        title = f"{title}: {said}" if said and not variable else title
        return holds(weigh(facts, 0.84), wrong, title, [facts.exit])
    port = facts.run.first("port-invalid")
    if port is not None and facts.connects_out:
        return holds(
            0.86,
            [port, facts.run.first("connect-frame")],
            "The port of a backing service is not set: the address that the app connects to is broken",
            [facts.exit],
        )
    return None


def judge_service(facts: Facts) -> Judgement | None:
    """A database, cache or API cannot be reached or refuses."""
    trouble = fatal(facts, "service-unreachable", "service-refused")
    if trouble is None and facts.failure is not None and facts.failure.kind in ENDS:
        return judge_frames(facts)
    if trouble is None or facts.unknown_bind_name is not None:
        return None
    who = f"The one-off process {facts.run.process} needs" if facts.is_one_off else "The app needs"
    said = holds(weigh(facts, 0.89), trouble, say_trouble(who, trouble), [facts.exit])
    is_caught = facts.failure is None and (facts.is_answering or facts.run.has("error-caught", "request-served"))
    return replace(said, explanation=CAUGHT) if is_caught else said


def _judge_caught(facts: Facts, thrown: Sighting | None, caught: Sighting) -> Judgement | None:
    """Judge an error that ended a request, a job or an event, where nothing shows that others went well."""
    error = thrown or fatal(facts, "traceback")
    if error is None:
        return None
    told = (error.values.get("error_type"), error.values.get("error_text"))
    why = ": ".join(str(part) for part in told if part)
    title = f"The app runs, and its work fails with an error{': ' if why else ''}{why}"
    said = holds(0.5, [error, caught], title)
    return replace(said, explanation=CAUGHT)


def judge_exception(facts: Facts) -> Judgement | None:
    """An exception at start that is none of the more specific causes."""
    supervised = facts.run.first("app-crashed-waiting")
    thrown = _thrown(facts)
    caught = facts.run.last("error-caught")
    if caught is None and facts.is_answering:
        caught = facts.run.last("exception", "traceback")
    if caught is not None and facts.failure is None:
        return _judge_caught(facts, thrown, caught)
    if thrown is not None:
        return _judge_thrown(facts, thrown, supervised)
    return _judge_supervised(facts, supervised) or _judge_words(facts) or _judge_end(facts)


def _thrown(facts: Facts) -> Sighting | None:
    """Give the exception that ended the run; what a server says of one tells less than the exception beside it."""
    thrown = fatal(facts, "exception")
    if thrown is None or thrown.pattern not in SERVERS_WORDS:
        return thrown
    named = [one for one in facts.errors if one.statement == "exception" and one.pattern not in SERVERS_WORDS]
    return named[-1] if named else thrown


def _judge_thrown(facts: Facts, thrown: Sighting, supervised: Sighting | None) -> Judgement:
    """An exception that names itself."""
    kind, text = thrown.values.get("error_type"), str(thrown.values.get("error_text", "")).rstrip(" [{(:")
    title = f"{say_end(facts)}: {': '.join(str(part) for part in (kind, text) if part)}" if kind or text else ""
    sure = 0.72 if facts.failure is not None and facts.failure.kind in ENDS else 0.62
    explanation = ""
    if is_alone(facts):
        sure, explanation = 0.52, ALONE
    if supervised is not None:
        sure = 0.8 if facts.errors[0].statement in ("exception", "traceback") else 0.6
    elif facts.failure is not None and facts.failure.kind in ("boot-timeout", "waiting"):
        if facts.run.has("worker-boot-failed"):
            sure = 0.8
        else:
            sure = 0.5 if facts.run.has("traceback") and facts.bind is None else 0.4
    return holds(sure, [thrown, supervised], title, [facts.exit], explanation=explanation)


def _judge_supervised(facts: Facts, supervised: Sighting | None) -> Judgement | None:
    """A crash that a supervisor or the parent of the workers hides."""
    if supervised is not None and facts.up is None:
        return holds(
            0.78,
            supervised,
            "The app crashes while it starts; its supervisor hides the crash from the platform",
            [facts.timeout],
        )
    workers = facts.run.of("worker-boot-failed")
    if len(workers) > 1 and facts.waits and not facts.was_settled:
        words = "The workers crash again and again while the process that started them waits"
        return holds(0.72, workers[-1], words, [facts.timeout])
    return None


def _judge_words(facts: Facts) -> Judgement | None:
    """A trace, a failed tool or a logged error that does not say what was thrown."""
    trace = fatal(facts, "worker-boot-failed", "traceback")
    if trace is not None and facts.failure is not None and facts.failure.kind in ENDS:
        return holds(0.6, trace, "", [facts.exit])
    if trace is not None and (facts.failure is None or facts.failure.kind not in ("boot-timeout", "waiting")):
        return holds(0.5, trace, say_end(facts), explanation=ALONE if is_alone(facts) else "")
    built = fatal(facts, "build-error")
    if built is not None and (facts.failure is None or facts.failure.kind in ENDS):
        said = built.values.get("error_text") or built.values.get("module")
        title = f"{say_end(facts)}: {said}" if said else say_end(facts)
        return holds(0.58 if facts.failure is not None else 0.5, built, title, [facts.exit])
    tool = facts.run.last("tool-failed")
    if tool is not None and facts.failure is None and ended_with(facts, tool):
        return holds(0.42, tool, "The start command failed; the lines that tell why are missing")
    logged = fatal(facts, "error-logged")
    if logged is not None and facts.failure is not None and facts.failure.kind in ENDS and facts.exit_status != 0:
        said = logged.values.get("error_text")
        return holds(0.52, logged, f"{say_end(facts)}: {said}" if said else "", [facts.exit])
    return None


def _judge_end(facts: Facts) -> Judgement | None:
    """An end of the app without a word about its reason."""
    status = facts.exit.values.get("exit_status") if facts.exit is not None else None
    unexplained = status not in (None, 0, 137, 143, NOT_FOUND, NOT_EXECUTABLE) and not facts.was_settled
    outlived = facts.failure is not None and facts.failure.kind in ("boot-timeout", "waiting") and status == -1
    if facts.exit is not None and unexplained and not outlived:
        who = f"The one-off process {facts.run.process}" if facts.is_one_off else "The app"
        when = "" if facts.is_one_off else " while it starts"
        return holds(0.42, facts.exit, f"{who} ends with status {status}{when}; the log does not show why")
    if (
        facts.failure is not None
        and facts.failure.kind == "crashed"
        and not facts.was_settled
        and facts.exit_status is None
    ):
        return holds(0.34, facts.failure.sighting, "The app crashed; the lines of its start are missing from the log")
    return None


CAUSES = (
    Cause(
        "crash-missing-dependency",
        "A module or library that the app needs is not installed",
        (
            "The app ends before it opens its port because a module, package, library or runtime version is "
            "missing in what was deployed."
        ),
        judge_run=judge_dependency,
        urls=DOCS,
    ),
    Cause(
        "crash-missing-command",
        "The start command, its script or its file does not exist",
        (
            "The platform runs the start command, and the command, script or file that it names is not there "
            "or cannot be executed. Nothing starts, so nothing opens the port."
        ),
        judge_run=judge_command,
        urls=COMMAND_DOCS,
    ),
    Cause(
        "crash-config",
        "A setting that the app needs is missing or wrong",
        (
            "The app checks its configuration at start and ends, because a variable, a file or a bound "
            "service is missing or has a value that it cannot use."
        ),
        judge_run=judge_config,
        urls=CONFIG_DOCS,
    ),
    Cause(
        "crash-backing-service",
        "A database or other service that the app needs cannot be used",
        (
            "The app connects to a backing service while it starts. The connection fails or is refused, and "
            "the app ends before it takes traffic."
        ),
        judge_run=judge_service,
        judge_case=judge_blocked,
        urls=SERVICE_DOCS,
    ),
    Cause(
        "crash-exception",
        "The app ends with an error while it starts",
        "An exception or fatal error ends the app before it does its work.",
        judge_run=judge_exception,
        urls=DOCS,
    ),
)
