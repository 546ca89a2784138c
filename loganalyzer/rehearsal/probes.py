"""Probes as a platform's router and health checks make them: connect, ask in plain HTTP, measure what comes back."""

from __future__ import annotations

import re
import socket
import ssl
import time

from loganalyzer.rehearsal.records import Answer

__all__ = ["ask", "closes_within", "is_open"]

CONNECT_S = 1.0
HEAD_BYTES = 64 << 10
STATUS_LINE = re.compile(rb"HTTP/\d\.\d (\d{3})\b")
KEEP_ALIVE = re.compile(rb"\r\nkeep-alive:[^\r]*?timeout=(\d+)", re.IGNORECASE)
LENGTH = re.compile(rb"\r\ncontent-length:[ ]*(\d+)", re.IGNORECASE)
CLOSE = re.compile(rb"\r\nconnection:[ ]*close", re.IGNORECASE)
BAD_REQUEST = 400
"""Some TLS servers answer plain HTTP with this status instead of hanging up."""


def is_open(address: str, port: int, timeout_s: float = CONNECT_S) -> bool:
    """Say whether a TCP connection can be made."""
    try:
        with socket.create_connection((address, port), timeout_s):
            return True
    except OSError:
        return False


def ask(address: str, port: int, path: str, *, agent: str, timeout_s: float, method: str = "GET") -> Answer:
    """Send one request and read the head of the answer.

    Args:
        address: where to connect.
        port: where to connect.
        path: what to ask for.
        agent: the user agent that the platform's probe sends.
        timeout_s: seconds for the whole answer.
        method: the method of the request.
    """
    started = time.monotonic()
    try:
        link = socket.create_connection((address, port), min(timeout_s, 5.0))
    except OSError:
        return Answer("refused", total_ms=_since(started))
    connect_ms = _since(started)
    host = f"{address}:{port}"
    lines = (
        f"{method} {path} HTTP/1.1",
        f"Host: {host}",
        f"User-Agent: {agent}",
        "Accept: */*",
        "X-Forwarded-Proto: https",
    )
    request = "\r\n".join((*lines, "", ""))
    with link:
        try:
            link.sendall(request.encode())
            head = _read_head(link, started + timeout_s)
        except TimeoutError:
            return Answer("timeout", total_ms=_since(started), connect_ms=connect_ms)
        except OSError:
            head = b""
    answer = _judge(head, _since(started), connect_ms)
    suspect = answer.kind in ("malformed", "closed") or answer.status == BAD_REQUEST
    if suspect and _speaks_tls(address, port, min(timeout_s, CONNECT_S)):
        return Answer(answer.kind, answer.status, answer.total_ms, connect_ms, tls=True, start=answer.start)
    return answer


def _read_head(link: socket.socket, until: float) -> bytes:
    """Read until the head of the answer is whole, the other end closes, or the time is over (TimeoutError)."""
    head = b""
    while b"\r\n\r\n" not in head and len(head) < HEAD_BYTES:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        link.settimeout(left)
        piece = link.recv(8192)
        if not piece:
            break
        head += piece
        if len(head) >= len(b"HTTP/1.1 ") and not head.startswith(b"HTTP/"):
            break
    return head


def _judge(head: bytes, total_ms: int, connect_ms: int) -> Answer:
    """Say what the first bytes of an answer are."""
    if not head:
        return Answer("closed", total_ms=total_ms, connect_ms=connect_ms)
    found = STATUS_LINE.match(head)
    if found is None:
        return Answer("malformed", total_ms=total_ms, connect_ms=connect_ms, start=head[:16])
    top, _, body = head.partition(b"\r\n\r\n")
    length, kept = LENGTH.search(top), KEEP_ALIVE.search(top)
    keeps = head.startswith(b"HTTP/1.1") and CLOSE.search(top) is None
    size = int(length[1]) if length else len(body)
    return Answer("http", int(found[1]), total_ms, connect_ms, size, float(kept[1]) if kept else None, keeps)


def _speaks_tls(address: str, port: int, timeout_s: float) -> bool:
    """Say whether a TLS handshake is answered, whoever the certificate is for."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with socket.create_connection((address, port), timeout_s) as link, context.wrap_socket(link):
            return True
    except (OSError, ValueError):
        return False


def closes_within(address: str, port: int, path: str, *, agent: str, seconds: float, answer_s: float) -> float | None:
    """Measure how long a server keeps an idle connection behind its answer.

    Returns:
        Seconds until the server closed it; None when it was still open after *seconds*, or could not be asked.
    """
    try:
        with socket.create_connection((address, port), CONNECT_S) as link:
            link.sendall(f"GET {path} HTTP/1.1\r\nHost: {address}:{port}\r\nUser-Agent: {agent}\r\n\r\n".encode())
            last = started = time.monotonic()
            link.settimeout(answer_s)
            while time.monotonic() - started < seconds + answer_s:
                try:
                    if not link.recv(HEAD_BYTES):
                        return time.monotonic() - last
                except TimeoutError:
                    return None
                last = time.monotonic()
                link.settimeout(seconds)
    except OSError:
        return None
    return None


def _since(started: float) -> int:
    """Give the milliseconds since a moment."""
    return round((time.monotonic() - started) * 1000)
