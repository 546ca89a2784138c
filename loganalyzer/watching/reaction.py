"""A command that a finding runs: JSON on its input, no shell, a time limit, and never in the way of the stream."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import threading

from loganalyzer.errors import UsageError
from loganalyzer.outcome import Report
from loganalyzer.watching.voice import finding_document

__all__ = ["Reaction"]

LIMIT_S = 30.0
MOST_AT_ONCE = 4


class Reaction:
    """Runs the user's command once for each finding."""

    def __init__(self, command: str | None, limit_s: float = LIMIT_S) -> None:
        """Remember the command; None runs nothing. Raises UsageError when its quotes do not match."""
        try:
            self._words = shlex.split(command) if command else []
        except ValueError as error:
            raise UsageError(f"--on-finding: {error}") from error
        self._limit_s = limit_s
        self._running: list[threading.Thread] = []

    def run(self, report: Report) -> None:
        """Start the command for a finding."""
        self._running = [thread for thread in self._running if thread.is_alive()]
        if not self._words:
            return
        if len(self._running) >= MOST_AT_ONCE:
            print(
                f"loganalyzer: --on-finding: {MOST_AT_ONCE} commands are still running, this one is left out",
                file=sys.stderr,
            )
            return
        document = json.dumps(finding_document(report), ensure_ascii=False).encode()
        thread = threading.Thread(target=self._run, args=(document,), daemon=True)
        thread.start()
        self._running.append(thread)

    def finish(self) -> None:
        """Wait for the commands that still run."""
        for thread in self._running:
            thread.join(self._limit_s + 1.0)

    def _run(self, document: bytes) -> None:
        """Run the command to its end or its limit; what it prints goes to standard error."""
        try:
            process = subprocess.Popen(self._words, stdin=subprocess.PIPE, stdout=sys.stderr, start_new_session=True)  # noqa: S603
        except OSError as error:
            print(f"loganalyzer: --on-finding: {self._words[0]}: {error.strerror}", file=sys.stderr)
            return
        try:
            process.communicate(document, timeout=self._limit_s)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            print(f"loganalyzer: --on-finding: ended after {self._limit_s:.0f} s", file=sys.stderr)
