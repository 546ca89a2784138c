"""The stage: starts a command below a supervisor, hands out its lines, and ends all that was started."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psutil

from loganalyzer.rehearsal.sockets import SocketWatch

__all__ = ["Stage"]

LONGEST_LINE = 60_000
END_MARGIN_S = 15.0
DRAIN_S, DRAIN_ALONE_S = 0.3, 5.0
"""How long the last lines are waited for while others may hold the output open, and when its end is sure to come."""

MOST_WAITING = 5000
WAIT_S = 0.2
MARK = "LOGANALYZER_REHEARSAL"
"""Variable that marks every process of one stage."""


class Stage:
    """One command with everything that it starts; a context that leaves no process behind.

    Attributes:
        sockets: the listening sockets of the whole tree.
        exit_status: of the command as a shell gives it (128 + signal); None while it runs.
        is_over: whether it was ended by `end`.
    """

    def __init__(self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        """Start the command."""
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        supervisor = str(Path(__file__).with_name("supervisor.py"))
        self._mark = uuid.uuid4().hex
        self._process = subprocess.Popen(  # noqa: S603 (the user's own command is what this is for)
            [sys.executable, "-E", "-s", supervisor, str(out_write), str(err_write), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=folder,
            env={**environment, MARK: self._mark},
            pass_fds=(out_write, err_write),
            start_new_session=True,
        )
        os.close(out_write)
        os.close(err_write)
        self.sockets = SocketWatch(self._process.pid)
        self.exit_status: int | None = None
        self.is_over = False
        self._end: dict[str, object] = {}
        self._lines: queue.Queue[tuple[str, bytes]] = queue.Queue(MOST_WAITING)
        self._readers = [
            threading.Thread(target=self._read, args=(os.fdopen(out_read, "rb"), "OUT"), daemon=True),
            threading.Thread(target=self._read, args=(os.fdopen(err_read, "rb"), "ERR"), daemon=True),
            threading.Thread(target=self._listen, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Self:
        """Enter the context."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End everything at once."""
        self.end(0.0)

    @property
    def session(self) -> int:
        """Give the session of the supervisor."""
        return self._process.pid

    def lines(self) -> list[tuple[str, bytes]]:
        """Give what was written since the last call, as (`OUT` or `ERR`, line without its end)."""
        return [self._lines.get() for _ in range(self._lines.qsize())]

    def drain(self) -> None:
        """Wait a moment for the last lines of a command that has ended; what it left running may hold the output."""
        holders = self.sockets.has_processes()
        for reader in self._readers[:2]:
            reader.join(DRAIN_S if holders else DRAIN_ALONE_S)

    def end(self, grace_s: float) -> dict[str, object]:
        """End everything: SIGTERM, then after the grace SIGKILL; with no grace SIGKILL at once.

        Returns:
            `ended_by` and `after_s`, as the supervisor measured them; empty when it had ended before.
        """
        self.is_over = True
        control = self._process.stdin
        if control is not None and not control.closed:
            try:
                control.write(f"end {grace_s}\n".encode())
                control.close()
            except OSError:
                pass  # the supervisor has ended already
        try:
            self._process.wait(grace_s + END_MARGIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.returncode:
            self._sweep()
        self._readers[2].join(1.0)
        return self._end

    def _sweep(self) -> None:
        """Kill what a supervisor that was itself killed has left; the variable tells its processes from all others."""
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.environ().get(MARK) == self._mark:
                    process.kill()

    def _read(self, stream: IO[bytes], channel: str) -> None:
        """Queue the lines of one output, long ones in pieces as the platforms cut them."""
        with stream:
            while line := stream.readline(LONGEST_LINE):
                self._hand_on((channel, line.rstrip(b"\r\n")))

    def _hand_on(self, line: tuple[str, bytes]) -> None:
        """Queue a line; an app that writes faster than it is read has to wait, as it has to behind any pipe."""
        while True:
            try:
                self._lines.put(line, timeout=WAIT_S)
            except queue.Full:
                if self.is_over:
                    return
            else:
                return

    def _listen(self) -> None:
        """Take in what the supervisor reports."""
        assert self._process.stdout is not None
        with self._process.stdout as reports:
            for text in reports:
                told = json.loads(text)
                if "exited" in told:
                    code = int(told["exited"])
                    self.exit_status = code if code >= 0 else 128 - code
                elif "ended_by" in told:
                    self._end = told
