"""How each platform writes: router lines, lines of an app, and what an app that cannot start leaves behind.

Lines are written for the minute MINUTE, so that a block of them becomes another minute by one replacement.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Protocol

__all__ = ["MINUTE", "PLATFORMS", "RENDER_STREAM", "Platform"]

MINUTE = "2026-05-01T00:00:"
PATHS = ("/", "/health", "/login", "/api/orders", "/api/orders/4711?page=2", "/search?q=blue+shoes", "/assets/app.js")
STATUSES = (200,) * 40 + (304,) * 5 + (302,) * 2 + (404,)
AGENTS = ("curl/8.9.1", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")

MODULE = "helmet"
STACK = (
    "node:internal/modules/cjs/loader:1228",
    "  throw err;",
    f"Error: Cannot find module '{MODULE}'",
    "Require stack:",
    "- /app/src/index.js",
    "    at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)",
    "    at Module._load (node:internal/modules/cjs/loader:1051:27)",
    "  code: 'MODULE_NOT_FOUND',",
    "Node.js v20.17.0",
)


class Platform(Protocol):
    """What the inputs need of a platform; a line has no line end."""

    def process(self, number: int) -> str:
        """Name the process of a number from 0."""

    def request(self, second: float, chance: random.Random, process: str) -> str:
        """Write the router's line of a request that went well."""

    def failure(self, second: float, chance: random.Random, process: str) -> str:
        """Write the router's line of a request to an app that is down."""

    def say(self, second: float, process: str, message: str) -> str:
        """Write a line of the app."""

    def start(self, second: float, process: str) -> Iterator[str]:
        """Write how a process starts and is up."""

    def crash(self, second: float, process: str) -> Iterator[str]:
        """Write how a process starts and ends, because a module is missing."""


def _hex(chance: random.Random, digits: int) -> str:
    """Give a random number in hexadecimal digits."""
    return f"{chance.getrandbits(4 * digits):0{digits}x}"


def _id(chance: random.Random) -> str:
    """Give a random id such as a request's."""
    text = _hex(chance, 32)
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _time_ms(chance: random.Random) -> int:
    """Give a time to answer: mostly short, sometimes long."""
    return min(9000, int(chance.lognormvariate(3.2, 0.8)))


class Heroku:
    """`heroku logs`."""

    def process(self, number: int) -> str:
        """Name a dyno."""
        return f"web.{number + 1}"

    def request(self, second: float, chance: random.Random, process: str) -> str:
        """Write a router line."""
        return self._route(second, chance, "at=info", process, _time_ms(chance), chance.choice(STATUSES))

    def failure(self, second: float, chance: random.Random, process: str) -> str:  # noqa: ARG002 (no dyno answers)
        """Write H10."""
        return self._route(second, chance, 'at=error code=H10 desc="App crashed"', "", None, 503)

    def say(self, second: float, process: str, message: str) -> str:
        """Write an app line."""
        return f"{_stamp(second)}+00:00 app[{process}]: {message}"

    def start(self, second: float, process: str) -> Iterator[str]:
        """Write a daily restart."""
        for message in (
            "Cycling",
            "State changed from up to starting",
            "Starting process with command `node index.js`",
        ):
            yield self._manage(second, process, message)
        yield self.say(second, process, "Listening on 0.0.0.0:31337")
        yield self._manage(second, process, "State changed from starting to up")

    def crash(self, second: float, process: str) -> Iterator[str]:
        """Write a start that fails."""
        yield self._manage(second, process, "State changed from crashed to starting")
        yield self._manage(second, process, "Starting process with command `node index.js`")
        for message in STACK:
            yield self.say(second, process, message)
        yield self._manage(second, process, "Process exited with status 1")
        yield self._manage(second, process, "State changed from starting to crashed")

    def _manage(self, second: float, process: str, message: str) -> str:
        """Write a line of the dyno manager."""
        return f"{_stamp(second)}+00:00 heroku[{process}]: {message}"

    def _route(
        self, second: float, chance: random.Random, outcome: str, process: str, time_ms: int | None, status: int
    ) -> str:
        """Write a router line."""
        times = "connect= service=" if time_ms is None else f"connect={chance.randrange(3)}ms service={time_ms}ms"
        return (
            f'{_stamp(second)}+00:00 heroku[router]: {outcome} method=GET path="{chance.choice(PATHS)}" '
            f'host=shop.example.com request_id={_id(chance)} fwd="203.0.113.{chance.randrange(256)}" dyno={process} '
            f"{times} status={status} bytes={chance.randrange(200, 40000)} protocol=https"
        )


class Render:
    """`render logs -o text`, which names no instance."""

    def process(self, number: int) -> str:
        """Name an instance."""
        return f"web-{number:05x}"

    def request(self, second: float, chance: random.Random, process: str) -> str:  # noqa: ARG002 (not said)
        """Write a request line."""
        return self._route(second, chance, chance.choice(STATUSES), _time_ms(chance))

    def failure(self, second: float, chance: random.Random, process: str) -> str:  # noqa: ARG002
        """Write a request that nothing answers."""
        return self._route(second, chance, 502, 2)

    def say(self, second: float, process: str, message: str) -> str:  # noqa: ARG002 (not said)
        """Write an app line."""
        return f"{_stamp(second)}417Z {message}"

    def start(self, second: float, process: str) -> Iterator[str]:
        """Write a deploy that goes well."""
        yield self.say(second, "", "==> Running 'node index.js'")
        yield self.say(second, process, "Listening on 0.0.0.0:10000")
        yield self.say(second, "", "==> Your service is live 🎉")

    def crash(self, second: float, process: str) -> Iterator[str]:
        """Write a start that fails."""
        yield self.say(second, "", "==> Running 'node index.js'")
        for message in STACK:
            yield self.say(second, process, message)
        yield self.say(second, "", "==> Exited with status 1")

    def _route(self, second: float, chance: random.Random, status: int, time_ms: int) -> str:
        """Write a request line."""
        return (
            f"{_stamp(second)}099Z [GET] {status} shop.example.com{chance.choice(PATHS)} "
            f'clientIP="203.0.113.{chance.randrange(256)}" requestID="{_id(chance)[:18]}" responseTimeMS={time_ms} '
            f'responseBytes={chance.randrange(200, 40000)} userAgent="{chance.choice(AGENTS)}"'
        )


class RenderStream(Render):
    """A log stream of Render, whose lines name their instances."""

    def request(self, second: float, chance: random.Random, process: str) -> str:
        """Write a request line."""
        return self._wrap(super().request(second, chance, process), process)

    def say(self, second: float, process: str, message: str) -> str:
        """Write an app line."""
        return self._wrap(super().say(second, process, message), process or "web-00000")

    def _wrap(self, line: str, process: str) -> str:
        """Put a line of text into its frame."""
        stamp, _, message = line.partition(" ")
        return f"<14>1 {stamp} shop {process} 7 {process} - {message}"


class CloudFoundry:
    """`cf logs`."""

    def process(self, number: int) -> str:
        """Name an instance."""
        return f"APP/PROC/WEB/{number}"

    def request(self, second: float, chance: random.Random, process: str) -> str:
        """Write an access line."""
        return self._route(second, chance, process, (chance.choice(STATUSES), _time_ms(chance), "-"))

    def failure(self, second: float, chance: random.Random, process: str) -> str:
        """Write an access line of an endpoint that refuses."""
        return self._route(second, chance, process, (502, 3, "endpoint_failure (dial tcp 203.0.113.7:61001: refused)"))

    def say(self, second: float, process: str, message: str) -> str:
        """Write an app line."""
        return f"   {_stamp(second)[:-4]}+0000 [{process}] OUT {message}"

    def start(self, second: float, process: str) -> Iterator[str]:
        """Write an instance that is moved."""
        number = process.rpartition("/")[2]
        yield self.say(second, f"CELL/{number}", "Starting health monitoring of container")
        yield self.say(second, process, "Listening on 0.0.0.0:8080")
        yield self.say(second, f"CELL/{number}", "Container became healthy")

    def crash(self, second: float, process: str) -> Iterator[str]:
        """Write a start that fails."""
        number = process.rpartition("/")[2]
        yield self.say(second, f"CELL/{number}", "Starting health monitoring of container")
        yield self.say(second, process, "Invoking start command.")
        for message in STACK:
            yield self.say(second, process, message)
        yield self.say(second, process, "Exit status 1")
        yield self.say(second, "API/1", 'Process has crashed with type: "web"')

    def _route(self, second: float, chance: random.Random, process: str, outcome: tuple[int, int, str]) -> str:
        """Write an access line."""
        status, time_ms, error = outcome
        trace = _id(chance)
        return (
            f"   {_stamp(second)[:-4]}+0000 [RTR/{chance.randrange(6)}] OUT shop.example.com - [{_stamp(second)}000Z] "
            f'"GET {chance.choice(PATHS)} HTTP/1.1" {status} 0 {chance.randrange(200, 40000)} "-" '
            f'"{chance.choice(AGENTS)}" "203.0.113.7:{chance.randrange(20000, 30000)}" "203.0.113.21:61001" '
            f'x_forwarded_for:"203.0.113.{chance.randrange(256)}" x_forwarded_proto:"https" '
            f'vcap_request_id:"{trace}" response_time:{time_ms / 1000:.6f} gorouter_time:0.000288 '
            f'app_id:"5a1c0c7e-12aa-4f0e-9d7b-3e1f00c0ffee" app_index:"{process.rpartition("/")[2]}" '
            f'instance_id:"0f1e2d3c-4b5a-6978-8796-a5b4" x_cf_routererror:"{error}" x_b3_traceid:"{trace[:8]}" '
            f'x_b3_spanid:"{trace[:8]}" x_b3_parentspanid:"-" b3:"{trace[:8]}-{trace[:8]}"'
        )


def _stamp(second: float) -> str:
    """Write the time of a second of the minute, without a zone."""
    return f"{MINUTE}{second:09.6f}"


RENDER_STREAM = RenderStream()
PLATFORMS: dict[str, Platform] = {"heroku": Heroku(), "render": Render(), "cloudfoundry": CloudFoundry()}
