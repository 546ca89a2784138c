"""The commands' way to their inputs: whole logs, and single lines named as LOG:LINE."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from loganalyzer.errors import InputError, UsageError
from loganalyzer.model import Line
from loganalyzer.pipeline import Settings, Summarizer
from loganalyzer.reading import Source, find_sources, read_blocks
from loganalyzer.summarizing.headed import line_spans
from loganalyzer.summary import Summary

__all__ = ["open_logs", "read_lines", "summarize_logs"]


def open_logs(paths: Sequence[str]) -> list[Source]:
    """Give the inputs; files of a folder that are no logs are left out. Raises InputError when one cannot be read."""
    sources, problems = find_sources(paths)
    named = [problem for problem in problems if type(problem) is InputError or not sources]
    if named:
        raise named[0]
    return sources


def summarize_logs(paths: Sequence[str], platform: str | None, patterns: tuple[Path, ...]) -> list[tuple[str, Summary]]:
    """Read whole logs. Raises InputError and LibraryError.

    Returns:
        (input name, its summary), in the order of the inputs.
    """
    sources = open_logs(paths)
    settings = Settings(tuple(paths), platform=platform, patterns=patterns)
    summarizer = Summarizer(settings)
    summaries: list[tuple[str, Summary]] = []
    for source in sources:
        total = Summary()
        for block in read_blocks(source, block_bytes=settings.block_bytes):
            total.merge(summarizer.summarize(block, source.name))
        summaries.append((source.name, total))
    return summaries


def read_lines(target: str) -> tuple[str, list[Line]]:
    """Read one line of a log.

    Args:
        target: LOG:LINE; the number counts from 1.

    Returns:
        Name of the log, and the line as the ingesters get it: several when the line holds several records, the record's
        first line when it stands inside of one.

    Raises:
        UsageError: the target has another form, or the log has fewer lines.
        InputError: the log cannot be read.
    """
    path, _, digits = target.rpartition(":")
    if not path or not (digits.isascii() and digits.isdigit()) or int(digits) == 0:
        raise UsageError(f'"{target}" does not name a line; write LOG:LINE, such as app.log:12')
    wanted = int(digits)
    sources = open_logs([path])
    if len(sources) != 1:
        raise UsageError(f"{path} is a folder; name the file that holds the line")
    before = 0
    for block in read_blocks(sources[0]):
        if before + block.raw_lines >= wanted:
            numbers = [before + number for number in block.numbers or range(1, block.lines + 1)]
            # A record over several lines counts as its first one.
            begin = max((number for number in numbers if number <= wanted), default=0)
            return sources[0].name, [
                Line(begin, block.data[start:end].decode("utf-8", "replace"))
                for number, (start, end) in zip(numbers, line_spans(block.data), strict=True)
                if number == begin
            ]
        before += block.raw_lines
    raise UsageError(f"{sources[0].name} has {before} line{'s' if before != 1 else ''}, there is no line {wanted}")
