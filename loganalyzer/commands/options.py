"""Options that several commands have, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["AppName", "Color", "ExitZero", "Patterns", "Platform", "ProcessName", "Since", "Until"]

Platform = Annotated[str, typer.Option(metavar="auto|heroku|render|cloudfoundry|plain", help="Platform of the logs.")]
Since = Annotated[
    str | None, typer.Option(metavar="TIME", help="Leave out earlier lines; ISO 8601, UTC without a zone.")
]
Until = Annotated[str | None, typer.Option(metavar="TIME", help="Leave out later lines.")]
AppName = Annotated[
    str | None, typer.Option("--app", metavar="NAME", help="Only this app, where lines name their app.")
]
ProcessName = Annotated[
    str | None, typer.Option(metavar="NAME", help="Only this process (web.1) or process type (web).")
]
Patterns = Annotated[
    list[Path] | None, typer.Option("--patterns", metavar="DIR", help="Add your own patterns; can be repeated.")
]
ExitZero = Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 also for an incident or an unknown verdict.")]
Color = Annotated[str, typer.Option(metavar="auto|always|never", help="Colour; NO_COLOR is respected.")]
