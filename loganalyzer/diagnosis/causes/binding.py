"""Causes of a failed bind: the port value is wrong, the port is taken or forbidden, or what listens speaks no HTTP."""

from __future__ import annotations

from loganalyzer.diagnosis.cause import PORT_DOCS, Cause, Judgement, against, holds
from loganalyzer.diagnosis.facts import Facts
from loganalyzer.diagnosis.runs import seconds_between
from loganalyzer.diagnosis.situation import Situation

__all__ = ["CAUSES"]


def judge_invalid(facts: Facts) -> Judgement | None:
    """The value for the port is no port."""
    bad = facts.run.first("port-invalid")
    if bad is None and facts.unknown_bind_name is not None and not facts.was_settled:
        words = "The address to listen on, with its port, is not one that the server can read"
        return holds(0.85, facts.unknown_bind_name, words, [facts.exit])
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
    if told is None or not facts.waits:
        return None
    timeout = facts.run.first("port-scan-timeout", "deploy-timeout")
    if facts.bind is not None and facts.bind.loopback:
        return against("the app listens on loopback, where the platform's probe cannot get an answer")
    waited = seconds_between(facts.bind.sighting, told) if facts.bind else None
    if waited is not None and waited < 0:
        return against("the app had not opened its port yet when the platform looked")
    sure = 0.66 if timeout else 0.5
    if facts.speaks_tls:
        sure = 0.85
    elif facts.run.has("boot-progress", "app-ready", "worker-timeout") or facts.is_busy:
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
        urls=PORT_DOCS,
    ),
    Cause(
        "port-in-use",
        "The port is already in use in the same container",
        (
            "Two listeners in one container want the same port: a second server, a process that is started "
            "twice, or a second call to listen. The second one fails."
        ),
        judge_run=judge_in_use,
        urls=PORT_DOCS,
    ),
    Cause(
        "port-permission",
        "The app may not open its port",
        (
            "Containers run without root rights, so ports below 1024 cannot be opened. The platform's own "
            "port is always above."
        ),
        judge_run=judge_permission,
        urls=PORT_DOCS,
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
        urls=PORT_DOCS,
    ),
)
