"""`analyze --unknown`: platform lines that no pattern knows."""

from __future__ import annotations

import io
import json
import os
import select
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner, Result

import loganalyzer
from loganalyzer.commands.coverage import MOST_TEMPLATES
from loganalyzer.commands.files import RecordedInput
from loganalyzer.commands.program import app
from loganalyzer.commands.unknown_lines import find_unknown_lines
from loganalyzer.outcome import UnknownLines
from loganalyzer.pipeline import Settings

HEAD = "2026-05-01T10:00:00.000000+00:00"
LOG = f"""\
{HEAD} heroku[web.1]: Starting process with command `gunicorn app:app`
{HEAD} heroku[web.1]: Quite a new thing befell dyno 42 of "demo"
{HEAD} heroku[web.1]: Quite a new thing befell dyno 43 of "other"
{HEAD} app[web.1]: Quite a new thing befell the app
{HEAD} heroku[router]: A word never read before
{HEAD} heroku[router]: at=info method=GET path="/" host=demo.example.com request_id=2 fwd="203.0.113.9" dyno=web.1 connect=1ms service=3ms status=200 bytes=5 protocol=https
"""
FIRST = UnknownLines(2, "heroku", "platform", 'Quite a new thing befell dyno <n> of "*"', "", 2)
SCHEMA = json.loads((Path(loganalyzer.__file__).parent / "report" / "json_v1.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Give a log with three lines that nothing knows."""
    path = tmp_path / "app.log"
    path.write_text(LOG, encoding="utf-8")
    return path


def call(*arguments: str, stdin: str | None = None) -> Result:
    """Run `analyze`."""
    return CliRunner().invoke(app, ["analyze", "--exit-zero", *arguments], input=stdin)


def kinds(*arguments: str, stdin: str | None = None) -> list[dict[str, object]]:
    """Give the list of a valid JSON document."""
    result = call("--unknown", "--format", "json", *arguments, stdin=stdin)
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    jsonschema.validate(document, SCHEMA)
    found = document["unknown_lines"]
    assert isinstance(found, list)
    return found


def test_text(log: Path) -> None:
    """Kinds of lines are listed behind the report, the most frequent first, with count and first place."""
    text = call("--unknown", str(log)).stdout
    part = " ".join(text.partition("PLATFORM LINES THAT NO PATTERN KNOWS")[2].split())
    assert part.startswith("2 platform, first ")
    assert 'app.log:2 Quite a new thing befell dyno <n> of "*" 1 router' in part
    assert part.endswith("app.log:5 A word never read before")


def test_only_on_demand(log: Path) -> None:
    """Without the option nothing changes."""
    assert "NO PATTERN KNOWS" not in call(str(log)).stdout
    assert "unknown_lines" not in json.loads(call("--format", "json", str(log)).stdout)
    assert call("--unknown", str(log)).stdout.startswith(call(str(log)).stdout.rstrip("\n"))


def test_nothing_unknown(tmp_path: Path) -> None:
    """Where every platform line is known, the list is there and empty."""
    path = tmp_path / "known.log"
    path.write_text(LOG.splitlines()[0] + "\n", encoding="utf-8")
    assert kinds(str(path)) == []
    assert call("--unknown", str(path)).stdout.endswith("NO PATTERN KNOWS\n  none\n")


def test_standard_input(log: Path) -> None:
    """Standard input is read twice with the same result as a file."""
    from_file = kinds(str(log))
    from_pipe = kinds(stdin=LOG)
    assert [one | {"input": "-"} for one in from_file] == from_pipe
    assert len(from_pipe) == 2


def test_several_inputs(log: Path, tmp_path: Path) -> None:
    """Counts of several inputs add up; the place is the first one."""
    other = tmp_path / "other.log"
    other.write_text(LOG, encoding="utf-8")
    found = kinds(str(log), str(other))
    assert [(one["count"], one["input"]) for one in found] == [(4, str(log)), (2, str(log))]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (["--since", "2026-05-02"], 0),
        (["--until", "2026-04-30"], 0),
        (["--process", "worker"], 1),
        (["--process", "web"], 2),
        (["--platform", "plain"], 0),
    ],
)
def test_filters(log: Path, filters: list[str], count: int) -> None:
    """The filters of the analysis hold for the list too."""
    line = "2026-{}T10:00:00+00:00 app[web.1]: ready\n"
    log.write_text(line.format("04-29") + log.read_text(encoding="utf-8") + line.format("05-03"), encoding="utf-8")
    assert len(kinds(str(log), *filters)) == count


def test_own_patterns(log: Path, tmp_path: Path) -> None:
    """A line that the user's own pattern knows is not listed."""
    folder = tmp_path / "mine" / "odd-lines"
    folder.mkdir(parents=True)
    (folder / "new-thing.yaml").write_text(
        "id: new-thing\ntitle: A new thing\nstates: listening\nsources: [platform]\nmatch:\n"
        "  - hint: new thing\n    regex: '^Quite a new thing'\nwritten_by: [nobody]\nlimits: none\n",
        encoding="utf-8",
    )
    assert [one["source"] for one in kinds(str(log), "--patterns", str(tmp_path / "mine"))] == ["router"]


def test_other_forms(log: Path) -> None:
    """Forms that have no place for the list refuse the option."""
    result = call("--unknown", "--format", "sarif", str(log))
    assert result.exit_code == 2
    assert "--unknown" in result.output


def test_bound(tmp_path: Path) -> None:
    """Ever new kinds do not fill the memory."""
    path = tmp_path / "many.log"
    letters = "abcdefghijklmnop"
    words = (f"{a}{b}{c}{d}" for a in letters for b in letters for c in letters for d in letters)
    lines = [f"{HEAD} heroku[web.1]: never {word}" for word, _ in zip(words, range(MOST_TEMPLATES + 50), strict=False)]
    path.write_text("\n".join([*lines, f"{HEAD} heroku[web.1]: again 1", f"{HEAD} heroku[web.1]: again 2", ""]))
    found = find_unknown_lines(Settings((str(path),)))
    assert len(found) < MOST_TEMPLATES
    assert (found[0].count, found[0].template) == (2, "again <n>")


def test_open_pipe_is_told_as_it_flows() -> None:
    """With the option findings of a pipe that stays open still come before its end."""
    command = [sys.executable, "-m", "loganalyzer", "--unknown", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{HEAD} heroku[web.1]: Error R14 (Memory quota exceeded)\n".encode())
        process.stdin.write(f"{HEAD} heroku[web.1]: Error R15 (Memory quota vastly exceeded)\n{LOG}".encode())
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], 30)
        early = os.read(process.stdout.fileno(), 65536) if ready else b""
        process.stdin.close()
        rest = process.stdout.read()
    assert early
    assert b"NO PATTERN KNOWS" not in early
    assert b"2 platform, first standard input:4" in rest


@pytest.mark.parametrize("stream", [io.BytesIO(LOG.encode()), io.StringIO(LOG)])
def test_recorder_gives_the_same_twice(stream: io.IOBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read of standard input, bytes or text, is read again after a rewind, and standard input is put back."""
    monkeypatch.setattr(sys, "stdin", stream)
    with RecordedInput() as recorded:
        first = sys.stdin.read()
        recorded.rewind()
        assert sys.stdin.read() == first == LOG.encode()
    assert sys.stdin is stream


def test_template_masks_what_varies(log: Path) -> None:
    """Lines that differ in numbers and quoted names are one kind."""
    found = find_unknown_lines(Settings((str(log),)))
    assert found[0] == UnknownLines(FIRST.count, FIRST.platform, FIRST.source, FIRST.template, str(log), FIRST.line)
