"""A command as Typer runs it: help as its author wrote it, and wrong values that are told with its usage."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand

from loganalyzer.commands.values import BadValue

__all__ = ["PlainCommand"]


class PlainCommand(TyperCommand):
    """A command whose usage is its `options_metavar` alone, and whose own code may raise BadValue."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 (classes that Typer does not export)
        """Give the usage line behind the command's name."""
        return [self.options_metavar or ""]

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Write arguments and options; arguments without the names of Python's types that Typer adds."""
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None:
                continue
            words = record[1].replace("\\[", "[")  # older versions of Typer escape brackets for another printer
            if parameter.param_type_name == "argument":
                sections["Arguments"].append((parameter.metavar or record[0], words))
            else:
                sections["Options"].append((record[0], words))
        for title, records in sections.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BadValue as problem:
            raise typer.BadParameter(problem.reason, ctx=ctx, param_hint=problem.option) from problem
