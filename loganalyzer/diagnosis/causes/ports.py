"""Port causes: the app runs, but not where the router calls."""

from __future__ import annotations

from loganalyzer.diagnosis.binds import TRUTH
from loganalyzer.diagnosis.cause import Cause, Judgement, against, holds
from loganalyzer.diagnosis.facts import Facts
from loganalyzer.diagnosis.runs import seconds_between
from loganalyzer.diagnosis.situation import Situation

__all__ = ["CAUSES"]

WAITS = ("boot-timeout", "waiting")
HEROKU_DOCS = "https://devcenter.heroku.com/articles/runtime-principles#web-servers"
RENDER_DOCS = "https://render.com/docs/web-services#port-binding"
CF_DOCS = "https://docs.cloudfoundry.org/devguide/deploy-apps/environment-variable.html#PORT"
URLS = {"heroku": HEROKU_DOCS, "render": RENDER_DOCS, "cloudfoundry": CF_DOCS, "plain": HEROKU_DOCS}


def waits(facts: Facts) -> bool:
    """Say whether the platform waited in vain for the port."""
    return facts.failure is not None and facts.failure.kind in WAITS


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
    if not waits(facts) or bind is None or bind.port is None:
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
            [bind.sighting, *facts.run.of("process-starting", "port-scan-waiting")[:1]],
            title,
            symptoms,
        )
    title = f"The app listens on the fixed port {bind.port} and not on $PORT"
    if facts.platform == "render":
        return holds(0.3, bind.sighting, title, symptoms, "Render adopts any port that is open on 0.0.0.0")
    if not facts.is_default_port:
        return holds(
            0.25, bind.sighting, title, symptoms, f"port {bind.port} looks like one that the platform assigned"
        )
    return holds(0.8 if bind.loopback else 0.9, bind.sighting, title, symptoms)


def judge_loopback(facts: Facts) -> Judgement | None:
    """The app listens on an address that the router cannot reach."""
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
    if not waits(facts):
        return None
    failure = facts.failure.sighting if facts.failure else None
    told = facts.run.first("loopback-only", "loopback-open")
    bind = facts.bind
    named = f"port {bind.port}" if bind and bind.port else "its port"
    suspected = facts.run.has("loopback-suspected")
    if bind is None:
        if told is not None:
            return holds(0.8, told, "A port is open on localhost alone", [failure])
        if suspected:
            return holds(
                0.42, [facts.run.last("loopback-suspected")], "Something listens on localhost alone", [failure]
            )
        return None
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
    if told is not None or suspected:
        return holds(0.8, [bind.sighting, told or facts.run.last("loopback-suspected")], title, [failure])
    if bind.loopback is False:
        return holds(
            0.72 if right else 0.3,
            bind.sighting,
            f"The app listens on the name {bind.address}, which the router cannot reach",
            [failure],
        )
    if facts.platform == "heroku" and right:
        sure = 0.6 if bind.truth > TRUTH["about-to-listen"] else 0.45
        return holds(
            sure,
            bind.sighting,
            f"The app opened {named}, yet the platform could not reach it: most likely it listens on localhost",
            [failure],
        )
    return holds(0.2, bind.sighting, title, [failure], "the line does not say on which address it listens")


def _is_name(address: str | None) -> bool:
    """Say whether an address is a host name of the network."""
    return address is not None and "." in address and any(letter.isalpha() for letter in address.rpartition(".")[2])


def judge_not_bound(facts: Facts) -> Judgement | None:
    """The process runs and never opens a port."""
    if not waits(facts) or facts.failure is None:
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
    side = facts.run.first("side-listener")
    return holds(0.62 if side else 0.56, [failure, side], title)


def judge_invalid(facts: Facts) -> Judgement | None:
    """The value for the port is no port."""
    bad = facts.run.first("port-invalid")
    if bad is None:
        literal = facts.run.first("socket-file")
        return (
            holds(0.6, literal, "The server listens on a socket file instead of a port")
            if literal and facts.up is None
            else None
        )
    if facts.connects_out:
        return against("the stack shows that the broken port belongs to an outgoing connection")
    if facts.was_settled:
        return None
    text = bad.values.get("port_text")
    return holds(
        0.93, bad, f"The port value is not a port: {text}" if text else "The port value is not a port", [facts.exit]
    )


def judge_in_use(facts: Facts) -> Judgement | None:
    """The port is taken by another listener of the same container."""
    taken = facts.run.first("port-in-use")
    if taken is None and facts.listen_error.get("error_code") == "EADDRINUSE":
        taken = facts.run.first("error-field")
    if taken is None or (facts.up is not None and facts.failure is None) or facts.was_settled:
        return None
    moved = facts.run.first("port-moved")
    if moved is not None and facts.run.has("listening", "url-shown"):
        return against("the server moved to another port")
    port = taken.values.get("bound_port")
    return holds(
        0.93,
        taken,
        f"Port {port} is already in use in the same container"
        if port
        else "The port is already in use in the same container",
        [facts.exit],
    )


def judge_permission(facts: Facts) -> Judgement | None:
    """The app may not open a privileged port."""
    denied = facts.run.first("port-denied")
    if facts.up is not None and facts.failure is None:
        return None
    port = denied.values.get("bound_port") if denied is not None else None
    if denied is None:
        if facts.listen_error.get("error_code") != "EACCES":
            return None
        denied, port = facts.run.first("error-field", "listen-frame"), facts.listen_error.get("bound_port")
    return holds(
        0.92,
        [denied],
        f"The app may not open port {port}: ports below 1024 need root" if port else "The app may not open its port",
        [facts.exit],
    )


def judge_protocol(facts: Facts) -> Judgement | None:
    """The port is open, but what answers is not HTTP."""
    told = facts.run.last("not-http")
    if told is None or not waits(facts):
        return None
    timeout = facts.run.first("port-scan-timeout", "deploy-timeout")
    if facts.bind is not None and facts.bind.loopback:
        return against("the app listens on loopback, where the platform's probe cannot get an answer")
    waited = seconds_between(facts.bind.sighting, told) if facts.bind else None
    if waited is not None and waited < 0:
        return against("the app had not opened its port yet when the platform looked")
    sure = 0.66 if timeout else 0.5
    if facts.run.has("boot-progress", "app-ready", "worker-timeout") or facts.is_busy:
        sure = 0.45
    return holds(
        sure,
        [told, facts.bind.sighting if facts.bind else None],
        "A port is open, but it does not answer HTTP",
        [timeout],
    )


def judge_protocol_case(situation: Situation) -> Judgement | None:
    """The router calls the answers malformed."""
    lines = situation.code("H17", "H25")
    lines += [
        one
        for one in situation.case.of("router-error")
        if one.values.get("probe_reason") == "malformed" or "malformed HTTP" in str(one.values.get("error_text", ""))
    ]
    return holds(0.85, lines[0], "The router gets answers that are not valid HTTP", lines[1:3]) if lines else None


CAUSES = (
    Cause(
        "port-invalid",
        "The value for the port is not a port",
        (
            "The server was given something that is no port number (an unexpanded $PORT, an empty or "
            "non-numeric value) and could not open its port."
        ),
        judge_run=judge_invalid,
        urls=URLS,
    ),
    Cause(
        "port-in-use",
        "The port is already in use in the same container",
        (
            "Two listeners in one container want the same port: a second server, a process that is started "
            "twice, or a second call to listen. The second one fails."
        ),
        judge_run=judge_in_use,
        urls=URLS,
    ),
    Cause(
        "port-permission",
        "The app may not open its port",
        (
            "Containers run without root rights, so ports below 1024 cannot be opened. The platform's own "
            "port is always above."
        ),
        judge_run=judge_permission,
        urls=URLS,
    ),
    Cause(
        "port-hardcoded",
        "The app listens on another port than the platform expects",
        (
            "The router calls the port that the platform assigned in $PORT. The app opened a different one, "
            "so no request arrives and the platform ends the process."
        ),
        judge_run=judge_hardcoded,
        urls=URLS,
    ),
    Cause(
        "port-loopback-only",
        "The app listens on an address that the router cannot reach",
        (
            "The router calls the container from outside. A listener on localhost takes connections from "
            "inside the container alone, so the platform sees no open port."
        ),
        judge_run=judge_loopback,
        urls=URLS,
    ),
    Cause(
        "port-protocol-mismatch",
        "The port does not answer in valid HTTP",
        (
            "The router speaks plain HTTP to the container. What listens there speaks something else (TLS, "
            "raw TCP) or answers in malformed HTTP."
        ),
        judge_run=judge_protocol,
        judge_case=judge_protocol_case,
        urls=URLS,
    ),
    Cause(
        "port-not-bound",
        "The process never opens a port",
        (
            "A web process must open $PORT within the platform's time limit. This one runs, but never "
            "listens: a bot, a worker, a script, or a server whose listen call is never reached."
        ),
        judge_run=judge_not_bound,
        urls=URLS,
    ),
)
