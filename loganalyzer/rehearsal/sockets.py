"""The real sockets of a tree of processes: who listens where, and from which address a platform would look."""

from __future__ import annotations

import socket
import time

import psutil

from loganalyzer.rehearsal.records import Listener

__all__ = ["SocketWatch", "find_owner", "free_port", "outside_address", "outside_ipv6"]


class SocketWatch:
    """Sees which listening sockets appear and disappear below one process."""

    def __init__(self, root: int) -> None:
        """Watch the processes below *root*; *root* itself does not count."""
        self._root = root
        self._started = time.monotonic()
        self.seen: list[Listener] = []
        self.open: dict[tuple[str, int], Listener] = {}

    def look(self) -> list[Listener]:
        """Give the sockets that are new since the last look; `open` holds those that are open now."""
        now = time.monotonic() - self._started
        found: dict[tuple[str, int], Listener] = {}
        for process in _below(self._root):
            for address, port, ipv6 in _listening(process):
                found.setdefault(
                    (address, port), Listener(process.pid, _name(process), address, port, ipv6, round(now, 2))
                )
        fresh = [one for place, one in found.items() if place not in self.open]
        self.open = {place: self.open.get(place, one) for place, one in found.items()}
        self.seen += fresh
        return sorted(fresh, key=lambda one: (one.port, one.address))

    def has_processes(self) -> bool:
        """Say whether a process is running below the root."""
        return any(_is_running(process) for process in _below(self._root))


def _is_running(process: psutil.Process) -> bool:
    """Say whether a process has not ended yet."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _below(root: int) -> list[psutil.Process]:
    """Give the processes below one, parents first."""
    try:
        return psutil.Process(root).children(recursive=True)
    except psutil.Error:
        return []


def _listening(process: psutil.Process) -> list[tuple[str, int, bool]]:
    """Give address, port and whether it is IPv6 of each TCP socket that a process listens on."""
    try:
        connections = process.net_connections(kind="tcp")
    except (psutil.Error, OSError):
        return []
    return [
        (one.laddr.ip, one.laddr.port, one.family == socket.AF_INET6)
        for one in connections
        if one.status == psutil.CONN_LISTEN and one.laddr
    ]


def _name(process: psutil.Process) -> str:
    """Give the name of a process that may just have ended."""
    try:
        return process.name()
    except psutil.Error:
        return "?"


def outside_address() -> str | None:
    """Give an IPv4 address of this machine that is not loopback, from which a router would call; None without one."""
    return _own_address(socket.AF_INET)


def outside_ipv6() -> str | None:
    """Give an IPv6 address of this machine that is neither loopback nor of one link alone; None without one."""
    return _own_address(socket.AF_INET6)


def _own_address(family: socket.AddressFamily) -> str | None:
    """Give the first address of a family of an interface that is up."""
    states = psutil.net_if_stats()
    for name, addresses in sorted(psutil.net_if_addrs().items()):
        if name in states and not states[name].isup:
            continue
        for one in addresses:
            if one.family == family and not one.address.startswith(("127.", "::1", "fe80:", "169.254.")):
                return str(one.address)
    return None


def free_port(first: int, last: int) -> int:
    """Choose a port between two that nothing listens on, at random as the system gives them."""
    for _ in range(200):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if first <= port <= last and port % 1000:
            return port
    return first


def find_owner(port: int) -> str | None:
    """Give the name of what listens on a port of this machine already; None when it is free."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except (psutil.Error, OSError):
        return None
    for one in connections:
        if one.status == psutil.CONN_LISTEN and one.laddr and one.laddr.port == port:
            try:
                return psutil.Process(one.pid).name() if one.pid else "another program"
            except psutil.Error:
                return "another program"
    return None
