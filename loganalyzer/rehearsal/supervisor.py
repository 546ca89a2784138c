"""The small program between a rehearsal and the command that it rehearses; it ends everything when the rehearsal ends.

    rehearsal ──control pipe──► supervisor ──► the start command and whatever that starts
              ◄──reports──────

The rehearsal holds the only writing end of the control pipe. Its end, also by `kill -9`, is an end of file here, and
the supervisor kills every process below it. On Linux orphans are handed to the supervisor (PR_SET_CHILD_SUBREAPER), so
also a daemon that leaves its session stays below it, and the first process dies with the supervisor (PR_SET_PDEATHSIG).

It runs as a file of its own and imports nothing of the package, so that it is there within hundredths of a second.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time

import psutil

__all__ = ["main"]

PR_SET_PDEATHSIG = 1
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
CAP_NET_BIND_SERVICE = 10
CONTROL, REPORTS = 0, 1
SHORTEST_WAIT_S = 0.02
LONGEST_KILL_S = 10.0


def main(arguments: list[str]) -> None:
    """Start the command that the arguments name and stay until it and all below it have ended.

    Args:
        arguments: file descriptors for its standard output and standard error, then the command.
    """
    out, err = int(arguments[0]), int(arguments[1])
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: kill_all())
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    child = subprocess.Popen(  # noqa: S603 (the user's own command is what this is for)
        arguments[2:],
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=err,
        start_new_session=True,
        preexec_fn=become_container,  # noqa: PLW1509 (there is one thread)
    )
    os.close(out)
    os.close(err)
    report(pid=child.pid)
    watch(child, wake)


def become_container() -> None:
    """Make the new process die with the supervisor, and keep it from ports below 1024 as a container does."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    prctl(PR_CAPBSET_DROP, CAP_NET_BIND_SERVICE)


def prctl(option: int, value: int) -> None:
    """Set one property of the process; a system without them is left as it is."""
    if sys.platform == "linux":
        LIBC.prctl(option, value, 0, 0, 0)


LIBC = ctypes.CDLL(None, use_errno=True)
"""Loaded before any fork, where loading would not be safe."""


def watch(child: subprocess.Popen[bytes], wake: int) -> None:
    """Report the end of the command, and end everything when asked or when nobody listens any more."""
    while True:
        ready, _, _ = select.select([CONTROL, wake], [], [])
        if wake in ready:
            os.read(wake, 4096)
            reap(child)
        if CONTROL in ready:
            asked = os.read(CONTROL, 4096)
            end_all(child, float(asked.split()[-1]) if asked.strip() else 0.0)
            return


def reap(child: subprocess.Popen[bytes] | None) -> None:
    """Take in every process that has ended; report when it is the command itself."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        if child is not None and pid == child.pid:
            child.returncode = os.waitstatus_to_exitcode(status)
            report(exited=child.returncode)


def end_all(child: subprocess.Popen[bytes], grace_s: float) -> None:
    """Ask every process to end, then kill what is left.

    Args:
        child: the command.
        grace_s: seconds between the two; 0 kills at once.
    """
    started = time.monotonic()
    left = descendants()
    if grace_s > 0:
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.terminate()
        while left and time.monotonic() - started < grace_s:
            time.sleep(SHORTEST_WAIT_S)
            reap(child)
            left = descendants()
    report(ended_by="SIGKILL" if left else "SIGTERM", after_s=round(time.monotonic() - started, 3))
    kill_all(child)
    reap(child)


def kill_all(child: subprocess.Popen[bytes] | None = None) -> None:
    """Kill every process below this one until there is none left; new ones may appear while the list is read."""
    until = time.monotonic() + LONGEST_KILL_S
    while (left := descendants()) and time.monotonic() < until:
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        time.sleep(SHORTEST_WAIT_S / 4)
        reap(child)


def descendants() -> list[psutil.Process]:
    """Give the living processes below this one."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def report(**values: object) -> None:
    """Tell the rehearsal something; nobody may be there to hear it."""
    with contextlib.suppress(OSError):
        os.write(REPORTS, json.dumps(values).encode() + b"\n")


if __name__ == "__main__":
    main(sys.argv[1:])
