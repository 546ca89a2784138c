"""A scene: one start of the command, watched; the platforms' plays move it on and write what they would write."""

from __future__ import annotations

import time
from collections.abc import Callable

from loganalyzer.rehearsal.journal import Journal, socket_words
from loganalyzer.rehearsal.probes import ask, closes_within, is_open
from loganalyzer.rehearsal.records import Answer, Listener, Plan
from loganalyzer.rehearsal.sockets import outside_address, outside_ipv6
from loganalyzer.rehearsal.stage import Stage

__all__ = ["Scene"]

TICK_S = 0.03
LOOK_S = 0.1


class Scene:
    """What a play sees and does.

    Attributes:
        plan: what is rehearsed.
        journal: the log in the making.
        app_writer: how the platform marks lines of the app, by channel.
        answers: what was asked and what came back.
        notes: what the log cannot say.
        listeners: every socket seen, of all starts.
    """

    def __init__(
        self,
        plan: Plan,
        journal: Journal,
        app_writer: Callable[[str], str],
        start: Callable[[], Stage],
        is_stopped: Callable[[], bool],
    ) -> None:
        """Prepare a scene; nothing runs yet.

        Args:
            plan: what is rehearsed.
            journal: where the lines go.
            app_writer: gives the platform's mark for lines of a channel (`OUT`, `ERR`).
            start: starts the command anew.
            is_stopped: whether to end now.
        """
        self.plan = plan
        self.journal = journal
        self.app_writer = app_writer
        self.answers: list[tuple[str, Answer]] = []
        self.notes: list[str] = []
        self.listeners: list[Listener] = []
        self.outside = outside_address()
        if self.outside is None:
            self.note(
                "This machine has no address but loopback: "
                "whether a router reaches the app was judged by the bound addresses alone."
            )
        self._start = start
        self._is_stopped = is_stopped
        self._stage: Stage | None = None
        self._tls: set[int] = set()
        self._started = self._looked = 0.0

    # --- the command ------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the command."""
        self._stage = self._start()
        self._started = time.monotonic()
        self._looked = 0.0

    @property
    def stage(self) -> Stage:
        """Give the running stage."""
        assert self._stage is not None
        return self._stage

    @property
    def elapsed(self) -> float:
        """Give the seconds since the start."""
        return time.monotonic() - self._started

    @property
    def exit_status(self) -> int | None:
        """Give the exit status of the command; None while it runs. Whoever knows it finds the last lines written."""
        status = self.stage.exit_status
        if status is not None:
            self.stage.drain()
            self._write_lines()
        return status

    def pump(self, seconds: float, until: Callable[[], bool] | None = None) -> bool:
        """Let time pass and write what the app does.

        Args:
            seconds: how long at most.
            until: ends the time early when it holds; asked after each look at the sockets.

        Returns:
            Whether *until* held. The end of the command also ends the time.

        Raises:
            KeyboardInterrupt: it was asked to end now.
        """
        end = time.monotonic() + seconds
        while True:
            if self._is_stopped():
                raise KeyboardInterrupt
            self._write_lines()
            if time.monotonic() - self._looked >= LOOK_S:
                self._looked = time.monotonic()
                self._write_sockets()
                if until is not None and until():
                    return True
            if self.exit_status is not None:
                return False
            left = end - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(TICK_S, left))

    def end(self, grace_s: float) -> dict[str, object]:
        """End the command and all below it; write its last lines."""
        told = self.stage.end(grace_s)
        self.stage.drain()
        self._write_lines()
        return told

    def _write_lines(self) -> None:
        """Write what the app has printed."""
        for channel, line in self.stage.lines():
            self.journal.write(self.app_writer(channel), line)

    def _write_sockets(self) -> None:
        """Write which sockets are new."""
        for one in self.stage.sockets.look():
            self.listeners.append(one)
            self.journal.write(self.app_writer("OUT"), socket_words(one, reachable_by=self._only_ipv6(one)))

    def _only_ipv6(self, listener: Listener) -> str | None:
        """Give the IPv6 address of a wildcard socket that takes no IPv4; None for every other socket."""
        if listener.address != "::" or not listener.ipv6:
            return None
        return None if is_open("127.0.0.1", listener.port) else outside_ipv6() or "::1"

    # --- the port ---------------------------------------------------------------------------------------------------

    @property
    def open_now(self) -> list[Listener]:
        """Give the sockets that are open now, without debuggers and the like."""
        return [one for one in self.stage.sockets.open.values() if not one.side]

    def reachable(self, port: int) -> bool:
        """Say whether a router would reach a port of the app; only ports that the app itself has opened are called."""
        own = [one for one in self.open_now if one.port == port]
        if not own:
            return False
        if self.outside is None:
            return any(not one.is_loopback for one in own)
        return is_open(self.outside, port)

    def reachable_ports(self) -> list[int]:
        """Give the app's ports that a router would reach, the assigned one first."""
        ports = sorted({one.port for one in self.open_now}, key=lambda port: (port != self.plan.port, port))
        return [port for port in ports if self.reachable(port)]

    def ask(self, port: int, path: str, *, agent: str, timeout_s: float, method: str = "GET") -> Answer:
        """Send a request as the platform would; the app's lines are written before anything is said about it."""
        answer = ask(self.outside or "127.0.0.1", port, path, agent=agent, timeout_s=timeout_s, method=method)
        self.answers.append((f"{method} {path} on port {port}", answer))
        self.pump(0.0)
        if answer.tls and port not in self._tls:
            self._tls.add(port)
            self.journal.write(self.app_writer("OUT"), f"[rehearsal] TLS on port {port}")
        return answer

    def note(self, text: str) -> None:
        """Remember what the log cannot say."""
        if text not in self.notes:
            self.notes.append(text)

    def check_keep_alive(self, port: int, path: str, answer: Answer, router: str, router_s: float, agent: str) -> None:
        """Note a connection that the app closes sooner than the router gives it up."""
        if not answer.keeps or not self.plan.limits.idle:
            return
        seconds = answer.keep_alive_s
        if seconds is None:
            address = self.outside or "127.0.0.1"
            seconds = closes_within(
                address, port, path, agent=agent, seconds=self.plan.limits.idle, answer_s=self.plan.limits.answer
            )
        if seconds is not None and seconds < router_s:
            self.note(
                f"The app closes an idle connection after {seconds:.0f} s, {router} keeps it for {router_s:.0f} s: "
                "now and then a request meets a connection that is just being closed."
            )
