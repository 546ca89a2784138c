"""Measures what docs/scale.md says of batch: `python -m tests.batch_scale logs|large|parts [--count N]`.

Each line is one measurement. Processor time is that of all processes together; on a busy machine it alone tells much.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from loganalyzer.batch import Options
from loganalyzer.batch.records import Part, Piece
from loganalyzer.batch.summarizing import Worker, join_parts
from loganalyzer.library import load
from tests.scenarios import scenarios

SEED = 11
TICKS = 60
MIB = 1 << 20


def main() -> None:
    """Measure one thing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=sorted(MEASUREMENTS))
    parser.add_argument("--count", type=int, help="Logs, MiB or parts.")
    parser.add_argument("--only", action="append", help="Only these measurements of logs or large; can be repeated.")
    chosen = parser.parse_args()
    measure, usual = MEASUREMENTS[chosen.what]
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), chosen.count or usual, chosen.only or [])


def measure_logs(folder: Path, count: int, only: list[str]) -> None:
    """Compare batch with one `analyze` over the same composed logs, and its table with the known causes."""
    logs = folder / "logs"
    logs.mkdir()
    known = {}
    for scenario in scenarios(count, SEED):
        path = logs / f"{scenario.id}.log"
        path.write_bytes(scenario.text.encode("utf-8", "surrogateescape"))
        known[str(path)] = {scenario.cause, *scenario.acceptable}
    size = sum(path.stat().st_size for path in logs.iterdir())
    print(f"{count} composed logs, {size / 1e6:.1f} MB")
    run_all(logs, folder, only)
    results = folder / "batch" / "results.jsonl"
    if results.exists():
        causes: dict[str, set[str]] = {}
        for line in results.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            causes.setdefault(row["log"], set()).add(row["cause"])
        right = sum(bool(causes.get(path, set()) & wanted) for path, wanted in known.items())
        print(f"{right} of {count} agree with the cause from which they were composed")


def measure_large(folder: Path, size: int, only: list[str]) -> None:
    """Compare batch with `analyze` over one large file, and two workers with one."""
    (folder / "logs").mkdir()
    with (folder / "logs" / "large.log").open("wb") as file:
        minute = 0
        while file.tell() < size * MIB:
            file.write("".join(traffic_of(minute)).encode())
            minute += 1
    print(f"one file of {size} MiB")
    run_all(folder / "logs", folder, only)


def run_all(logs: Path, folder: Path, only: list[str]) -> None:
    """Run the commands that are compared."""
    analyze = ["analyze", str(logs), "--format", "json", "--jobs", "1"]
    batch = ["batch", str(logs), "--fresh", "--out"]
    again = ["batch", str(logs), "--out", str(folder / "batch")]
    for name, command in (
        ("analyze", analyze),
        ("batch", [*batch, str(folder / "batch")]),
        ("again", again),
        ("two", [*batch, str(folder / "two"), "--jobs", "2"]),
    ):
        if not only or name in only:
            begun, used = time.monotonic(), children_s()
            subprocess.run([sys.executable, "-m", "loganalyzer", *command], stdout=subprocess.DEVNULL, check=False)
            print(
                f"{name}: {children_s() - used:.1f} s of processor time, {time.monotonic() - begun:.1f} s on the clock"
            )


def measure_parts(_folder: Path, count: int, _only: list[str]) -> None:
    """Join parts as a tree: those of composed logs, and those that have nothing in common."""
    worker = Worker(Options(), load())
    for name, texts in (("composed", alike(count)), ("all different", (different(at) for at in range(count)))):
        with tempfile.NamedTemporaryFile(suffix=".log") as file:
            parts = []
            known: dict[str, Part] = {}
            for text in texts:
                if text not in known:
                    Path(file.name).write_text(text, encoding="utf-8", errors="surrogateescape")
                    known[text] = worker.summarize(Piece(file.name, file.name))
                parts.append(known[text])
        sizes = [len(pickle.dumps(part)) for part in known.values()]
        print(
            f"{name}: a part {statistics.median(sizes) / 1e3:.1f} kB in the median, {max(sizes) / 1e3:.1f} kB at most"
        )
        for some in (count // 100, count // 10, count):
            begun = os.times()
            joined = join_parts(parts[:some])
            used = os.times()
            seconds = used.user + used.system - begun.user - begun.system
            # Of the joined part the summary alone is of interest; the list of its pieces grows with their number.
            size = len(pickle.dumps(joined.summary)) / 1e3
            print(
                f"{name}: {some} parts joined in {seconds:.2f} s, {1e3 * seconds / some:.2f} ms a part, {size:.0f} kB"
            )


def alike(count: int) -> Iterator[str]:
    """Give composed logs; after some hundred they come again."""
    texts = [scenario.text for scenario in scenarios(300, SEED)]
    return (texts[at % len(texts)] for at in range(count))


def different(number: int) -> str:
    """Give a log of an app, processes, minutes and a crash that no other log has."""
    head = f"2024-{1 + number // 40320 % 12:02}-{1 + number // 1440 % 28:02}T{number // 60 % 24:02}:{number % 60:02}"
    return "".join(
        f"{head}:{second:02}.000000+00:00 {text}\n"
        for second, text in (
            (0, f"heroku[worker{number}.1]: Starting process with command `node w{number}.js`"),
            (2, f"app[worker{number}.1]: Server listening on http://0.0.0.0:{1024 + number % 60000}"),
            (3, f"app[worker{number}.1]: Error: Cannot find module 'm{number}'"),
            (4, f"heroku[worker{number}.1]: Process exited with status {number % 255}"),
            (4, f"heroku[worker{number}.1]: State changed from starting to crashed"),
        )
    )


def traffic_of(minute: int) -> Iterator[str]:
    """Write a minute of requests and app lines."""
    for second in range(TICKS):
        stamp = f"2024-{1 + minute // 40320 % 12:02}-{1 + minute // 1440 % 28:02}T{minute // 60 % 24:02}:{minute % 60:02}:{second:02}"
        for at in range(10):
            number = (minute * TICKS + second) * 10 + at
            code = 'at=error code=H12 desc="Request timeout"' if number % 977 == 0 else "at=info"
            status, service = (503, 30000) if number % 977 == 0 else (200, 5 + number * 7919 % 400)
            yield (
                f'{stamp}.{at}00000+00:00 heroku[router]: {code} method=GET path="/item/{number % 5000}" host=shop.example.com '
                f'request_id={number:032x} fwd="203.0.113.{number % 250}" dyno=web.{1 + number % 3} connect=1ms '
                f"service={service}ms status={status} bytes={number % 9000} protocol=https\n"
            )
        yield f"{stamp}.950000+00:00 app[web.1]: [info] handled item {second} in {minute % 37} ms\n"


def children_s() -> float:
    """Give the processor time of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


MEASUREMENTS: dict[str, tuple[Callable[[Path, int, list[str]], None], int]] = {
    "large": (measure_large, 2048),
    "logs": (measure_logs, 5000),
    "parts": (measure_parts, 10_000),
}

if __name__ == "__main__":
    main()
