"""Start-up: what is imported for which answer, what the cache does, and how long it takes beside an empty program."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup
from typer.main import get_command

from loganalyzer.commands import COMMANDS
from loganalyzer.commands.analysis import Wishes
from loganalyzer.commands.analyze import analyze
from loganalyzer.commands.plain_arguments import SWITCHES, VALUES, read_plainly
from loganalyzer.commands.program import app
from loganalyzer.library import Matcher, load
from loganalyzer.library.stored import index_of
from loganalyzer.scanning import Scanner

ROOT = Path(__file__).parent.parent
LOG = ROOT / "sample_logs" / "heroku-port-hardcoded.log"
NEVER = {
    *("asyncio", "ctypes", "email", "jinja2", "multiprocessing", "numpy", "pandas", "platformdirs", "psutil"),
    *("pydantic", "rich", "tabulate", "vl_convert", "yaml"),
}
"""Modules that no short answer needs."""

NOT_FOR_A_LOG = {*NEVER, "bz2", "concurrent", "isal", "lzma", "typer", "zstandard"}
NOT_FOR_HELP = {*NEVER, "hyperscan", "regex", "isal", "zstandard", "loganalyzer.pipeline", "loganalyzer.commands.batch"}
MOST_FOR_HELP = 24
"""Times an empty program; twice what it should be, because tests run beside others."""

MOST_FOR_A_LOG = 30
MOST_FOR_THE_FIRST = 80
PAIRS = 5
LIST_MODULES = "import atexit,sys; atexit.register(lambda: sys.stderr.write('\\n'.join(sys.modules)));"
RUN = "from loganalyzer.__main__ import main; main()"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Give an environment with a cache of its own, in which Python keeps what it compiles."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "LOGANALYZER_CACHE": str(tmp_path / "cache"), "PYTHONPYCACHEPREFIX": str(tmp_path / "compiled")}


def start(environment: dict[str, str], *arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own."""
    command = [sys.executable, "-c", before + RUN, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment)


def modules(environment: dict[str, str], *arguments: str) -> set[str]:
    """Give what was imported when the program ended, with the packages."""
    start(environment, *arguments)
    names = start(environment, *arguments, before=LIST_MODULES).stderr.splitlines()
    assert "loganalyzer.cli" in names
    return set(names)


class TestImports:
    """What an answer does not need is not imported for it."""

    def test_help(self, environment: dict[str, str]) -> None:
        """The help names commands without importing them."""
        assert modules(environment, "--help") & NOT_FOR_HELP == set()

    @pytest.mark.parametrize("form", ["text", "json"])
    def test_short_log(self, environment: dict[str, str], form: str) -> None:
        """A short log of lines needs no table, array, decompressor, process pool or parser of options."""
        assert modules(environment, "--exit-zero", "--format", form, str(LOG)) & NOT_FOR_A_LOG == set()

    def test_text_needs_no_json_form(self, environment: dict[str, str]) -> None:
        """One form of the report does not import the others."""
        names = modules(environment, "--exit-zero", str(LOG))
        assert "loganalyzer.report.text" in names
        assert {"loganalyzer.report.json_v1", "loganalyzer.report.markdown", "loganalyzer.redaction"} & names == set()


class TestPlainArguments:
    """The short way of reading arguments gives what Typer gives, or nothing."""

    def test_options_are_those_of_typer(self) -> None:
        """Every option that is read plainly is one of the command, and all of the command's are read plainly."""
        program = typer.Typer()
        program.command()(analyze)
        command = get_command(program)
        known = {option for one in command.params for option in one.opts if option.startswith("-")}
        completion = {"--install-completion", "--show-completion"}
        assert known - completion == set(VALUES) | set(SWITCHES)

    @pytest.mark.parametrize(
        "arguments",
        [
            ["a.log"],
            ["analyze", "-", "--format", "json"],
            ["--platform=heroku", "b.log", "--since", "2026-05-01", "--until=2026-05-02T10:00", "c.log"],
            ["--patterns", "x", "--patterns=y", "-v", "--exit-zero", "-j", "3", "--color", "never", "--verbose"],
            ["--app", "shop", "--process", "web.1", "--jobs", "256", ""],
            [],
        ],
    )
    def test_same_as_typer(self, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        """Both ways ask for the same."""
        asked: list[Wishes] = []
        monkeypatch.setattr("loganalyzer.commands.analyze.analyze_logs", lambda wishes: asked.append(wishes) or 0)
        words = arguments[1:] if arguments[:1] == ["analyze"] else arguments
        with pytest.raises(SystemExit):
            app(["analyze", *words])
        assert asked == [read_plainly(arguments, tuple(COMMANDS))]

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--help"],
            ["a.log", "--help"],
            ["watch"],
            ["--form", "json"],
            ["-j4"],
            ["-vv"],
            ["--jobs", "0"],
            ["--jobs", "257"],
            ["--jobs", "\u0664"],
            ["--format"],
            ["--app", "-x"],
            ["--", "-x"],
            ["--exit-zero=1"],
            ["--no-such"],
        ],
    )
    def test_left_to_typer(self, arguments: list[str]) -> None:
        """What is unusual or wrong is not read here."""
        assert read_plainly(arguments, tuple(COMMANDS)) is None

    def test_completion_is_left_to_typer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The shell asks for words to complete."""
        monkeypatch.setenv("_LOGANALYZER_COMPLETE", "complete_bash")
        assert read_plainly(["a.log"]) is None

    def test_summaries_are_those_of_the_commands(self) -> None:
        """The program's help says of each command what the command's own help begins with."""
        program = get_command(app)
        assert isinstance(program, TyperGroup)
        context = program.context_class(program)
        for name, command in COMMANDS.items():
            made = program.get_command(context, name)
            assert made is not None
            assert " ".join((made.help or "").split("\n\n")[0].split()) == command.summary


class TestCache:
    """What is kept for the next start."""

    def test_stored_library_is_the_library(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A library from the cache equals the one that was read."""
        monkeypatch.setenv("LOGANALYZER_CACHE", str(tmp_path))
        read, kept = load(), load()
        assert type(read.patterns) is not type(kept.patterns)
        assert list(read.patterns) == list(kept.patterns)
        assert read.index.hints == kept.index.hints
        assert list(map(list, read.index.rules)) == kept.index.rules
        assert (read.words, read.own, read.key) == (kept.words, kept.own, kept.key)
        assert dict(kept.by_id) == dict(read.by_id)
        assert index_of(list(kept.patterns)) == read.index

    @pytest.mark.parametrize("damage", [b"", b"{}", b"\0" * 1000])
    def test_damage_is_noticed(self, damage: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A damaged file counts as none, and is made anew."""
        monkeypatch.setenv("LOGANALYZER_CACHE", str(tmp_path))
        text = b"xx Error: listen EADDRINUSE xx\n"
        found = Scanner(Matcher(load()).hints).scan(text)
        assert found
        for path in tmp_path.iterdir():
            whole = path.read_bytes()
            path.write_bytes(damage + whole[len(damage) : -1])
        assert Scanner(Matcher(load()).hints).scan(text) == found

    def test_databases_of_other_hints(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A kept database is used for the hints that it was made of alone."""
        monkeypatch.setenv("LOGANALYZER_CACHE", str(tmp_path))
        for _ in range(2):
            assert [one.hints for one in Scanner(["abc", "d"]).scan(b"abc\n")] == [{0}]
            assert [one.hints for one in Scanner(["ab", "cd"]).scan(b"xcd\n")] == [{1}]
        assert len(list(tmp_path.iterdir())) == 2

    def test_folder_that_cannot_be_written(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without a cache everything is made anew."""
        (tmp_path / "file").write_text("")
        monkeypatch.setenv("LOGANALYZER_CACHE", str(tmp_path / "file" / "folder"))
        assert len(load().patterns) == len(load().patterns) > 0


class TestPace:
    """Ratios to an empty program, in turn with it, so that a slip of several times cannot land."""

    @staticmethod
    def ratio(environment: dict[str, str], *arguments: str, fresh: bool = False) -> float:
        """Give the median of several pairs."""
        ratios = []
        start(environment, *arguments)
        for number in range(PAIRS):
            own = {**environment, "LOGANALYZER_CACHE": f"{environment['LOGANALYZER_CACHE']}{number}"}
            begin = time.perf_counter()
            subprocess.run([sys.executable, "-c", "pass"], check=True, env=environment)
            middle = time.perf_counter()
            start(own if fresh else environment, *arguments)
            ratios.append((time.perf_counter() - middle) / (middle - begin))
        return statistics.median(ratios)

    def test_help(self, environment: dict[str, str]) -> None:
        """The help comes at once."""
        assert self.ratio(environment, "--help") < MOST_FOR_HELP

    def test_short_log(self, environment: dict[str, str]) -> None:
        """So does the verdict of a short log."""
        assert self.ratio(environment, "--exit-zero", str(LOG)) < MOST_FOR_A_LOG

    def test_very_first_run(self, environment: dict[str, str]) -> None:
        """Also when the library has to be read and the hints compiled."""
        assert self.ratio(environment, "--exit-zero", str(LOG), fresh=True) < MOST_FOR_THE_FIRST
