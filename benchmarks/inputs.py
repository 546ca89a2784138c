"""Inputs: seeded logs of any size, written at the pace of the disk.

Some minutes of lines are made one by one; they are written again and again, each time with another time in their
stamps, so that no minute of the log is told twice.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.platforms import MINUTE, PLATFORMS, RENDER_STREAM, Platform

__all__ = ["HOSTILE", "SHAPES", "bytes_of", "make_block", "write_input"]

BLOCKS = 5
"""Minutes that are made one by one."""

LINES = 10_000
"""About how many lines a minute has; those of long lines have fewer."""

PROCESSES = 4
WIDE_PROCESSES = 500
LONG_LINES = 125
LONG_BYTES = 20_000
UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9}
START = datetime(2026, 5, 1, tzinfo=UTC)

Writer = Callable[[Platform, random.Random, int], Iterator[str]]


def bytes_of(text: str) -> int:
    """Read a size such as 100MB.

    >>> bytes_of("100MB")
    100000000
    """
    number, unit = text[:-2], text[-2:].upper()
    if unit not in UNITS or not number.replace(".", "", 1).isdecimal():
        raise ValueError(f"{text!r} is no size such as 100MB or 10GB")
    return int(float(number) * UNITS[unit])


def write_input(path: Path, platform: str, shape: str, size: int, seed: int = 1) -> int:
    """Write a log; give its lines.

    Args:
        path: where.
        platform: one of PLATFORMS.
        shape: one of SHAPES or HOSTILE.
        size: bytes, to a line's end.
        seed: the same seed gives the same bytes.
    """
    blocks = [make_block(platform, shape, number, seed) for number in range(BLOCKS)]
    written = lines = minute = 0
    with path.open("wb") as file:
        while written < size:
            at = START + timedelta(minutes=minute)
            stamp = at.strftime("%Y-%m-%dT%H:%M:").encode()
            data = blocks[minute % BLOCKS].replace(MINUTE.encode(), stamp)
            if len(data) > size - written:
                data = data[: data.find(b"\n", size - written - 1) + 1]
            file.write(data)
            written += len(data)
            lines += data.count(b"\n")
            minute += 1
    return lines


def make_block(platform: str, shape: str, number: int, seed: int) -> bytes:
    """Make the lines of one minute.

    Args:
        platform: one of PLATFORMS.
        shape: one of SHAPES or HOSTILE.
        number: of the minute; another number gives other lines.
        seed: for all that is chosen by chance.
    """
    chance = random.Random(f"{platform} {shape} {number} {seed}")  # noqa: S311 (inputs, no secrets)
    lines = (SHAPES | HOSTILE)[shape](PLATFORMS[platform], chance, number)
    return "".join(f"{line}\n" for line in lines).encode()


def _quiet(platform: Platform, chance: random.Random, number: int) -> Iterator[str]:
    """Write healthy traffic, and now and then a restart that goes well."""
    yield from _traffic(platform, chance, number, PROCESSES)


def _wide(platform: Platform, chance: random.Random, number: int) -> Iterator[str]:
    """Write the same of many processes."""
    named = RENDER_STREAM if platform is PLATFORMS["render"] else platform
    yield from _traffic(named, chance, number, WIDE_PROCESSES)


def _traffic(platform: Platform, chance: random.Random, number: int, processes: int) -> Iterator[str]:
    """Write traffic of some processes."""
    if number == 0:
        yield from platform.start(0, platform.process(0))
    for line in range(LINES):
        second = line * 60 / LINES
        process = platform.process(chance.randrange(processes))
        if chance.random() < 0.75:
            yield platform.request(second, chance, process)
        else:
            yield platform.say(second, process, _message(chance))


def _chatty(platform: Platform, chance: random.Random, number: int) -> Iterator[str]:
    """Write healthy traffic of an app whose framework logs each request, in words that hints stand in."""
    if number == 0:
        yield from platform.start(0, platform.process(0))
    for line in range(LINES // 4):
        second = line * 240 / LINES
        process = platform.process(chance.randrange(PROCESSES))
        yield platform.request(second, chance, process)
        for message in _logged(chance):
            yield platform.say(second, process, message)


def _logged(chance: random.Random) -> tuple[str, ...]:
    """Give what frameworks log of a request; no two are the same."""
    request, order = f"{chance.getrandbits(128):032x}", chance.randrange(100_000)
    took, path = chance.random() * 200, f"/orders/{order}/{chance.choice(('edit', 'lines', 'invoice'))}"
    return chance.choice((
        (
            f'[{request}] Started GET "{path}" for 203.0.113.{order % 200} at 2026-05-01 10:00:00 +0000',
            f"[{request}] Processing by OrdersController#show as HTML",
            f"[{request}] Completed 200 OK in {took:.0f}ms (Views: {took / 2:.1f}ms | ActiveRecord: {took / 9:.1f}ms)",
        ),
        (
            f"GET {path} 200 {took:.3f} ms - {order % 9000}",
            f'{{"level":"info","pid":4,"msg":"request completed","res":{{"statusCode":200}},"took":{took:.3f}}}',
            f"Worker running job {order} from queue default, started {took:.0f} ms ago, error count 0",
        ),
        (
            f'203.0.113.{order % 200} - - [01/May/2026:10:00:00 +0000] "GET {path} HTTP/1.1" 200 {order % 9000} "-"',
            f"WARNING Not Found: {path}",
            f"DEBUG ({took / 1000:.3f}) 1 row from orders, order {order} is active and not locked",
        ),
    ))  # fmt: skip


def _storm(platform: Platform, chance: random.Random, number: int) -> Iterator[str]:  # noqa: ARG001 (all are alike)
    """Write as many lines of failed requests and crashes as of anything else."""
    written = 0
    while written < LINES:
        second = min(59.9, written * 60 / LINES)
        process = platform.process(chance.randrange(PROCESSES))
        if chance.random() < 0.02:
            bad = list(platform.crash(second, process))
        else:
            bad = [platform.failure(second, chance, process) for _ in range(2)]
        yield from bad
        for _ in bad:
            worker = process.replace("web", "worker").replace("WEB", "WORKER")
            yield platform.say(second, worker, _message(chance))
        written += 2 * len(bad)


def _long(platform: Platform, chance: random.Random, number: int) -> Iterator[str]:
    """Write long lines of JSON between a few requests."""
    if number == 0:
        yield from platform.start(0, platform.process(0))
    for line in range(LONG_LINES):
        second = line * 60 / LONG_LINES
        process = platform.process(chance.randrange(PROCESSES))
        yield platform.request(second, chance, process)
        items: list[dict[str, object]] = []
        while len(items) * 100 < LONG_BYTES:
            items.append({"sku": f"{chance.getrandbits(64):016x}", "name": _message(chance), "price": chance.random()})
        record = {"level": "info", "logger": "orders", "msg": "order stored", "items": items}
        yield platform.say(second, process, json.dumps(record)[:LONG_BYTES] + '"}')


def _message(chance: random.Random) -> str:
    """Give what an app says when all is well."""
    number = chance.randrange(100_000)
    return chance.choice(
        (
            f"cache hit for product:{number}",
            f"cart {number} priced in {number % 700} ms",
            f"job {number} done, {number % 900} ms",
            f'{{"level":"info","logger":"orders","msg":"order stored","order":{number},"took_ms":{number % 500}}}',
        )
    )


def _new_processes(platform: Platform, chance: random.Random, number: int) -> Iterator[str]:
    """Write every line of another process."""
    named = RENDER_STREAM if platform is PLATFORMS["render"] else platform
    for line in range(LINES):
        yield named.say(line * 60 / LINES, named.process(number * LINES + line), _message(chance))


def _new_messages(platform: Platform, chance: random.Random, number: int) -> Iterator[str]:  # noqa: ARG001
    """Write exceptions of which none is like another."""
    for line in range(LINES):
        words = "".join(chance.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(24))
        message = f"Error: Cannot find module '{words}-{chance.getrandbits(32):08x}'"
        yield platform.say(line * 60 / LINES, platform.process(chance.randrange(PROCESSES)), message)


def _new_minutes(platform: Platform, chance: random.Random, number: int) -> Iterator[str]:
    """Write every request of another minute."""
    at = START + timedelta(days=number)
    for line in range(LINES):
        stamp = (at + timedelta(minutes=line * BLOCKS)).strftime("%Y-%m-%dT%H:%M:")
        yield platform.request(0, chance, platform.process(0)).replace(MINUTE, stamp)


def _new_apps(platform: Platform, chance: random.Random, number: int) -> Iterator[str]:
    """Write RFC 5424 lines, each of another app."""
    for line in range(LINES):
        second = line * 60 / LINES
        process = platform.process(0).lower().replace("app/proc/", "").replace("/", ".")
        message = _message(chance)
        yield f"<190>1 {MINUTE}{second:09.6f}+00:00 host shop-{number}-{line} {process} - {message}"


SHAPES: dict[str, Writer] = {"quiet": _quiet, "chatty": _chatty, "storm": _storm, "wide": _wide, "long": _long}
HOSTILE: dict[str, Writer] = {
    "processes": _new_processes,
    "messages": _new_messages,
    "minutes": _new_minutes,
    "apps": _new_apps,
}
