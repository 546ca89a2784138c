"""Reads annotated samples: raw log lines, each under what is expected of it.

The notation is described in patterns/README.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from loganalyzer.errors import Problem
from loganalyzer.late import late_regex
from loganalyzer.text import unquote

__all__ = ["Sample", "read_samples"]

PAIR = late_regex(r'(?P<name>[a-z_]+)=(?P<value>"(?:[^"\\]|\\.)*"|\S*)')


@dataclass(frozen=True, slots=True)
class Sample:
    """One raw line with its expectation.

    Attributes:
        path: the sample file.
        line: 1-based line of the raw line.
        text: the raw line.
        matches: whether the pattern must match.
        values: what it must capture, as text; meaningful when it must match.
        reason: why it must not match; empty otherwise.
    """

    path: str
    line: int
    text: str
    matches: bool
    values: dict[str, str]
    reason: str


def read_samples(path: Path) -> tuple[list[Sample], list[Problem]]:
    """Read one sample file.

    Returns:
        The samples, and a problem for each line that has no expectation and each expectation without a line.
    """
    samples: list[Sample] = []
    problems: list[Problem] = []
    expected: tuple[bool, dict[str, str], str] | None = None
    expected_at = 0
    for number, text in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if text.startswith("#:"):
            continue
        if text.startswith(("#=", "#!")):
            if expected is not None:
                problems.append(Problem(str(path), expected_at, "an expectation without a line below it"))
            rest = text[2:].strip()
            if text.startswith("#="):
                values = {found["name"]: unquote(found["value"]) for found in PAIR.finditer(rest)}
                if PAIR.sub("", rest).strip():
                    problems.append(Problem(str(path), number, f'"{PAIR.sub("", rest).strip()}" is no name=value pair'))
                expected = (True, values, "")
            else:
                if not rest:
                    problems.append(
                        Problem(str(path), number, "a near miss without its reason", help="write it after #!")
                    )
                expected = (False, {}, rest)
            expected_at = number
        elif expected is not None:
            if not text:
                problems.append(Problem(str(path), expected_at, "an expectation without a line below it"))
            else:
                samples.append(Sample(str(path), number, text, *expected))
            expected = None
        elif text.strip():
            problems.append(
                Problem(str(path), number, "a line without an expectation above it", help="write #= or #! above")
            )
    return samples, problems
