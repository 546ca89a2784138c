"""The stage: a clock, a seeded choice and the messages written so far; each platform adds its own acts."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from .model import CAUSE, FILLER, Entry

__all__ = ["Stage", "hex_id", "uuid"]

PAUSE = re.compile(r"@(\d+(?:\.\d+)?)\Z")
NAMES = (
    "shop",
    "ledger",
    "atlas",
    "harbor",
    "quill",
    "maple",
    "beacon",
    "orchid",
    "tandem",
    "pebble",
    "lantern",
    "willow",
)
KINDS = ("api", "web", "site", "service", "portal", "backend", "app")
PATHS = (
    "/",
    "/api/orders",
    "/login",
    "/static/main.css",
    "/api/items?page=2",
    "/favicon.ico",
    "/health",
    "/about",
    "/api/v1/users/41",
)

Choice = TypeVar("Choice")


def hex_id(random: Random, length: int) -> str:
    """Make a hexadecimal id."""
    return "".join(random.choice("0123456789abcdef") for _ in range(length))


def uuid(random: Random) -> str:
    """Make something that looks like a UUID."""
    return "-".join(hex_id(random, length) for length in (8, 4, 4, 4, 12))


class Stage:
    """What all platforms share.

    Attributes:
        random: the scenario's only source of chance.
        now: the story's clock, aware UTC.
        entries: messages so far.
        codes: the platform's error codes that belong to the incident.
        facts: what the log states of the runs that count: every value seen, any of which a verdict may name.
        acceptable: other verdicts that this log bears.
        values: names that templates may use.
        assigned: the port that the platform expects of the present run.
        linger: seconds that the app needs to stop.
    """

    platform = ""
    drops_empty = False
    """Whether the platform loses empty lines."""

    def __init__(self, random: Random, began: datetime) -> None:
        """Set the clock and choose the names of this scenario."""
        self.random = random
        self.now = began
        self.entries: list[Entry] = []
        self.codes: list[str] = []
        self.facts: dict[str, list[Any]] = {}
        self.acceptable: list[str] = []
        self.assigned = 0
        self.linger = 0.0
        name = f"{random.choice(NAMES)}-{random.choice(KINDS)}"
        self.values: dict[str, Any] = {
            "name": name,
            "pid": random.randint(2, 60),
            "child": random.randint(61, 99),
            "machine": uuid(random),
            "lan": f"172.{random.randint(16, 31)}.{random.randint(0, 255)}.{random.randint(2, 250)}",
            "root": "/app",
            "port": 0,
            "zone": random.choice((0, 0, 2, -7, -4, 1)),
            "word": random.choice(("orders", "billing", "catalog", "search")),
            "module": random.choice(("winston", "dotenv", "redis", "cors", "bcrypt", "sentry", "pandas", "helmet")),
            "variable": random.choice(("STRIPE_SECRET_KEY", "DATABASE_URL", "JWT_SECRET", "API_TOKEN", "S3_BUCKET")),
        }

    def choose(self, options: Sequence[Choice]) -> Choice:
        """Choose one."""
        return self.random.choice(options)

    def chance(self, share: float) -> bool:
        """Say yes in that share of the cases."""
        return self.random.random() < share

    def wait(self, least: float, most: float | None = None) -> None:
        """Let the clock run."""
        self.now += timedelta(seconds=least if most is None else self.random.uniform(least, most))

    def write(self, tag: str, text: str, role: str = FILLER) -> None:
        """Add one message at the present time, a moment behind the one before."""
        if self.drops_empty and not text.strip():
            return
        self.now += timedelta(microseconds=self.random.randint(40, 900))
        self.entries.append(Entry(self.now, tag, text, role))

    def fill(self, template: str, extra: Mapping[str, Any] | None = None) -> str:
        """Fill a template with the values of this stage."""
        values = {**self.values, "clock": self.now, "ms": f"{self.now.microsecond // 1000:03d}", **(extra or {})}
        return string.Formatter().vformat(template, (), values)

    def note(self, name: str, *values: Any) -> None:
        """Add values that the verdict may state for a fact."""
        known = self.facts.setdefault(name, [])
        known += [value for value in values if value not in known]

    def tell(self, tag: str, lines: Sequence[str], marked_role: str = CAUSE) -> None:
        """Write lines of data; marked ones get *marked_role*."""
        for line in lines:
            pause = PAUSE.match(line)
            if pause is not None:
                self.wait(float(pause.group(1)))
                continue
            marked = line.startswith("§")
            self.write(tag, self.fill(line[1:] if marked else line), marked_role if marked else FILLER)

    # --- acts that every platform plays ------------------------------------------------------------------------------

    def app_tag(self, stream: str = "OUT", process: str = "web") -> str:
        """Give the tag of the app's own lines."""
        raise NotImplementedError

    def set_up(self) -> None:
        """Write the lines of the deploy, if any."""
        raise NotImplementedError

    @property
    def patience(self) -> float:
        """Give the seconds that the platform waits for the port, from the start."""
        raise NotImplementedError

    def start(self, command: str) -> None:
        """Start the process; `assigned` is chosen before."""
        raise NotImplementedError

    def assign_port(self) -> int:
        """Choose the port that the platform expects for the next start."""
        raise NotImplementedError

    def come_up(self) -> None:
        """Say that the process takes traffic."""
        raise NotImplementedError

    def give_up(self, seen: str) -> None:
        """Wait for the port in vain and end the process.

        Args:
            seen: what the platform sees meanwhile: `nothing`, `loopback`, `elsewhere` or `no-http`.
        """
        raise NotImplementedError

    def exit(self, status: int, *, was_up: bool = False) -> None:
        """End the process by itself, and let the platform notice."""
        raise NotImplementedError

    def again(self) -> None:
        """Let the platform begin its next try behind a crash, up to the launch."""
        raise NotImplementedError

    def traffic(self, count: int) -> None:
        """Write ordinary requests."""
        raise NotImplementedError

    def refused_traffic(self, count: int) -> None:
        """Write what requests look like while nothing serves them."""
        raise NotImplementedError

    def stop_old(self, words: Sequence[str] = ()) -> None:
        """Stop a running process on purpose, as a redeploy does; *words* are what the app says to that."""
        raise NotImplementedError
