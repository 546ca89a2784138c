"""Start-up causes without a crash: the process ends by itself, or needs too long."""

from __future__ import annotations

from loganalyzer.diagnosis.binds import TRUTH
from loganalyzer.diagnosis.cause import Cause, Judgement, against, holds
from loganalyzer.diagnosis.facts import Facts
from loganalyzer.diagnosis.runs import seconds_between
from loganalyzer.summary import Sighting

__all__ = ["CAUSES"]

COMMAND_DOCS = {
    "heroku": "https://devcenter.heroku.com/articles/procfile",
    "render": "https://render.com/docs/deploys#start-command",
    "cloudfoundry": "https://docs.cloudfoundry.org/devguide/deploy-apps/start-restart-restage.html",
}
SLOW_DOCS = {
    "heroku": "https://devcenter.heroku.com/articles/error-codes#r10-boot-timeout",
    "render": "https://render.com/docs/troubleshooting-deploys",
    "cloudfoundry": "https://docs.cloudfoundry.org/devguide/deploy-apps/healthchecks.html",
}
SLOW_STARTERS = frozenset(
    {
        "spring-boot",
        "java",
        "jetty",
        "tomcat",
        "quarkus",
        "jhipster",
        "strapi",
        "next",
        "create-react-app",
        "angular-cli",
        "meteor",
    }
)
"""Frameworks that often need longer than a platform waits."""


def judge_exited_early(facts: Facts) -> Judgement | None:
    """The process ended by itself with status 0."""
    if facts.exit is None or facts.exit_status != 0 or facts.is_one_off:
        return None
    if facts.stop is not None and not facts.run.has("crashed"):
        return None
    serious = [one for one in facts.errors if one.statement not in ("traceback", "error-logged")]
    if serious:
        return holds(0.4, facts.exit, doubt="the app reported an error of its own before it ended")
    logged = next((one for one in reversed(facts.errors) if one.statement == "error-logged"), None)
    if logged is not None:
        said = logged.values.get("error_text")
        title = "The process ended by itself with status 0, after an error of its own"
        return holds(0.89, [facts.exit, logged], f"{title}: {said}" if said else title)
    return holds(
        0.88,
        [facts.exit, facts.run.first("job-done")],
        "The process ended by itself with status 0: nothing keeps it running",
    )


def judge_slow(facts: Facts) -> Judgement | None:
    """The app would open the right port, but later than the platform waits."""
    if facts.failure is None or facts.failure.kind not in ("boot-timeout", "waiting"):
        return None
    failure = facts.failure.sighting
    bind = facts.bind
    busy = facts.run.of("boot-progress", "app-ready")
    if bind is not None:
        own = (
            bind.sighting in facts.run.sightings
        )  # another run's bind tells the port and nothing about this run's time
        late = seconds_between(failure, bind.sighting) if own else None
        if late is None and _comes_after(facts, bind.sighting, failure):
            late = 1.0
        if late is not None and late > 0:
            return holds(
                0.9, [bind.sighting, failure], "The app opens its port only after the platform has stopped waiting"
            )
        if bind.loopback or (facts.expected_port is not None and bind.port != facts.expected_port):
            return against("the app was listening before the time was over, only not where the platform looked")
        if late is not None and late > -8 and facts.failure.kind == "boot-timeout":
            return holds(
                0.55, [bind.sighting, failure], "The app opens its port in the last seconds that the platform waits"
            )
        if bind.truth == TRUTH["about-to-listen"] and facts.run.has("boot-progress") and not facts.run.has("app-ready"):
            return holds(
                0.7,
                [facts.run.last("boot-progress"), failure],
                "The app was still starting when the platform stopped waiting",
            )
        if facts.run.has("not-http") and not facts.speaks_tls and (facts.is_busy or facts.run.has("boot-progress")):
            return holds(
                0.56,
                [facts.run.last("not-http"), bind.sighting],
                "The port is open, but the app is too busy with its start-up work to answer",
            )
        if late is not None:
            return against(f"the app was listening {abs(late):.0f} s before the platform gave up")
        if not own and bind.truth == TRUTH["about-to-listen"] and facts.framework in SLOW_STARTERS:
            return holds(
                0.5, [failure, bind.sighting], "The app was most likely still starting, as its next start shows"
            )
        return holds(0.2, failure, doubt="the app says that it listens")
    if facts.errors and facts.errors[0].statement not in ("traceback", "exception"):
        return holds(0.25, failure, doubt="the app reported an error of its own")
    if facts.run.has("bot-running", "job-done"):
        return against("the app was at work that is no start-up")
    thrown = facts.error("exception")
    if busy and thrown is not None and facts.failure.kind == "waiting" and _comes_after(facts, thrown, busy[-1]):
        return holds(0.3, busy[-1], doubt="an error of the app stands behind its start-up work")
    if busy:
        return holds(0.72, [busy[-1], failure], "The app was still starting when the platform stopped waiting")
    if facts.framework in SLOW_STARTERS:
        return holds(
            0.5 if not facts.errors else 0.38, failure, "The app was still starting when the platform stopped waiting"
        )
    if failure.values.get("error_code") == "H20" and not facts.run.has("boot-timeout"):
        # A process that never opens its port is ended (R10) before a request has waited so long.
        return holds(0.5, failure, "The app was still starting when a request had waited as long as the router does")
    return holds(0.3, failure, doubt="no line shows work in progress")


def _comes_after(facts: Facts, one: Sighting, other: Sighting) -> bool:
    """Say whether a line stands behind another in a log without times."""
    lines = facts.run.sightings
    return one in lines and other in lines and lines.index(one) > lines.index(other)


CAUSES = (
    Cause(
        "exited-early",
        "The process ended by itself",
        (
            "The platform expects a process to keep running. This one came to its end with status 0, and the "
            "platform counts that as a crash."
        ),
        judge_run=judge_exited_early,
        urls=COMMAND_DOCS,
    ),
    Cause(
        "boot-slow",
        "The app needs longer to start than the platform waits",
        (
            "The platform gives a web process a fixed time to open its port. This app was still at its "
            "start-up work when the time was over."
        ),
        judge_run=judge_slow,
        urls=SLOW_DOCS,
    ),
)
