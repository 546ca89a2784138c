"""The exception tree: everything a user can repair, and nothing else.

    LoganalyzerError
    ├── InputError       an input cannot be read (missing, forbidden, not a file)
    ├── LibraryError     a pattern file or its samples are wrong; carries every problem found
    ├── UsageError       options that do not go together
    └── WorkerError      a worker process was ended by something else

Log content never raises: any bytes are data. Errors are raised where they are found and turned into text in `cli`
alone.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["InputError", "LibraryError", "LoganalyzerError", "Problem", "UsageError", "WorkerError"]


class LoganalyzerError(Exception):
    """Anything that ends the command with status 2 and a message for the user."""


class InputError(LoganalyzerError):
    """An input cannot be read.

    Attributes:
        name: the input as the user gave it.
        reason: what the system said, in words.
    """

    def __init__(self, name: str, reason: str) -> None:
        """Keep the parts, so that a report can show them apart."""
        super().__init__(f"{'standard input' if name == '-' else name}: {reason}")
        self.name = name
        self.reason = reason


class UsageError(LoganalyzerError):
    """Options that contradict each other or have no meaning together."""


class WorkerError(LoganalyzerError):
    """A worker process was ended from outside; what it had read is lost."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("a worker process was ended, perhaps for want of memory; --jobs 1 reads without workers")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a data file, told like a compiler tells it.

    Attributes:
        path: the file.
        line: 1-based line in it; None when the file as a whole is meant.
        what: what is wrong, in one sentence.
        reason: why it is wrong; empty when *what* says it.
        nearest: the closest thing that would have fitted; empty when there is none.
        help: what to do about it.
    """

    path: str
    line: int | None
    what: str
    reason: str = ""
    nearest: str = ""
    help: str = ""

    def __str__(self) -> str:
        """Give the report as it is printed: file, line, what, and the parts that are there."""
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        parts = [f"{where}: {self.what}"]
        parts += [
            f"  {name}: {value}"
            for name, value in (("reason", self.reason), ("nearest", self.nearest), ("help", self.help))
            if value
        ]
        return "\n".join(parts)


class LibraryError(LoganalyzerError):
    """The pattern library does not load; `problems` has every fault that was found."""

    def __init__(self, problems: list[Problem]) -> None:
        """Join the reports, the first file first."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
