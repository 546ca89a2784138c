"""Tables: what was measured, as Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measuring import Cost, ratio

__all__ = ["BEGIN", "END", "describe_machine", "row_of", "table", "write_section"]

BEGIN = "<!-- results: written by python -m benchmarks --write -->"
END = "<!-- end of results -->"
COLUMNS = ("tool", "wall s", "MB/s", "CPU s", "peak MB", "wall, own to it", "CPU, own to it")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table; its first column is text, the others are numbers.

    >>> print(table(["a", "b"], [["x", "1"]]))
    | a | b |
    |---|---:|
    | x | 1 |
    """
    lines = [heads, *rows]
    texts = [f"| {' | '.join(line)} |" for line in lines]
    texts.insert(1, "|---|" + "---:|" * (len(heads) - 1))
    return "\n".join(texts)


def row_of(name: str, cost: Cost, size: int, own: Cost | None) -> list[str]:
    """Write a run as a row of COLUMNS.

    Args:
        name: what ran.
        cost: what it took.
        size: bytes of the input.
        own: what loganalyzer took on the same input; None for its own row.
    """
    return [
        name,
        f"{cost.wall_s:.2f}",
        f"{size / 1e6 / cost.wall_s:.0f}" if cost.wall_s else "",
        f"{cost.cpu_s:.2f}",
        f"{cost.peak_bytes / 1e6:.0f}" if cost.peak_bytes else "",
        "" if own is None else f"{ratio(own.wall_s, cost.wall_s):.2f} x",
        "" if own is None else f"{ratio(own.cpu_s, cost.cpu_s):.2f} x",
    ]


def describe_machine(versions: Sequence[tuple[str, str]]) -> str:
    """Say when and on what the figures were measured."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    lines = [
        f"- date: {datetime.now(UTC):%Y-%m-%d}",
        f"- machine: {_processor()}, {usable} usable processors, {_memory_gb():.0f} GB",
        f"- {platform.system()} {platform.release()}",
        f"- Python {platform.python_version()}",
    ]
    return "\n".join(lines + [f"- {name}: {said}" for name, said in versions])


def write_section(path: Path, text: str) -> None:
    """Put the results between the marks of a page; a page without marks gets them at its end."""
    page = path.read_text(encoding="utf-8") if path.exists() else ""
    before, mark, rest = page.partition(BEGIN)
    after = rest.partition(END)[2] if mark else "\n"
    path.write_text(f"{before}{BEGIN}\n\n{text.strip()}\n\n{END}{after}", encoding="utf-8")


def _processor() -> str:
    """Give the name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _memory_gb() -> float:
    """Give the size of the memory."""
    import psutil  # noqa: PLC0415 (the tests of tables need none)

    return float(psutil.virtual_memory().total) / 1e9
