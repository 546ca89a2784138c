"""Sandbox: a template of the user's runs in a process of its own, so that it can neither hang nor fill the memory.

The process reads one JSON document from standard input and writes one to standard output. Jinja's sandbox keeps the
template from Python's objects; the limits of the process keep it from loops and texts without an end.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import traceback
from typing import Any, NamedTuple

__all__ = ["Failure", "run_template"]

LONGEST_S = 20
MOST_MEMORY = 1 << 30
MOST_CHARACTERS = 50_000_000
FILE = "<template>"
"""What Jinja calls the file of a template that is a string."""


class Failure(NamedTuple):
    """Why a template gave no text.

    Attributes:
        reason: in words.
        line: of the template; None when it is not known.
    """

    reason: str
    line: int | None


def run_template(source: str, values: dict[str, Any], *, is_html: bool) -> str | Failure:
    """Run a template.

    Args:
        source: its text.
        values: what it sees; JSON.
        is_html: whether what is put in is escaped for HTML.
    """
    task = json.dumps({"source": source, "values": values, "is_html": is_html})
    command = [sys.executable, "-m", "loganalyzer.postmortem.sandbox"]
    try:
        done = subprocess.run(command, input=task.encode(), capture_output=True, timeout=LONGEST_S, check=False)  # noqa: S603
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return Failure(f"it runs longer than {LONGEST_S} seconds", None)
    except ValueError:
        return Failure("it ended without a text", None)
    return answer["text"] if "text" in answer else Failure(answer["reason"], answer["line"])


def main() -> None:
    """Run the template on standard input; the process of `run_template`."""
    task = json.load(sys.stdin)
    with contextlib.suppress(ImportError, OSError, ValueError):  # there are no such limits on Windows
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        answer: dict[str, Any] = {"text": _render(task["source"], task["values"], is_html=task["is_html"])}
    except MemoryError:
        answer = {"reason": "it needs too much memory", "line": None}
    except Exception as error:  # noqa: BLE001 (a template can raise anything)
        answer = {"reason": _words(error), "line": _line(error)}
    json.dump(answer, sys.stdout)


def _render(source: str, values: dict[str, Any], *, is_html: bool) -> str:
    """Render a template, piece by piece, so that a long text is noticed early."""
    from jinja2 import StrictUndefined  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    from loganalyzer.postmortem.page import filters  # noqa: PLC0415
    from loganalyzer.report.markdown import code, escape  # noqa: PLC0415

    environment = ImmutableSandboxedEnvironment(
        autoescape=is_html, undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.filters.update(filters())
    environment.filters.update(markdown=lambda text: escape(str(text)), code=lambda text: code(str(text)))
    pieces, length = [], 0
    for piece in environment.from_string(source).generate(**values):
        pieces.append(piece)
        length += len(piece)
        if length > MOST_CHARACTERS:
            raise OverflowError(f"it writes more than {MOST_CHARACTERS:,} characters")
    return "".join(pieces)


def _words(error: Exception) -> str:
    """Say what went wrong."""
    text = " ".join(str(error).split())[:300]
    return text if type(error).__module__.startswith("jinja2") and text else f"{type(error).__name__}: {text}"


def _line(error: Exception) -> int | None:
    """Give the line of the template: that of a syntax error, else the last one that ran."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == FILE]
    found = getattr(error, "lineno", None) or next(iter(lines[::-1]), None)
    return found if isinstance(found, int) else None


if __name__ == "__main__":
    main()
