"""Reads annotated samples: raw log lines, each under what is expected of it, and the same lines with one change.

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
CHANGE = late_regex(r'(?P<old>"(?:[^"\\]|\\.)+") => (?P<new>"(?:[^"\\]|\\.)*")(?P<expected> #=.*)?')


@dataclass(frozen=True, slots=True)
class Sample:
    """One raw line with its expectation.

    Attributes:
        path: the sample file.
        line: 1-based line of the raw line; of the change when it is derived.
        text: the raw line.
        matches: whether the pattern must match.
        values: what it must capture, as text; meaningful when it must match.
        reason: why it must not match; empty otherwise.
        is_derived: whether it is a sample changed in one place by "#~".
    """

    path: str
    line: int
    text: str
    matches: bool
    values: dict[str, str]
    reason: str
    is_derived: bool = False


def read_samples(path: Path) -> tuple[list[Sample], list[Problem]]:
    """Read one sample file.

    Returns:
        The samples, and a problem for each line that has no expectation and each expectation without a line.
    """
    reader = _Reader(str(path))
    for number, text in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        reader.take(number, text)
    return reader.samples, reader.problems


class _Reader:
    """Takes the lines of one sample file.

    Attributes:
        samples: those that are complete.
        problems: what is wrong with the file.
    """

    def __init__(self, path: str) -> None:
        """Begin a file."""
        self.samples: list[Sample] = []
        self.problems: list[Problem] = []
        self._path = path
        self._expected: tuple[bool, dict[str, str], str] | None = None
        self._expected_at = 0
        self._above: Sample | None = None

    def take(self, number: int, text: str) -> None:
        """Take the next line."""
        kind, rest = text[:2], text[2:].strip()
        if kind == "#:":
            return
        if kind in ("#=", "#!"):
            if self._expected is not None:
                self._report(self._expected_at, "an expectation without a line below it")
            self._expected = (True, self._values(number, rest), "") if kind == "#=" else (False, {}, rest)
            self._expected_at = number
            if kind == "#!" and not rest:
                self._report(number, "a near miss without its reason", help="write it after #!")
        elif self._expected is not None:
            if text:
                self._above = Sample(self._path, number, text, *self._expected)
                self.samples.append(self._above)
            else:
                self._report(self._expected_at, "an expectation without a line below it")
            self._expected = None
        elif kind == "#~":
            self._derive(number, rest)
        elif text.strip():
            self._report(number, "a line without an expectation above it", help="write #= or #! above")
        else:
            self._above = None

    def _values(self, number: int, rest: str) -> dict[str, str]:
        """Read what must be captured."""
        if PAIR.sub("", rest).strip():
            self._report(number, f'"{PAIR.sub("", rest).strip()}" is no name=value pair')
        return {found["name"]: unquote(found["value"]) for found in PAIR.finditer(rest)}

    def _derive(self, number: int, rest: str) -> None:
        """Change the line above; what comes of it must not match, or must match with values of its own."""
        change = CHANGE.fullmatch(rest)
        if change is None:
            self._report(number, "no change", help='write #~ "text of the line above" => "other text"')
            return
        old, new = unquote(change["old"]), unquote(change["new"])
        if self._above is None or not self._above.matches:
            self._report(number, "a change without a line that must match right above it")
        elif old not in self._above.text or old == new:
            self._report(number, f'"{old}" changes nothing in the line above')
        else:
            text = self._above.text.replace(old, new, 1)
            expected = change["expected"]
            values = self._values(number, expected.removeprefix(" #=").strip()) if expected else {}
            reason = "" if expected else f"with {rest}"
            self.samples.append(Sample(self._path, number, text, bool(expected), values, reason, is_derived=True))

    def _report(self, line: int, what: str, help: str = "") -> None:  # noqa: A002 (the record's word)
        """Note a problem."""
        self.problems.append(Problem(self._path, line, what, help=help))
