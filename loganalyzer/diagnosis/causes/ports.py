"""Port causes: the app runs, but not where the router calls."""

from __future__ import annotations

from loganalyzer.diagnosis.binds import TRUTH, Bind, is_loopback
from loganalyzer.diagnosis.cause import PORT_DOCS, Cause, Judgement, against, holds
from loganalyzer.diagnosis.facts import Facts
from loganalyzer.summary import Sighting

__all__ = ["CAUSES"]


def judge_hardcoded(facts: Facts) -> Judgement | None:
    """The app listens on another port than the platform expects."""
    bad = facts.run.first("bad-bind")
    if bad is not None:
        return holds(
            0.97,
            bad,
            (
                f"The app listens on port {bad.values.get('bound_port')}, the platform expects "
                f"{bad.values.get('assigned_port')}"
            ),
        )
    bind, expected = facts.bind, facts.expected_port
    if facts.waits and bind is None:
        return _judge_named(facts)
    if not facts.waits or bind is None or bind.port is None:
        return None
    if bind.port == expected:
        return against(f"the app listens on port {bind.port}, which is the one that the platform expects")
    symptoms = (facts.failure.sighting,) if facts.failure else ()
    if expected is not None:
        title = f"The app listens on port {bind.port}, the platform expects {expected}"
        if bind.loopback and facts.platform == "render" and facts.assigned_port is None:
            return holds(0.3, bind.sighting, title, symptoms, "Render adopts any port, but not on loopback")
        return holds(
            0.84 if bind.loopback else 0.93,
            [bind.sighting, bind.beside, *facts.run.of("process-starting", "port-scan-waiting")[:1]],
            title,
            symptoms,
        )
    title = f"The app listens on the fixed port {bind.port} and not on $PORT"
    if facts.platform == "render":
        return holds(0.3, bind.sighting, title, symptoms, "Render adopts any port that is open on 0.0.0.0")
    if not facts.is_default_port:
        doubt = f"port {bind.port} looks like one that the platform assigned"
        return holds(0.45 if bind.anywhere else 0.25, bind.sighting, title, symptoms, doubt)
    return holds(0.8 if bind.loopback else 0.9, bind.sighting, title, symptoms)


def _judge_named(facts: Facts) -> Judgement | None:
    """Judge a port that a line of the app names in words that nobody knows, where nothing else tells the port."""
    named = facts.named_port
    if named is None or facts.platform == "render" or facts.failure is None:
        return None
    port = named.values["bound_port"]
    title = f"The app names port {port}, and no line says that it listens on $PORT"
    return holds(0.57, named, title, [facts.failure.sighting], "no known words say that the port is opened")


def judge_loopback(facts: Facts) -> Judgement | None:
    """The app listens on an address that the router cannot reach."""
    if not facts.waits or facts.failure is None:
        return _judge_unreachable(facts)
    failure, bind = facts.failure.sighting, facts.bind
    told = facts.run.first("loopback-only", "loopback-open")
    suspected = facts.run.last("loopback-suspected")
    if bind is not None:
        return _judge_address(facts, bind, told or suspected)
    if told is not None:
        return holds(0.8, told, "A port is open on localhost alone", [failure])
    if suspected is None:
        return _judge_unreachable(facts)
    working = facts.run.has("boot-progress", "app-ready", "bot-running", "job-done", "side-listener")
    return holds(0.42 if working else 0.58, suspected, "Something listens on localhost alone", [failure])


def _judge_unreachable(facts: Facts) -> Judgement | None:
    """Judge a run in which the platform does not complain: the bind itself failed, or it is to a name."""
    unavailable = facts.run.first("address-unavailable")
    if unavailable is not None and facts.up is None and not facts.connects_out:
        return holds(
            0.75,
            unavailable,
            (
                f"The app tries to bind {unavailable.values.get('bound_address', 'an address')}, which is not this "
                f"container's"
            ),
        )
    if (
        facts.failure is None
        and facts.up is None
        and facts.last
        and facts.bind is not None
        and _is_name(facts.bind.address)
    ):
        return holds(
            0.5,
            facts.bind.sighting,
            f"The app listens on the name {facts.bind.address}, which the router may not reach",
        )
    return None


def _judge_address(facts: Facts, bind: Bind, told: Sighting | None) -> Judgement:
    """Judge the address on which the app says that it listens."""
    failure = facts.failure.sighting if facts.failure else None
    named = f"port {bind.port}" if bind.port else "its port"
    address = bind.address or "localhost"
    title = f"The app listens on {address}, {named}: only programs in its own container can reach it"
    evidence = [bind.sighting, told]
    if bind.anywhere:
        return against(f"the app listens on {bind.address}, which takes connections from everywhere")
    right = bind.port == facts.expected_port if facts.expected_port is not None else not facts.is_default_port
    if bind.loopback:
        if facts.platform == "render" and (facts.assigned_port is None or right):
            return holds(0.93, evidence, title, [failure])
        return holds(0.93 if right else 0.45, evidence, title, [failure], "" if right else "the port is wrong as well")
    if told is not None:
        return holds(0.8, evidence, title, [failure])
    if bind.loopback is False:
        return holds(
            0.72 if right else 0.3,
            bind.sighting,
            f"The app listens on the name {bind.address}, which the router cannot reach",
            [failure],
        )
    if right and facts.platform in ("heroku", "cloudfoundry"):
        local = bind.address is not None and is_loopback(bind.address)
        is_sure = bind.truth > TRUTH["about-to-listen"]
        sure = 0.62 if local else 0.6 if is_sure else 0.45 if bind.sighting in facts.run.sightings else 0.3
        words = f"The app opened {named}, yet the platform could not reach it: most likely it listens on localhost"
        return holds(sure, bind.sighting, words, [failure])
    return holds(0.2, bind.sighting, title, [failure], "the line does not say on which address it listens")


def _is_name(address: str | None) -> bool:
    """Say whether an address is a host name of the network."""
    return address is not None and "." in address and any(letter.isalpha() for letter in address.rpartition(".")[2])


def judge_not_bound(facts: Facts) -> Judgement | None:
    """The process runs and never opens a port."""
    if not facts.waits or facts.failure is None:
        return None
    failure = facts.failure.sighting
    if facts.bind is not None:
        return against(
            f"the app says that it listens on port {facts.bind.port}"
            if facts.bind.port
            else "the app says that it listens"
        )
    title = "The process runs, but never opens a port"
    busy = facts.run.first("bot-running", "job-done")
    if busy is not None:
        return holds(0.86, [busy, failure], "The web process does the work of a bot or worker and never opens a port")
    if facts.errors and facts.errors[0].statement != "traceback":
        return holds(0.3, failure, title, doubt="the app reported an error of its own first")
    if facts.memory is not None:
        return holds(0.2, failure, title, doubt="memory ran out before the time was over")
    if facts.run.has("boot-progress", "app-ready"):
        return holds(0.35, failure, title, doubt="the app was still at its start-up work")
    if facts.run.has("loopback-suspected", "loopback-open", "not-http"):
        return holds(0.45, failure, title, doubt="the platform saw a listener, on loopback or without HTTP")
    if facts.platform == "cloudfoundry" and not facts.app_lines:
        return holds(0.3, failure, title, doubt="the log holds no line of the app, so it cannot be told what it did")
    if facts.named_port is not None:
        return holds(0.4, failure, title, doubt=f"a line names port {facts.named_port.values['bound_port']}")
    side = facts.run.first("side-listener")
    if failure.values.get("error_code") == "H20" and side is None:
        return holds(0.45, failure, title, doubt="a process that opens no port is ended before a request waits so long")
    return holds(0.62 if side else 0.56, [failure, side], title)


CAUSES = (
    Cause(
        "port-hardcoded",
        "The app listens on another port than the platform expects",
        (
            "The router calls the port that the platform assigned in $PORT. The app opened a different one, "
            "so no request arrives and the platform ends the process."
        ),
        judge_run=judge_hardcoded,
        urls=PORT_DOCS,
    ),
    Cause(
        "port-loopback-only",
        "The app listens on an address that the router cannot reach",
        (
            "The router calls the container from outside. A listener on localhost takes connections from "
            "inside the container alone, so the platform sees no open port."
        ),
        judge_run=judge_loopback,
        urls=PORT_DOCS,
    ),
    Cause(
        "port-not-bound",
        "The process never opens a port",
        (
            "A web process must open $PORT within the platform's time limit. This one runs, but never "
            "listens: a bot, a worker, a script, or a server whose listen call is never reached."
        ),
        judge_run=judge_not_bound,
        urls=PORT_DOCS,
    ),
)
