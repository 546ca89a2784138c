"""The records that the parts of a rehearsal hand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from loganalyzer.outcome import Analysis

__all__ = ["SIDE_PORTS", "Answer", "Limits", "Listener", "Plan", "Rehearsal", "StartCommand"]

SIDE_PORTS: Mapping[int, str] = {
    5005: "Java debugger",
    5678: "Python debugger",
    5858: "Node debugger",
    9229: "Node debugger",
    9230: "Node debugger",
}
"""Ports that debuggers listen on when nothing else is set."""


@dataclass(frozen=True, slots=True)
class StartCommand:
    """What is started, and where that was read.

    Attributes:
        arguments: the command as words; empty when it is a line for the shell.
        line: the command as one line, as the platform shows it.
        origin: where it was read and by which rule, in words.
        folder: where it is run.
        environment: variables that the same file sets.
        health_path: path of the health check that the same file sets; None without one.
        boot_timeout_s: time to start that the same file sets; None without one.
    """

    arguments: tuple[str, ...]
    line: str
    origin: str
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    health_path: str | None = None
    boot_timeout_s: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a platform waits, in seconds.

    Attributes:
        boot: for the port to be opened.
        deploy: for the whole deploy; the same as *boot* where the platform has one limit.
        answer: for one request.
        probe_every: between two probes.
        scan_first: until the platform first says that it sees no port.
        scan_every: between two such lines.
        settle: how long an app that is up is watched on.
        grace: between SIGTERM and SIGKILL.
        idle: how long a kept connection is watched for being closed.
    """

    boot: float
    deploy: float
    answer: float
    probe_every: float = 2.0
    scan_first: float = 18.0
    scan_every: float = 61.0
    settle: float = 2.0
    grace: float = 10.0
    idle: float = 6.0


@dataclass(frozen=True, slots=True)
class Listener:
    """A socket that a process of the rehearsal listens on.

    Attributes:
        pid: the process.
        program: its name.
        address: the address as the system shows it.
        port: the port.
        ipv6: whether it is an IPv6 socket.
        after_s: seconds since the start of the command.
    """

    pid: int
    program: str
    address: str
    port: int
    ipv6: bool
    after_s: float

    @property
    def is_loopback(self) -> bool:
        """Say whether only programs of the same machine can reach it."""
        return self.address.startswith("127.") or self.address == "::1"

    @property
    def is_anywhere(self) -> bool:
        """Say whether it takes connections on every address."""
        return self.address in ("0.0.0.0", "::")  # noqa: S104 (compared, not bound)

    @property
    def side(self) -> str:
        """Give what a listener beside the web server is for; empty for one that may be the web server."""
        return SIDE_PORTS.get(self.port, "") if self.is_loopback else ""

    @property
    def place(self) -> str:
        """Give address and port as they are written in URLs."""
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request.

    Attributes:
        kind: `http`, `malformed` (bytes that are no HTTP), `closed` (no byte), `timeout`, `refused`.
        status: of HTTP, else None.
        total_ms: milliseconds until the head of the answer, or until it failed.
        connect_ms: milliseconds until the connection stood.
        size: bytes of the body that the answer announces or that came with the head.
        keep_alive_s: seconds for which the server says that it keeps the connection; None when it does not say.
        keeps: whether the connection stays open behind the answer.
        tls: whether the port speaks TLS.
        start: the first bytes of an answer that is no HTTP.
    """

    kind: str
    status: int | None = None
    total_ms: int = 0
    connect_ms: int = 0
    size: int = 0
    keep_alive_s: float | None = None
    keeps: bool = False
    tls: bool = False
    start: bytes = b""

    @property
    def is_http(self) -> bool:
        """Say whether the port answers in plain HTTP."""
        return self.kind == "http" and not self.tls


@dataclass(frozen=True, slots=True)
class Plan:
    """What is rehearsed and how.

    Attributes:
        platform: `heroku`, `render` or `cloudfoundry`.
        command: what is started.
        port: the port that is assigned.
        limits: how long the platform waits.
        health_path: path of the HTTP health check; None without one.
        environment: further variables, from a file that the user named.
    """

    platform: str
    command: StartCommand
    port: int
    limits: Limits
    health_path: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How a rehearsal went.

    Attributes:
        plan: what was rehearsed.
        listeners: every socket that was seen, in the order of time.
        answers: what was asked and what came back, in words of the method and path.
        notes: what the log cannot say: keep-alive, shutdown, where was probed from.
        log: the rehearsal as a log in the platform's format.
        analysis: what the pipeline says about that log.
        was_interrupted: whether Ctrl-C or SIGTERM ended it before its time.
    """

    plan: Plan
    listeners: tuple[Listener, ...]
    answers: tuple[tuple[str, Answer], ...]
    notes: tuple[str, ...]
    log: bytes
    analysis: Analysis
    was_interrupted: bool = False
