"""Refusing: a value that means nothing is told as Typer tells of a wrong option, with the usage of its command."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand

from loganalyzer.commands.values import BadValue

__all__ = ["RefusingCommand"]


class RefusingCommand(TyperCommand):
    """A command whose own code may raise BadValue."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 (classes that Typer does not export)
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BadValue as problem:
            raise typer.BadParameter(problem.reason, ctx=ctx, param_hint=problem.option) from problem
