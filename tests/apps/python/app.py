"""One app for every Python server: plain WSGI and ASGI, with the faults that a variable names.

FAULT is one of: right, late, never, crash, exits, failing, slow. The faults of host and port are in the start command.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

FAULT = os.environ.get("FAULT", "right")
LATE_S = float(os.environ.get("LATE_S", "5"))
SLOW_S = float(os.environ.get("SLOW_S", "7"))


def before_start() -> None:
    """Do what keeps a server from listening."""
    if FAULT == "late":
        print("warming up the search index", flush=True)
        time.sleep(LATE_S)
    if FAULT == "never":
        print("hello from the app", flush=True)
        while True:
            time.sleep(60)
    if FAULT == "crash":
        raise RuntimeError("the template folder has no index page")
    if FAULT == "exits":
        print("nothing to do", flush=True)
        sys.exit(0)


def answer(path: str) -> tuple[int, bytes]:
    """Give status and body for a path."""
    if path == "/health" and FAULT == "failing":
        return 503, b"not ready\n"
    return 200, b"hello\n"


def wsgi(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answer as a WSGI app."""
    path = str(environ["PATH_INFO"])
    if path == "/health" and FAULT == "slow":
        time.sleep(SLOW_S)
    status, body = answer(path)
    start_response(f"{status} {'OK' if status == 200 else 'Service Unavailable'}", [("Content-Length", str(len(body)))])
    return [body]


async def asgi(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    """Answer as an ASGI app."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    path = str(scope["path"])
    if path == "/health" and FAULT == "slow":
        await asyncio.sleep(SLOW_S)
    status, body = answer(path)
    await send(
        {"type": "http.response.start", "status": status, "headers": [(b"content-length", str(len(body)).encode())]}
    )
    await send({"type": "http.response.body", "body": body})


if os.environ.get("FAULT_AT_IMPORT") == "1":
    before_start()
