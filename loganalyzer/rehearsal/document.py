"""The port rule of an app as a section of its README, updated in place between two markers."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from loganalyzer.errors import InputError
from loganalyzer.rehearsal.records import Rehearsal
from loganalyzer.rehearsal.show import describe

__all__ = ["BEGIN", "END", "update_file", "write_section"]

BEGIN = "<!-- loganalyzer rehearse: begin -->"
END = "<!-- loganalyzer rehearse: end -->"


def write_section(rehearsals: Sequence[Rehearsal]) -> str:
    """Write the section: variable, start command, what was seen on each platform."""
    command = rehearsals[0].plan.command
    lines = [
        BEGIN,
        "## Port",
        "",
        "The app takes its port from the variable `PORT`, set by the platform. It must listen on `0.0.0.0` or `::`.",
        "",
        f"Start command: {_code(command.line)} ({_plain(command.origin)})",
        "",
        "| platform | `PORT` | listened on | reached from | result |",
        "|---|---|---|---|---|",
    ]
    for one in rehearsals:
        verdict = one.analysis.worst.verdict
        seen = [listener for listener in one.listeners if not listener.side]
        places = ", ".join(dict.fromkeys(f"`{listener.place}`" for listener in seen)) or "nothing"
        reach = ", ".join(dict.fromkeys(describe(listener) for listener in seen)) or "nowhere"
        result = "passed" if verdict.cause == "healthy" else f"**{verdict.cause}**: {_plain(verdict.title)}"
        lines.append(f"| {one.plan.platform} | {one.plan.port} | {places} | {reach} | {result} |")
    lines += ["", "Seen by `loganalyzer rehearse`; run it again to bring this section up to date.", END]
    return "\n".join(lines) + "\n"


def update_file(path: Path, section: str) -> None:
    """Put a section into a file: in place of the one between the markers, else behind its end.

    Raises:
        InputError: the file cannot be read or written, or has one of the markers alone.
    """
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        has = (text.count(BEGIN), text.count(END))
        if has == (0, 0):
            text = f"{text.rstrip()}\n\n{section}".lstrip("\n")
        elif has == (1, 1) and text.index(BEGIN) < text.index(END):
            head, _, rest = text.partition(BEGIN)
            tail = rest.partition(END)[2].removeprefix("\n")
            text = head + section + tail
        else:
            raise InputError(str(path), f"needs the markers {BEGIN} and {END} once each, in this order, or neither")
        _replace(path, text)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), getattr(error, "strerror", None) or "is no UTF-8 text") from error


def _replace(path: Path, text: str) -> None:
    """Write a file so that it is whole at every moment."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        if path.exists():
            Path(name).chmod(path.stat().st_mode & 0o7777)
        else:
            Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _code(text: str) -> str:
    """Write text as code, with as many backticks as it needs."""
    fence = "``" if "`" in text else "`"
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text.replace('|', chr(92) + '|')}{pad}{fence}"


def _plain(text: str) -> str:
    """Write text so that a table of Markdown takes it as it is."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>|" else letter for letter in " ".join(text.split()))
