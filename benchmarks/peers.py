"""The peers: line tools that people use for the same questions, each on the same file in the same run."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from loganalyzer.library import load

__all__ = ["PEERS", "Patterns", "Peer", "own_command", "peers_for", "write_patterns"]

UNKNOWN_TO_RIPGREP = re.compile(r"\(\?[=!]|\(\?<[=!]|\(\?>|[*+?}]\+|\\Z|\(\?P[=>]|\(\?[a-z]*[xsLV]|\\[1-9]")
NAME = re.compile(r"\(\?P<\w+>")
REGEXES = 109
"""How many of the library's regexes ripgrep is given, taken from it at even distances."""

RIPGREP = ("rg", "--no-config", "--count", "--text", "--regex-size-limit", "2G", "--dfa-size-limit", "2G")
STATUS = {
    "heroku": (r"status=([0-9]+)", r"service=([0-9]+)ms"),
    "render": (r"\[[A-Z]+\] ([0-9]{3}) ", r"responseTimeMS=([0-9]+)"),
    "cloudfoundry": (r'HTTP/1\.1" ([0-9]{3}) ', r"response_time:([0-9.]+)"),
}
"""Regexes of the status and the time to answer, by platform."""

GOACCESS = {
    "heroku": '%dT%t.%^ heroku[router]: at=%^ method=%m path="%U" host=%v request_id=%^ fwd="%h" dyno=%^ connect=%^ '
    "service=%Lms status=%s bytes=%b %^",
    "render": '%dT%t.%^ [%m] %s %v/%U clientIP="%h" requestID="%^" responseTimeMS=%L responseBytes=%b %^',
    "cloudfoundry": '   %dT%t.%^ [%^] OUT %v - [%^] "%r" %s %^ %b "%R" "%u" "%h:%^" %^',
}
"""What goaccess is told of a router's lines, by platform."""


class Patterns(NamedTuple):
    """What ripgrep looks for.

    Attributes:
        regexes: file with regexes of the library.
        regex_count: how many.
        hints: file with all of its literal hints.
        hint_count: how many.
        all_count: how many regexes the library has.
    """

    regexes: Path
    regex_count: int
    hints: Path
    hint_count: int
    all_count: int


class Peer(NamedTuple):
    """A tool beside loganalyzer.

    Attributes:
        name: as it stands in the tables.
        program: what must be there: a program, or `python:NAME` for a library.
        command: gives its command for a log, its platform and what ripgrep looks for.
        does: what it finds out, in few words.
        good: exit statuses that mean that the work was done.
    """

    name: str
    program: str
    command: Callable[[Path, str, Patterns], Sequence[str]]
    does: str
    good: tuple[int, ...] = (0,)

    def is_there(self) -> bool:
        """Say whether it can be run here."""
        kind, _, name = self.program.rpartition(":")
        return importlib.util.find_spec(name) is not None if kind else shutil.which(name) is not None

    def version(self) -> str:
        """Give the release, as the tool says it."""
        kind, _, name = self.program.rpartition(":")
        if kind:
            return _output([sys.executable, "-c", f"import {name}; print({name}.__version__)"])
        for option in ("--version", "-V", "-Wv"):
            said = _output([name, option])
            if re.search(r"\d+\.\d+", said):
                return said
        return "?"


def own_command(*arguments: str) -> list[str]:
    """Give the command of loganalyzer."""
    return [sys.executable, "-m", "loganalyzer", "--exit-zero", *arguments]


def _ripgrep(log: Path, _platform: str, patterns: Patterns) -> Sequence[str]:
    """Count the lines that one of the regexes matches."""
    return [*RIPGREP, "--no-unicode", "--file", str(patterns.regexes), str(log)]


def _ripgrep_hints(log: Path, _platform: str, patterns: Patterns) -> Sequence[str]:
    """Count the lines that have one of the hints."""
    return [*RIPGREP, "--ignore-case", "--fixed-strings", "--file", str(patterns.hints), str(log)]


def _mawk(log: Path, platform: str, _patterns: Patterns) -> Sequence[str]:
    """Count statuses a minute."""
    key = {"heroku": "status=", "render": "[GET] ", "cloudfoundry": 'HTTP/1.1" '}[platform]
    at = 4 if platform == "cloudfoundry" else 1
    program = (
        f"{{ i = index($0, KEY); if (i) n[substr($0, {at}, 16) substr($0, i + length(KEY), 3)]++ }} "
        "END { for (k in n) print k, n[k] }"
    )
    return ["mawk", "-v", f"KEY={key}", program, str(log)]


def _duckdb(log: Path, platform: str, _patterns: Patterns) -> Sequence[str]:
    """Count statuses a minute, with percentiles of the time to answer."""
    status, time = STATUS[platform]
    query = """
        select minute, status, count(*), quantile_cont(took, [0.5, 0.95, 0.99]) from (
            select substr(trim(line), 1, 16) as minute, regexp_extract(line, $status, 1) as status,
                try_cast(regexp_extract(line, $time, 1) as double) as took
            from read_csv($log, columns={'line': 'varchar'}, delim='\\x01', quote='', escape='', header=false,
                max_line_size=10000000, strict_mode=false)
        ) where status <> '' group by all
    """
    code = "import duckdb,sys; q,l,s,t = sys.argv[1:]; duckdb.execute(q, {'log': l, 'status': s, 'time': t}).fetchall()"
    return [sys.executable, "-c", code, query.replace("\\x01", "\x01"), str(log), status, time]


def _lnav(log: Path, _platform: str, _patterns: Patterns) -> Sequence[str]:
    """Index the log and count lines by level."""
    question = ";SELECT log_level, count(*) FROM all_logs GROUP BY log_level"
    return ["lnav", "-n", "-N", "-c", question, str(log)]


def _goaccess(log: Path, platform: str, _patterns: Patterns) -> Sequence[str]:
    """Read the router's lines into a report."""
    formats = ["--log-format", GOACCESS[platform], "--date-format", "%Y-%m-%d", "--time-format", "%H:%M:%S"]
    return [
        "goaccess",
        str(log),
        "--no-global-config",
        "--output-format",
        "json",
        *formats,
        "--no-progress",
        "--num-tests",
        "0",
    ]


def _wc(log: Path, _platform: str, _patterns: Patterns) -> Sequence[str]:
    """Count lines, which is the least that can be done."""
    if log.suffix == ".gz":
        return ["sh", "-c", 'zcat "$1" | wc -l', "sh", str(log)]
    return ["wc", "-l", str(log)]


def _loop(log: Path, _platform: str, _patterns: Patterns) -> Sequence[str]:
    """Read line by line in Python."""
    return [sys.executable, "-c", "import sys; sum(b'error' in line for line in open(sys.argv[1], 'rb'))", str(log)]


PEERS = (
    Peer("wc -l", "wc", _wc, "counts lines: the floor"),
    Peer("ripgrep", "rg", _ripgrep, f"counts lines that one of {REGEXES} regexes of the library matches", (0, 1)),
    Peer("ripgrep hints", "rg", _ripgrep_hints, "counts lines that have one of all hints of the library", (0, 1)),
    Peer("mawk", "mawk", _mawk, "statuses a minute"),
    Peer("DuckDB", "python:duckdb", _duckdb, "statuses a minute, with percentiles"),
    Peer("lnav", "lnav", _lnav, "indexes, counts lines by level"),
    Peer("goaccess", "goaccess", _goaccess, "traffic report"),
    Peer("Python loop", "python3", _loop, "one test a line"),
)


def peers_for(names: Sequence[str] | None = None) -> tuple[list[Peer], list[Peer]]:
    """Give the peers that are here and those that are missing; only the named ones."""
    wanted = [peer for peer in PEERS if names is None or peer.name in names]
    return [peer for peer in wanted if peer.is_there()], [peer for peer in wanted if not peer.is_there()]


def write_patterns(folder: Path, most: int = REGEXES) -> Patterns:
    """Write the library's regexes and hints as ripgrep reads them.

    Args:
        folder: where.
        most: how many regexes; ripgrep needs seconds to begin with all of them.
    """
    library = load()
    sources = [rule.regex for pattern in library.patterns for rule in pattern.rules]
    known = [NAME.sub("(?:", source) for source in sources if not UNKNOWN_TO_RIPGREP.search(source)]
    regexes = folder / "regexes.txt"
    chosen = known[:: max(1, len(known) // most)][:most]
    if shutil.which("rg") is not None:
        chosen = _accepted(chosen, regexes)
    regexes.write_text("\n".join(chosen) + "\n", encoding="utf-8")
    hints = folder / "hints.txt"
    hints.write_text("\n".join(library.index.hints) + "\n", encoding="utf-8")
    return Patterns(regexes, len(chosen), hints, len(library.index.hints), len(sources))


def _accepted(sources: list[str], path: Path) -> list[str]:
    """Leave out what ripgrep refuses, by halves."""
    path.write_text("\n".join(sources) + "\n", encoding="utf-8")
    command = [*RIPGREP, "--no-unicode", "--file", str(path), "-"]
    if subprocess.run(command, input=b"", capture_output=True, check=False).returncode < 2:
        return sources
    if len(sources) == 1:
        return []
    half = len(sources) // 2
    return _accepted(sources[:half], path) + _accepted(sources[half:], path)


def _output(command: Sequence[str]) -> str:
    """Give the first line that a command prints."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=10, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return (done.stdout or done.stderr).strip().partition("\n")[0].rstrip(".")
