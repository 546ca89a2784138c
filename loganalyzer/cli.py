"""The command line: commands, help, and how the program ends.

No subcommand is needed for the main job: what is no subcommand goes to `analyze`. Errors become text here and nowhere
else; results go to standard output, everything else to standard error.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from loganalyzer.commands import COMMANDS
from loganalyzer.commands.analysis import UNUSABLE, analyze_logs
from loganalyzer.commands.plain_arguments import read_plainly
from loganalyzer.commands.values import BadValue
from loganalyzer.errors import LoganalyzerError, UsageError

__all__ = ["main"]

OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""Python's own 700 make it look for garbage some hundred times while the program starts, and find none."""

OWN_OPTIONS = ("--help", "--version", "--install-completion", "--show-completion")


def main() -> NoReturn:
    """Run the command and exit with its status."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    _prepare_output()
    arguments = sys.argv[1:]
    try:
        status = _run(arguments)
        sys.stdout.flush()
    except LoganalyzerError as error:
        print(f"loganalyzer: {error}", file=sys.stderr)
        status = UNUSABLE
    except BrokenPipeError:
        # The reader has gone away: nothing is left to say, and the interpreter must not try to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except OSError as error:
        # Inputs that cannot be read are InputErrors, so this is the output: a full disk, a terminal that went away.
        print(f"loganalyzer: the output cannot be written: {error.strerror or error}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = UNUSABLE
    except KeyboardInterrupt:
        status = 130
    raise SystemExit(status)


def _prepare_output() -> None:
    """Make every character of a log printable: programs get UTF-8, a terminal that has less gets question marks."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # it was closed before the start
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 (open until the end)
        elif isinstance(stream, io.TextIOWrapper):
            is_chosen = stream.isatty() or "PYTHONIOENCODING" in os.environ
            stream.reconfigure(encoding=None if is_chosen else "utf-8", errors="replace")


def _run(arguments: list[str]) -> int:
    """Run the main job at once where its arguments are plain, and anything else through Typer; give the status."""
    _refuse_misspelt(arguments)
    if arguments[:1] != ["--help"]:
        wishes = read_plainly(arguments, tuple(COMMANDS))
        if wishes is not None:
            try:
                return analyze_logs(wishes)
            except BadValue:
                pass  # Typer says it in its way, with the usage
    from loganalyzer.commands.program import run  # noqa: PLC0415 (start-up time)

    return run(arguments if _names_command(arguments) else ["analyze", *arguments])


def _refuse_misspelt(arguments: Sequence[str]) -> None:
    """Raise UsageError where the first word is neither a command nor a file, but nearly a command."""
    word = arguments[0] if arguments else ""
    if not word.isalpha() or word in COMMANDS or os.path.lexists(word):
        return
    from difflib import get_close_matches  # noqa: PLC0415 (start-up time)

    for command in get_close_matches(word, COMMANDS, n=1, cutoff=0.75):
        raise UsageError(f"there is no command or file {word!r}; did you mean: loganalyzer {command}")


def _names_command(arguments: Sequence[str]) -> bool:
    """Say whether the arguments are for a subcommand or for the program itself."""
    return bool(arguments) and (arguments[0] in COMMANDS or arguments[0] in OWN_OPTIONS)
