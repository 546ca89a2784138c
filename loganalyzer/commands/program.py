"""The program as Typer sees it: its options, and its commands, each of which is imported when it runs."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from loganalyzer import __version__
from loganalyzer.commands import COMMANDS
from loganalyzer.commands.plain_command import PlainCommand

__all__ = ["app", "run"]


class _Commands(TyperGroup):
    """The commands by name; the program's help needs their summaries alone."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 (Typer's)
        """Know the names."""
        super().__init__(**settings)
        for name, command in COMMANDS.items():
            self.add_command(TyperCommand(name, help=command.summary))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 (classes that Typer does not export)
        """Import a command."""
        stored = super().get_command(ctx, cmd_name)
        if stored is None:
            return None
        where = COMMANDS[cmd_name]
        made = getattr(import_module(where.module), where.name)
        if not isinstance(made, typer.Typer):
            # A line of standard input is "-:3".
            context = {"ignore_unknown_options": True} if cmd_name == "why" else None
            alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
            alone.command(cmd_name, cls=PlainCommand, context_settings=context, options_metavar=where.usage)(made)
            made = alone
        command = get_command(made)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002
        """Write the names and summaries."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in COMMANDS.items()])


app = typer.Typer(
    name="loganalyzer",
    cls=_Commands,
    help="Find out from container logs why a deploy on Heroku, Render or Cloud Foundry gets no traffic.",
    epilog="Without a command, inputs go to 'analyze'.  heroku logs -n 1500 -a my-app | loganalyzer",
    no_args_is_help=False,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.", is_eager=True)] = False,
) -> None:
    """Find out from container logs why a deploy on Heroku, Render or Cloud Foundry gets no traffic."""
    if version:
        print(f"loganalyzer {__version__}")
        raise typer.Exit


def run(arguments: list[str]) -> int:
    """Run what the arguments say; give the exit status."""
    try:
        app(arguments, prog_name="loganalyzer")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0
