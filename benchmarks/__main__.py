"""`python -m benchmarks`: writes its inputs, measures, and prints the results or puts them into a page."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.inputs import SHAPES, bytes_of
from benchmarks.peers import peers_for
from benchmarks.platforms import PLATFORMS
from benchmarks.suites import SUITES, Bench
from benchmarks.tables import describe_machine, write_section
from loganalyzer import __version__

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> None:
    """Run the suites that the arguments name."""
    asked = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.inputs or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(folder, asked.size, asked.shape, asked.platform, asked.runs, _say)
        parts = [SUITES[name](bench) for name in asked.suite]
        if asked.stages:
            from benchmarks.stages import share_stages  # noqa: PLC0415 (imports the whole program)

            logs = [bench.input(platform, shape) for platform in asked.platform for shape in asked.shape]
            parts.append("\n\n".join(["## Share of the stages", *map(share_stages, logs)]))
    versions = [("loganalyzer", __version__), *((peer.name, peer.version()) for peer in peers_for()[0])]
    text = "\n\n".join([describe_machine(versions), *parts])
    print(text)
    if asked.write is not None:
        write_section(asked.write, text)


def _parser() -> argparse.ArgumentParser:
    """Describe the options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", type=bytes_of, default=bytes_of("100MB"), help="bytes of an input, 10MB to 10GB")
    parser.add_argument("--shape", type=_names(SHAPES), default=("quiet", "storm"), help=",".join(SHAPES))
    parser.add_argument("--platform", type=_names(PLATFORMS), default=tuple(PLATFORMS), help=",".join(PLATFORMS))
    parser.add_argument("--suite", type=_names(SUITES), default=("peers", "start"), help=",".join(SUITES))
    parser.add_argument("--runs", type=int, default=3, help="runs of each, of which the median counts")
    parser.add_argument("--stages", action="store_true", help="also the share of each stage in the time")
    parser.add_argument("--inputs", type=Path, help="folder that keeps the inputs for the next call")
    parser.add_argument("--write", type=Path, metavar="PAGE.md", help="put the results into this page")
    return parser


def _names(known: Iterable[str]) -> Callable[[str], tuple[str, ...]]:
    """Give what reads names with commas between them; `all` stands for all."""
    names = tuple(known)

    def read(text: str) -> tuple[str, ...]:
        asked = names if text == "all" else tuple(text.split(","))
        if not set(asked) <= set(names):
            raise argparse.ArgumentTypeError(f"{text!r}: known are {', '.join(names)}")
        return asked

    return read


def _say(text: str) -> None:
    """Tell what is going on."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
