"""`check`, `explain`, `why` and `patterns`: their options and help texts; the work is done elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from loganalyzer.commands.analysis import UNUSABLE
from loganalyzer.commands.options import Patterns, Platform
from loganalyzer.commands.plain_command import PlainCommand
from loganalyzer.commands.values import choose, use_folders
from loganalyzer.errors import UsageError

__all__ = ["check", "explain", "patterns_app", "why"]

patterns_app = typer.Typer(
    help="List, show, check, begin and measure patterns.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@patterns_app.command("check", cls=PlainCommand, options_metavar="[OPTIONS] [DIR]")
def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Folder of patterns; the shipped ones without it.")
    ] = None,
) -> None:
    """Check patterns against their samples.

    Exit status: 0 all is well, 2 something is wrong.
    """
    from loganalyzer.report.layout import count_words  # noqa: PLC0415 (start-up time)
    from loganalyzer.selfcheck import check_folder  # noqa: PLC0415

    if folder is not None and not folder.is_dir():
        raise UsageError(f"{folder}: no such folder")
    patterns, samples, problems = check_folder(folder)
    for problem in problems:
        print(problem, file=sys.stderr)
    counts = ((patterns, "pattern"), (samples, "sample"), (len(problems), "problem"))
    print(", ".join(count_words(count, thing) for count, thing in counts))
    raise typer.Exit(UNUSABLE if problems else 0)


def explain(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORD]...", help="H10, unknown_route, exit-137, port-hardcoded, ...")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List every word with one line.")] = False,
    form: Annotated[str, typer.Option("--format", metavar="text|json|markdown", help="Form of the answer.")] = "text",
    framework: Annotated[
        str | None, typer.Option(metavar="NAME", help="Give this framework's changes first, such as express.")
    ] = None,
) -> None:
    """Explain a code, a line, an exit status or a cause.

    Everything is known offline. A whole line in quotes is looked up by the words that stand in it.
    """
    from loganalyzer.commands.explanation import FORMATS, explain_words, list_words  # noqa: PLC0415 (start-up time)

    choose("--format", form, FORMATS)
    print(list_words(form) if listed else explain_words(words or [], form, framework), end="")


def why(
    targets: Annotated[list[str], typer.Argument(metavar="LOG:LINE | LOG...", help="A line; with --not whole logs.")],
    cause: Annotated[
        str | None, typer.Option("--not", metavar="CAUSE", help="Say what was found for and against this cause.")
    ] = None,
    platform: Platform = "auto",
    patterns: Patterns = None,
    everything: Annotated[bool, typer.Option("--all", help="Show every pattern that came near the line.")] = False,
) -> None:
    """Say how a line was read, or why not a cause.

    loganalyzer why app.log:12 shows the patterns that looked at line 12, what they captured and where they failed;
    loganalyzer why --not port-hardcoded app.log shows which condition was not met.
    """
    from loganalyzer.model import PLATFORMS  # noqa: PLC0415 (start-up time)

    choose("--platform", platform, ("auto", *PLATFORMS))
    named = None if platform == "auto" else platform
    if cause is not None:
        from loganalyzer.commands.why_cause import explain_cause  # noqa: PLC0415

        print(explain_cause(cause, tuple(targets), named, use_folders(patterns)), end="")
        return
    if len(targets) != 1:
        raise UsageError("name one line as LOG:LINE, or a cause with --not CAUSE")
    from loganalyzer.commands.why_line import explain_line  # noqa: PLC0415

    print(explain_line(targets[0], named, use_folders(patterns), everything=everything), end="")


@patterns_app.command("list", cls=PlainCommand, options_metavar="[OPTIONS]")
def list_command(
    family: Annotated[str | None, typer.Option(metavar="F", help="Only this family.")] = None,
    states: Annotated[str | None, typer.Option(metavar="S", help="Only patterns with this statement.")] = None,
    patterns: Patterns = None,
) -> None:
    """List the patterns with what they state."""
    from loganalyzer.commands.pattern_list import list_patterns  # noqa: PLC0415 (start-up time)

    print(list_patterns(family, states, use_folders(patterns)), end="")


@patterns_app.command("show", cls=PlainCommand, options_metavar="[OPTIONS] ID")
def show_command(
    name: Annotated[str, typer.Argument(metavar="ID", help="Id of a pattern.")],
    patterns: Patterns = None,
) -> None:
    """Show a pattern with its regexes and samples."""
    from loganalyzer.commands.pattern_list import show_pattern  # noqa: PLC0415 (start-up time)

    print(show_pattern(name, use_folders(patterns)), end="")


@patterns_app.command("new", cls=PlainCommand, options_metavar="[OPTIONS] ID --family F --states S")
def new_command(
    name: Annotated[str, typer.Argument(metavar="ID", help="Id of the pattern, kebab-case.")],
    family: Annotated[str, typer.Option(metavar="F", help="Folder of the pattern.")],
    states: Annotated[str, typer.Option(metavar="S", help="What the line states, a word of vocabulary.yaml.")],
    line: Annotated[str | None, typer.Option("--from", metavar="LOG:LINE", help="A line to take as a sample.")] = None,
    folder: Annotated[Path, typer.Option("--dir", metavar="DIR", help="Folder of the families.")] = Path("patterns"),
    platform: Platform = "auto",
) -> None:
    """Begin a pattern and its samples.

    Both files are to be finished by hand; nothing is overwritten.
    """
    from loganalyzer.commands.pattern_stub import Stub, write_stub  # noqa: PLC0415 (start-up time)
    from loganalyzer.model import PLATFORMS  # noqa: PLC0415

    choose("--platform", platform, ("auto", *PLATFORMS))
    print(write_stub(Stub(name, family, states), folder, line, None if platform == "auto" else platform), end="")


@patterns_app.command("coverage", cls=PlainCommand, options_metavar="[OPTIONS] LOG...")
def coverage_command(
    logs: Annotated[list[str], typer.Argument(metavar="LOG...", help="Logs; '-' is standard input.")],
    platform: Platform = "auto",
    patterns: Patterns = None,
    top: Annotated[int, typer.Option(metavar="N", min=0, help="How many kinds of unmatched lines to show.")] = 20,
) -> None:
    """Say how much of a log the patterns know.

    Lines of the platform that nothing knows are shown by kind, the most frequent first.
    """
    from loganalyzer.commands.coverage import describe_coverage  # noqa: PLC0415 (start-up time)
    from loganalyzer.model import PLATFORMS  # noqa: PLC0415

    choose("--platform", platform, ("auto", *PLATFORMS))
    named = None if platform == "auto" else platform
    print(describe_coverage(tuple(logs), named, use_folders(patterns), top), end="")
