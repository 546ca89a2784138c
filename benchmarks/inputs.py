"""Writes the logs to measure with: the same bytes for the same seed, of any size.

Four kinds: *quiet* is healthy traffic with rare events; in a *storm* half of the lines are router errors, exceptions or
restarts; *wide* has 500 processes; *long* has lines of 20 KB of JSON. All names, addresses and ids are invented.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

__all__ = ["KINDS", "PLATFORMS", "write_log"]

KINDS = ("quiet", "storm", "wide", "long")
PLATFORMS = ("heroku", "render", "cloudfoundry")

LINES_PER_SECOND = 400
BATCH = 4096
START = datetime(2026, 5, 1, tzinfo=UTC)
SHARE_OF_APP = 0.15
RARE = 0.00002
LONG_LINE = 20_000

PATHS = (
    "/", "/login", "/api/orders", "/api/orders/4711?page=2&sort=asc", "/assets/app-5f2c.js", "/health", "/users/81/edit",
    "/search?q=blue+shoes", "/api/v2/carts/19/items", "/favicon.ico",
)  # fmt: skip
AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/127.0 Safari/537.36",
    "curl/8.9.1",
)
STATUSES = (200,) * 40 + (304,) * 6 + (302,) * 3 + (404, 422)
APP_LINES = (
    'method=GET path=/api/orders format=json controller=OrdersController action=index status=200 duration={ms}.31 view=4.02 db=3.11',
    "cart {id} priced in {ms} ms",
    '{{"level":"info","logger":"orders","msg":"order stored","order":{id},"took_ms":{ms}}}',
    "[worker] job {id} done, {ms} ms",
    "Rendered orders/index.html.erb within layouts/application ({ms}.4ms)",
    "cache hit for product:{id}",
)
EXCEPTION_LINES = (
    "Error: connect ECONNREFUSED 203.0.113.9:5432",
    "    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1595:16)",
    "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
    "Traceback (most recent call last):",
    '  File "/app/shop/views.py", line 81, in checkout',
    "    total = prices[item.id] * item.count",
    "KeyError: {id}",
    "ActionView::Template::Error (undefined method `price' for nil:NilClass):",
    "app/views/orders/show.html.erb:12:in `block in render'",
    "psycopg2.OperationalError: could not connect to server: Connection refused",
)


@dataclass
class Maker:
    """Makes lines of one platform.

    Attributes:
        random: the seeded source of chance.
        processes: how many web processes there are.
    """

    random: random.Random
    processes: int

    def process(self) -> int:
        """Choose a process, counted from 1."""
        return self.random.randrange(self.processes) + 1

    def milliseconds(self) -> int:
        """Choose a time to answer: most short, some long."""
        return int(self.random.lognormvariate(3.4, 0.9))

    def app_text(self) -> str:
        """Choose what the app says in good times."""
        chance = self.random
        return chance.choice(APP_LINES).format(ms=chance.randrange(900), id=chance.randrange(100_000))

    def exception_text(self) -> str:
        """Choose a line of an exception."""
        return self.random.choice(EXCEPTION_LINES).format(id=self.random.randrange(100_000))

    def identity(self) -> str:
        """Make a request id."""
        digits = f"{self.random.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def address(self) -> str:
        """Choose an address of a client, from a block that is kept for examples."""
        return f"198.51.100.{self.random.randrange(256)}"


class Heroku(Maker):
    """`heroku logs` with Router 2.0 off."""

    def request(self) -> str:
        """Make an ordinary line of the router."""
        chance = self.random
        return (
            f'heroku[router]: at=info method=GET path="{chance.choice(PATHS)}" host=shop.example.com'
            f' request_id={self.identity()} fwd="{self.address()}" dyno=web.{self.process()} connect={chance.randrange(3)}ms'
            f" service={self.milliseconds()}ms status={chance.choice(STATUSES)} bytes={chance.randrange(40_000)} protocol=https"
        )

    def app(self, text: str) -> str:
        """Make a line of the app."""
        return f"app[web.{self.process()}]: {text}"

    def trouble(self) -> str:
        """Make a line that is trouble."""
        chance, number = self.random, self.process()
        choice = chance.randrange(10)
        if choice < 5:
            code, words = chance.choice((("H12", "Request timeout"), ("H10", "App crashed"), ("H13", "Connection closed without response")))
            dyno = "" if code == "H10" else f"web.{number}"
            return (
                f'heroku[router]: at=error code={code} desc="{words}" method=GET path="{chance.choice(PATHS)}" host=shop.example.com'
                f' request_id={self.identity()} fwd="{self.address()}" dyno={dyno} connect=1ms service={30000 if code == "H12" else ""}'
                f"{'ms' if code == 'H12' else ''} status=503 bytes=0 protocol=https"
            )
        if choice < 8:
            return self.app(self.exception_text())
        return f"heroku[web.{number}]: " + chance.choice(
            (
                "State changed from up to crashed",
                "State changed from crashed to starting",
                "Process exited with status 1",
                "Starting process with command `node server.js`",
                "State changed from starting to up",
                f"Process running mem={500 + chance.randrange(80)}M({100 + chance.randrange(9)}.{chance.randrange(9)}%)",
                "Error R14 (Memory quota exceeded)",
            )
        )

    def stamp(self, at: datetime) -> str:
        """Write a time as the platform does, with the blank behind it."""
        return f"{at:%Y-%m-%dT%H:%M:%S.%f}+00:00 "


class Render(Maker):
    """A downloaded log."""

    def request(self) -> str:
        """Make an ordinary line of the router."""
        chance = self.random
        return (
            f'[GET] {chance.choice(STATUSES)} shop.example.com{chance.choice(PATHS)} clientIP="{self.address()}"'
            f' requestID="{self.identity()[:18]}" responseTimeMS={self.milliseconds()}'
            f' responseBytes={chance.randrange(40_000)} userAgent="{chance.choice(AGENTS)}"'
        )

    def app(self, text: str) -> str:
        """Make a line of the app."""
        return text

    def trouble(self) -> str:
        """Make a line that is trouble."""
        chance = self.random
        choice = chance.randrange(10)
        if choice < 4:
            return self.request().replace("] 200", "] 502", 1)
        if choice < 8:
            return self.exception_text()
        return chance.choice(
            ("==> Exited with status 1", "==> Running 'node server.js'", "==> No open ports detected, continuing to scan...", "==> Deploying...")
        )

    def stamp(self, at: datetime) -> str:
        """Write a time as the platform does, with the blank behind it."""
        return f"{at:%Y-%m-%dT%H:%M:%S.%f}{self.random.randrange(1000):03}Z "


class CloudFoundry(Maker):
    """`cf logs` with the access lines of gorouter."""

    def request(self, status: int = 0, error: str = "-") -> str:
        """Make a line of the router."""
        chance, seconds = self.random, self.milliseconds() / 1000
        identity = self.identity()
        return (
            f'[RTR/{chance.randrange(6)}] OUT shop.example.com - [{self.received}] "GET {chance.choice(PATHS)} HTTP/1.1"'
            f' {status or chance.choice(STATUSES)} 0 {chance.randrange(40_000)} "-" "{chance.choice(AGENTS)}"'
            f' "203.0.113.7:{20000 + chance.randrange(9999)}" "203.0.113.21:61{chance.randrange(100):03}"'
            f' x_forwarded_for:"{self.address()}, 203.0.113.7" x_forwarded_proto:"https" vcap_request_id:"{identity}"'
            f' response_time:{seconds:.6f} gorouter_time:0.000{chance.randrange(999):03} app_id:"5a1c0c7e-12aa-4f0e-9d7b-3e1f00c0ffee"'
            f' app_index:"{self.process() - 1}" instance_id:"0f1e2d3c-4b5a-6978-8796-a5b4" x_cf_routererror:"{error}"'
            f' x_b3_traceid:"{identity[:8]}00" x_b3_spanid:"{identity[:8]}00" x_b3_parentspanid:"-" b3:"{identity[:8]}00-{identity[:8]}00"'
        )

    received = ""

    def app(self, text: str) -> str:
        """Make a line of the app."""
        return f"[APP/PROC/WEB/{self.process() - 1}] OUT {text}"

    def trouble(self) -> str:
        """Make a line that is trouble."""
        chance, index = self.random, self.process() - 1
        choice = chance.randrange(10)
        if choice < 4:
            return self.request(502, "endpoint_failure (dial tcp 203.0.113.21:61012: connect: connection refused)")
        if choice < 8:
            return f"[APP/PROC/WEB/{index}] ERR {self.exception_text()}"
        return chance.choice(
            (
                f"[CELL/{index}] OUT Container became unhealthy",
                f"[CELL/{index}] OUT Starting health monitoring of container",
                f"[CELL/{index}] OUT Container became healthy",
                f"[APP/PROC/WEB/{index}] OUT Exit status 137 (out of memory)",
                f"[CELL/SSHD/{index}] OUT Exit status 0",
            )
        )

    def stamp(self, at: datetime) -> str:
        """Write a time as the platform does, with the blank behind it."""
        self.received = f"{at:%Y-%m-%dT%H:%M:%S.%f}000Z"
        return f"   {at:%Y-%m-%dT%H:%M:%S.%f}"[:-4] + "+0000 "


MAKERS: dict[str, Callable[[random.Random, int], Heroku | Render | CloudFoundry]] = {
    "heroku": Heroku, "render": Render, "cloudfoundry": CloudFoundry,
}  # fmt: skip


def write_log(path: Path, platform: str, kind: str, size: int, seed: int = 1) -> int:
    """Write one log.

    Args:
        path: where to.
        platform: one of PLATFORMS.
        kind: one of KINDS.
        size: about how many bytes.
        seed: the same seed gives the same bytes.

    Returns:
        The number of bytes written.
    """
    chance = random.Random(f"{platform} {kind} {seed}")
    maker = MAKERS[platform](chance, 500 if kind == "wide" else 4)
    written = 0
    with path.open("wb") as file:
        for batch in _batches(maker, kind):
            written += file.write(batch)
            if written >= size:
                return written
    raise AssertionError("batches never end")  # pragma: no cover


def _batches(maker: Heroku | Render | CloudFoundry, kind: str) -> Iterator[bytes]:
    """Make lines without end, some thousand at once."""
    chance = maker.random
    step = timedelta(seconds=1 / LINES_PER_SECOND)
    at = START
    while True:
        lines: list[str] = []
        for _ in range(BATCH if kind != "long" else BATCH // 64):
            at += step
            stamp = maker.stamp(at)
            lines.append(f"{stamp}{_text(maker, kind, chance)}\n")
        yield "".join(lines).encode()


def _text(maker: Heroku | Render | CloudFoundry, kind: str, chance: random.Random) -> str:
    """Make what stands behind the time of one line."""
    luck = chance.random()
    if luck < (0.5 if kind == "storm" else RARE):
        return maker.trouble()
    if kind == "long":
        return maker.app('{"level":"info","rows":[' + ",".join(f'{{"id":{n},"name":"item {n}"}}' for n in range(LONG_LINE // 26)) + "]}")
    if chance.random() < SHARE_OF_APP:
        return maker.app(maker.app_text())
    return maker.request()
