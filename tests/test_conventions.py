"""The rules of the house that no linter knows: layers, names, sizes, and that nothing speaks of one machine."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from loganalyzer.commands import COMMANDS
from loganalyzer.diagnosis.causes import CAUSES
from loganalyzer.ingesters import INGESTERS
from loganalyzer.model import PLATFORM_NAMES, PLATFORMS

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 300
LONGEST_FUNCTION = 60
LARGEST_FILE = 1 << 20
SHORTEST_README = 20
KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MODULES = sorted([*(ROOT / "loganalyzer").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])
PACKAGE = [path for path in MODULES if "loganalyzer" in path.relative_to(ROOT).parts[:1]]


def name_of(path: Path) -> str:
    """Give the pytest id of a file."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    """Parse a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def files() -> list[Path]:
    """Give what belongs to the repository: what git keeps or would keep, or everything outside hidden folders."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        found = [
            path for path in ROOT.rglob("*") if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
        ]
    return [path for path in found if path.is_file()]


def test_import_contracts() -> None:
    """No room imports what lies above it, and platforms and families of causes do not know each other."""
    command = Path(sys.executable).with_name("lint-imports")
    if not command.is_file():
        pytest.skip("import-linter is not installed")
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


class TestModules:
    """Python files."""

    @pytest.mark.parametrize("path", MODULES, ids=name_of)
    def test_docstring(self, path: Path) -> None:
        """A module says in its first sentence what it owns."""
        text = ast.get_docstring(tree_of(path))
        assert text
        assert text.split("\n\n")[0].rstrip().endswith((".", ":", "!", "?"))

    @pytest.mark.parametrize("path", PACKAGE, ids=name_of)
    def test_size(self, path: Path) -> None:
        """A module of the package that grows too long has two subjects, and so has a function's body."""
        assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES
        long = {
            node.name: length
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.FunctionDef)
            and (length := (node.end_lineno or 0) - node.body[0].lineno + 1) > LONGEST_FUNCTION
        }
        assert not long

    @pytest.mark.parametrize("path", [path for path in PACKAGE if b"__all__" in path.read_bytes()], ids=name_of)
    def test_all_is_sorted(self, path: Path) -> None:
        """`__all__` is sorted as import statements are (constants, classes, functions), names nothing twice and only what is there."""
        for node in tree_of(path).body:
            if isinstance(node, ast.Assign) and [getattr(target, "id", "") for target in node.targets] == ["__all__"]:
                names = ast.literal_eval(node.value)
                assert list(names) == sorted(
                    set(names), key=lambda name: (not name.isupper(), not name[0].isupper(), name)
                )
                assert set(names) <= set(names_of(tree_of(path))), "names what is not there"
                return
        pytest.fail("__all__ is no plain list")


def names_of(tree: ast.Module) -> Iterator[str]:
    """Give what a module binds at its top level."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


class TestIds:
    """Ids are public interface."""

    @pytest.mark.parametrize("path", sorted((ROOT / "patterns").glob("*/*.yaml")), ids=name_of)
    def test_pattern(self, path: Path) -> None:
        """A pattern's id is its file's name, in kebab case like its family's."""
        found = re.search(r"^id: *(\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert found
        assert found[1] == path.stem
        assert KEBAB.fullmatch(path.stem)
        assert KEBAB.fullmatch(path.parent.name)

    @pytest.mark.parametrize("path", sorted((ROOT / "tests" / "cases").glob("*/*")), ids=name_of)
    def test_case(self, path: Path) -> None:
        """A case's id is platform and folder, and it has a log and a label and nothing else."""
        assert {child.name for child in path.iterdir()} == {"log.txt", "case.yaml"}
        assert (
            yaml.safe_load((path / "case.yaml").read_text(encoding="utf-8"))["id"] == f"{path.parent.name}-{path.name}"
        )
        assert KEBAB.fullmatch(path.name)

    def test_causes(self) -> None:
        """A cause's id is in kebab case and given once."""
        ids = [cause.id for cause in CAUSES]
        assert len(ids) == len(set(ids))
        assert all(KEBAB.fullmatch(name) for name in ids)


class TestPlatforms:
    """Names of platforms."""

    def test_each_is_named_in_the_same_places(self) -> None:
        """An ingester's platform stands in the list of platforms, has a name for people, and is in the published schemas."""
        assert {ingester.PLATFORM for ingester in INGESTERS} == set(PLATFORMS)
        assert set(PLATFORM_NAMES) == set(PLATFORMS) - {"plain"}
        for schema in ("report/json_v1.schema.json", "postmortem/postmortem_v1.schema.json"):
            text = (ROOT / "loganalyzer" / schema).read_text(encoding="utf-8")
            lists = [
                set(json.loads(found[1]))
                for found in re.finditer(r'"platform": \{\s*(?:"description": "[^"]*",\s*)?"enum": (\[[^\]]*\])', text)
            ]
            assert lists, schema
            assert all(names == set(PLATFORMS) for names in lists), schema


class TestRepository:
    """Everything that is kept."""

    def test_readme_names_every_command(self) -> None:
        """A command that the README does not name is found by nobody."""
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        if len(text.splitlines()) < SHORTEST_README:
            pytest.skip("the README is not written yet")
        assert COMMANDS
        assert not [name for name in COMMANDS if not re.search(rf"\b{name}\b", text)]

    def test_no_file_is_large(self) -> None:
        """Large files belong elsewhere."""
        assert not [name_of(path) for path in files() if path.stat().st_size > LARGEST_FILE]

    def test_nothing_speaks_of_this_machine(self) -> None:
        """No file names the folder of this checkout or, logs apart, the home folder of whoever runs the tests."""
        home = f"{Path.home()}/".encode()
        checkout = str(ROOT).encode()
        speaking = [
            name_of(path)
            for path in files()
            if checkout in (data := path.read_bytes())
            or (path.suffix not in (".log", ".txt") and len(home) > 2 and home in data)
        ]
        assert not speaking
