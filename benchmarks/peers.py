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

__all__ = ["PEERS", "Peer", "own_command", "peers_for", "write_patterns"]

UNKNOWN_TO_RIPGREP = re.compile(r"\(\?[=!]|\(\?<[=!]|\(\?>|[*+?}]\+|\\Z|\(\?P[=>]|\(\?[a-z]*[xsLV]|\\[1-9]")
LARGE = "2G"
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


class Peer(NamedTuple):
    """A tool beside loganalyzer.

    Attributes:
        name: as it stands in the tables.
        program: what must be there: a program, or `python:NAME` for a library.
        command: gives its command for a log, its platform and the file with the regexes.
        does: what it finds out, in few words.
    """

    name: str
    program: str
    command: Callable[[Path, str, Path], Sequence[str]]
    does: str

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


def _ripgrep(log: Path, _platform: str, patterns: Path) -> Sequence[str]:
    """Count the lines that any of the library's regexes matches."""
    limits = ["--regex-size-limit", LARGE, "--dfa-size-limit", LARGE]
    return ["rg", "--no-config", "--count", "--text", "--no-unicode", *limits, "--file", str(patterns), str(log)]


def _mawk(log: Path, platform: str, _patterns: Path) -> Sequence[str]:
    """Count statuses a minute."""
    key = {"heroku": "status=", "render": "] ", "cloudfoundry": 'HTTP/1.1" '}[platform]
    at = 4 if platform == "cloudfoundry" else 1
    program = (
        f"{{ i = index($0, KEY); if (i) n[substr($0, {at}, 16) substr($0, i + length(KEY), 3)]++ }} "
        "END { for (k in n) print k, n[k] }"
    )
    return ["mawk", "-v", f"KEY={key}", program, str(log)]


def _duckdb(log: Path, platform: str, _patterns: Path) -> Sequence[str]:
    """Count statuses a minute, with percentiles of the time to answer."""
    status, time = STATUS[platform]
    query = f"""
        select minute, status, count(*), quantile_cont(took, [0.5, 0.95, 0.99]) from (
            select substr(trim(line), 1, 16) as minute, regexp_extract(line, $status, 1) as status,
                try_cast(regexp_extract(line, $time, 1) as double) as took
            from read_csv($log, columns={{'line': 'varchar'}}, delim='\\x01', quote='', escape='', header=false,
                max_line_size=10000000, strict_mode=false)
        ) where status <> '' group by all
    """  # noqa: S608 (nothing is put in)
    code = "import duckdb,sys; q,l,s,t = sys.argv[1:]; duckdb.execute(q, {'log': l, 'status': s, 'time': t}).fetchall()"
    return [sys.executable, "-c", code, query.replace("\\x01", "\x01"), str(log), status, time]


def _lnav(log: Path, _platform: str, _patterns: Path) -> Sequence[str]:
    """Index the log and count lines by level."""
    question = ";SELECT log_level, count(*) FROM all_logs GROUP BY log_level"
    return ["lnav", "-n", "-N", "-c", question, str(log)]


def _goaccess(log: Path, platform: str, _patterns: Path) -> Sequence[str]:
    """Read the router's lines into a report."""
    formats = ["--log-format", GOACCESS[platform], "--date-format", "%Y-%m-%d", "--time-format", "%H:%M:%S"]
    return ["goaccess", str(log), "--no-global-config", "--output", "/dev/null", "-o", "json", *formats, "--no-progress"]


def _wc(log: Path, _platform: str, _patterns: Path) -> Sequence[str]:
    """Count lines, which is the least that can be done."""
    if log.suffix == ".gz":
        return ["sh", "-c", 'zcat "$1" | wc -l', "sh", str(log)]
    return ["wc", "-l", str(log)]


def _loop(log: Path, _platform: str, _patterns: Path) -> Sequence[str]:
    """Read line by line in Python."""
    return [sys.executable, "-c", "import sys; sum(b'error' in line for line in open(sys.argv[1], 'rb'))", str(log)]


PEERS = (
    Peer("wc -l", "wc", _wc, "counts lines: the floor"),
    Peer("ripgrep", "rg", _ripgrep, "counts lines that a regex of the library matches"),
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


def write_patterns(path: Path) -> tuple[int, int]:
    """Write the library's regexes as far as ripgrep can read them; give how many, and how many there are."""
    sources = [rule.regex for pattern in load().patterns for rule in pattern.rules]
    known = [source for source in sources if not UNKNOWN_TO_RIPGREP.search(source)]
    if shutil.which("rg") is not None:
        known = _accepted(tuple(known), path)
    path.write_text("\n".join(known) + "\n", encoding="utf-8")
    return len(known), len(sources)


def _accepted(sources: tuple[str, ...], path: Path) -> list[str]:
    """Leave out what ripgrep refuses, by halves."""
    path.write_text("\n".join(sources) + "\n", encoding="utf-8")
    command = [*_ripgrep(Path("-"), "", path)]
    if subprocess.run(command, input=b"", capture_output=True, check=False).returncode < 2:
        return list(sources)
    if len(sources) == 1:
        return []
    half = len(sources) // 2
    return _accepted(sources[:half], path) + _accepted(sources[half:], path)


def _output(command: Sequence[str]) -> str:
    """Give the first line that a command prints."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError):
        return ""
    return (done.stdout or done.stderr).strip().partition("\n")[0].rstrip(".")
