"""The map of the modules: every room of the program with what it is for, in the order of imports."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

from generator.sources import ROOT, Sources
from generator.writing import prose, table

__all__ = ["make_pages"]

PACKAGE = ROOT / "loganalyzer"
PAGE = "project/modules.md"
OPENING = """\
# The modules

The stages of one pipeline, and the rooms beside it. A module imports only from rooms that stand further down here;
`lint-imports` holds that. Each module says what it is for in its first line, and this page is made from those lines.
"""


def make_pages(sources: Sources) -> dict[str, str]:
    """Write the map."""
    del sources  # the program's own files alone
    ordered = [name for layer in _layers() for name in layer]
    rooms = ordered + sorted({path.stem for path in PACKAGE.glob("[a-z]*.py")} - set(ordered))
    single = [name for name in rooms if (PACKAGE / f"{name}.py").is_file()]
    blocks = [OPENING.strip(), *(_room(PACKAGE / name) for name in rooms if (PACKAGE / name).is_dir())]
    rows = [(f"`{name}.py`", _summary(PACKAGE / f"{name}.py")) for name in single]
    blocks.append("## Modules beside the rooms\n\n" + table(("module", "what it is for"), rows))
    return {PAGE: "\n\n".join(blocks) + "\n"}


def _layers() -> list[list[str]]:
    """Give the rooms and modules in the order of imports, the highest first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one.get("containers") == ["loganalyzer"])
    return [[name.strip() for name in layer.split("|")] for layer in layers]


def _room(folder: Path) -> str:
    """Write one room: its own words, and its modules."""
    words = _docstring(folder / "__init__.py")
    rows = [
        (f"`{path.relative_to(folder).as_posix()}`", _summary(path))
        for path in sorted(folder.rglob("*.py"))
        if path != folder / "__init__.py" and _docstring(path)
    ]
    return f"## {folder.name}/\n\n{words}\n\n{table(('module', 'what it is for'), rows)}"


def _docstring(path: Path) -> str:
    """Give what a module says of itself; empty without a word."""
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def _summary(path: Path) -> str:
    """Give the first sentence of a module, as a cell of a table has it."""
    return prose(" ".join(_docstring(path).split("\n\n")[0].split()))
