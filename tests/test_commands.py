"""The commands beside the analysis: explain, why, patterns."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
import regex
from typer.testing import CliRunner, Result

from loganalyzer import cli
from loganalyzer.commands import program
from loganalyzer.commands.coverage import MOST_TEMPLATES, Coverage
from loganalyzer.commands.layout import WIDTH
from loganalyzer.commands.regex_reach import reach, split_pieces
from loganalyzer.commands.templates import template_of
from loganalyzer.commands.why_line import look_at
from loganalyzer.diagnosis.causes import CAUSES_BY_ID
from loganalyzer.errors import InputError, LoganalyzerError, UsageError
from loganalyzer.ingesters import parse
from loganalyzer.knowledge import all_entries
from loganalyzer.library import load
from loganalyzer.library.load import read_folder
from loganalyzer.library.samples import read_samples
from loganalyzer.model import Line

HEROKU = """\
2026-05-01T10:00:00.000000+00:00 heroku[web.1]: Starting process with command `gunicorn app:app`
2026-05-01T10:00:03.500000+00:00 app[web.1]: [2026-05-01 10:00:03 +0000] [4] [INFO] Listening at: http://127.0.0.1:8000 (4)
2026-05-01T10:00:03.600000+00:00 app[web.1]: [2026-05-01 10:00:03 +0000] [4] [INFO] Listening at: unix:/tmp/g.sock (4)
2026-05-01T10:01:00.500000+00:00 heroku[web.1]: Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch
2026-05-01T10:01:00.900000+00:00 heroku[web.1]: Process exited with status 137
2026-05-01T10:01:01.000000+00:00 heroku[web.1]: State changed from starting to crashed
2026-05-01T10:01:05.000000+00:00 heroku[router]: at=error code=H10 desc="App crashed" method=GET path="/" host=demo.example.com request_id=1 fwd="203.0.113.9" dyno= connect= service= status=503 bytes= protocol=https
2026-05-01T10:01:06.000000+00:00 heroku[web.1]: Quite a new thing befell dyno 42 of "demo"
2026-05-01T10:01:07.000000+00:00 heroku[web.1]: Quite a new thing befell dyno 43 of "other"
2026-05-01T10:01:08.000000+00:00 heroku[router]: at=info method=GET path="/" host=demo.example.com request_id=2 fwd="203.0.113.9" dyno=web.1 connect=1ms service=3ms status=200 bytes=5 protocol=https
"""
GOOD = """\
2026-05-01T10:00:00.000000+00:00 heroku[web.1]: Starting process with command `node server.js`
2026-05-01T10:00:04.000000+00:00 heroku[web.1]: State changed from starting to up
"""
SNIPPET = " " * 7
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def call(*arguments: str, stdin: str | None = None) -> Result:
    """Run a command; what it raises for the user is raised."""
    result = CliRunner().invoke(program.app, list(arguments), input=stdin)
    if isinstance(result.exception, LoganalyzerError):
        raise result.exception
    return result


def show(*arguments: str) -> str:
    """Run a command that goes well; give what it prints, which fits the width and holds no control characters."""
    result = call(*arguments)
    assert result.exit_code == 0, result.output
    for line in result.stdout.splitlines():
        assert len(line) <= WIDTH or line.strip().startswith("https://") or line.startswith(SNIPPET), line
        assert not CONTROL.search(line)
    return result.stdout


def leave(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the whole program; give its exit status."""
    monkeypatch.setattr(sys, "argv", ["loganalyzer", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


@pytest.fixture
def log(tmp_path: Path) -> str:
    """Give a log with an incident."""
    path = tmp_path / "app.log"
    path.write_text(HEROKU, encoding="utf-8")
    return str(path)


class TestExplain:
    """`explain`."""

    def test_code(self) -> None:
        """A code is explained with meaning, time, causes, neighbours, changes and source."""
        text = show("explain", "h10")
        assert text.startswith("H10: App crashed\nHeroku, router code\n")
        for title in (
            "MEANING",
            "WHEN IT IS WRITTEN",
            "LIKELY CAUSES",
            "TOLD FROM ITS NEIGHBOURS",
            "WHAT TO CHANGE",
            "SOURCE",
        ):
            assert f"\n{title}\n" in text
        assert "crash-exception " in text

    def test_cause(self) -> None:
        """A cause is explained with the words that point to it and the frameworks that have changes of their own."""
        text = show("explain", "port-hardcoded")
        assert "\nWORDS THAT POINT TO IT\n" in text
        assert "R10" in text
        assert "--framework NAME" in text

    def test_framework(self) -> None:
        """A framework's own change comes first."""
        first = show("explain", "port-hardcoded", "--framework", "gunicorn").partition("1. ")[2]
        assert "gunicorn" in first.partition("2. ")[0]

    def test_several(self) -> None:
        """Several words are explained one after the other, each once."""
        text = show("explain", "H10", "h10", "R14")
        assert text.count("H10: App crashed") == 1
        assert "R14: Memory quota exceeded" in text

    @pytest.mark.parametrize("form", ["text", "markdown", "json"])
    def test_every_word_in_every_form(self, form: str) -> None:
        """Every word can be explained in every form, and text fits the width."""
        words = list(dict.fromkeys(entry.word for entry in all_entries()))
        result = call("explain", "--format", form, *words)
        assert result.exit_code == 0
        assert all(word in result.stdout for word in words)
        if form == "text":
            show("explain", *words)

    def test_json(self) -> None:
        """The JSON names its form, and every key is there for every word."""
        document = json.loads(call("explain", "H10", "port-hardcoded", "--format", "json").stdout)
        assert document["schema"] == "loganalyzer-explain/1"
        code, cause = document["words"]
        assert set(code) == set(cause)
        assert code["causes"][0] == {"id": "crash-exception", "title": CAUSES_BY_ID["crash-exception"].title}
        assert cause["fixes"][0]["cause"] == "port-hardcoded"

    def test_markdown(self) -> None:
        """Markdown takes no underscore of a word for emphasis."""
        assert call("explain", "unknown_route", "--format", "markdown").stdout.startswith("## unknown\\_route: ")

    def test_list(self) -> None:
        """Every word is listed with one line."""
        text = show("explain", "--list")
        for entry in all_entries():
            assert len(re.findall(rf"^  {re.escape(entry.word)} ", text, re.MULTILINE)) == 1

    @pytest.mark.parametrize("form", ["json", "markdown"])
    def test_list_in_other_forms(self, form: str) -> None:
        """The list is there for programs and documents as well."""
        text = call("explain", "--list", "--format", form).stdout
        assert all(entry.word in text for entry in all_entries())

    def test_unknown(self) -> None:
        """An unknown word is refused, and the message suggests what was meant."""
        with pytest.raises(UsageError, match=r'"unknwon_route"; did you mean unknown_route'):
            call("explain", "H10", "unknwon_route")
        with pytest.raises(UsageError, match="explain --list"):
            call("explain", "qqqqqq")

    def test_nothing(self) -> None:
        """Without a word the message says what can be named."""
        with pytest.raises(UsageError, match="--list"):
            call("explain")

    def test_exit_status(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """An unknown word ends with 2 and a message on standard error alone."""
        assert leave(monkeypatch, "explain", "H32") == 2
        out, err = capsys.readouterr()
        assert not out
        assert err.startswith('loganalyzer: nothing is known about "H32"')
        assert leave(monkeypatch, "explain", "H10", "--format", "xml") == 2

    def test_program_knows_the_command(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The word explain is a command and no name of a log, and so are why and patterns."""
        assert leave(monkeypatch, "explain", "H10") == 0
        assert "App crashed" in capsys.readouterr().out
        assert leave(monkeypatch, "patterns", "--help") == 0
        assert leave(monkeypatch, "why", "--help") == 0


class TestWhyLine:
    """`why LOG:LINE`."""

    def test_event(self, log: str) -> None:
        """It says what the ingester made of the line."""
        text = show("why", f"{log}:2")
        for word in (
            "heroku (it has the prefix",
            "source    app",
            "process   web.1",
            "2026-05-01 10:00:03.500000 UTC",
            '"[2026-05-01',
        ):
            assert word in text

    def test_match(self, log: str) -> None:
        """It shows the patterns that match with their values."""
        text = show("why", f"{log}:2")
        assert "gunicorn-listening states listening" in text
        assert re.search(r"bound_port +8000\n", text)

    def test_failed(self, log: str) -> None:
        """It shows how far a regex got whose hint is there."""
        text = show("why", f"{log}:3", "--all")
        place = text.partition("gunicorn-listening (would state listening)")[2].splitlines()[1:5]
        assert place[0].split() == ["hint", '"listening', 'at:"']
        assert place[1].endswith('"] Listening at: "')
        assert place[2].split()[0] == "wanted"
        assert place[3].endswith('"unix:/tmp/g.sock (4)"')

    def test_other_source(self) -> None:
        """Patterns for other writers are named as such and match nothing."""
        event = parse(Line(1, "2026-05-01T10:01:05.000000+00:00 app[web.1]: at=error code=H10 desc=none"))
        looks = look_at(event, load())
        assert "heroku-h10-app-crashed" not in [match.pattern for match in looks.matched]
        assert "heroku-h10-app-crashed" in [pattern.id for pattern in looks.other_source]

    def test_agrees_with_the_matcher(self) -> None:
        """No pattern is told both as matching and as anything else, for the samples of some families."""
        library = load()
        for pattern in library.patterns[::60]:
            for sample in read_samples(Path(pattern.path).with_suffix(".log"))[0]:
                looks = look_at(parse(Line(1, sample.text)), library)
                groups = [
                    {match.pattern for match in looks.matched},
                    {one.id for one in looks.yielded},
                    {one[0].id for one in looks.failed},
                    {one.id for one in looks.other_source},
                    {one.id for one in looks.other_platform},
                ]
                assert sum(map(len, groups)) == len(set.union(*groups))
                assert (pattern.id in groups[0]) == sample.matches

    def test_router_fields(self, log: str) -> None:
        """The fields of a router line are shown."""
        assert re.search(r"field code +H10\n", show("why", f"{log}:7"))

    def test_standard_input(self) -> None:
        """A line of standard input is named with a hyphen."""
        result = call("why", "-:2", stdin=HEROKU)
        assert result.stdout.startswith("standard input, line 2\n")
        assert "gunicorn-listening" in result.stdout

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "\x1b[31mred\x1b[0m \x07bell listening at: \x9b",
            "x" * 3000,
            "\ufffd\udc80".encode("utf-8", "replace").decode(),
        ],
    )
    def test_hostile_lines(self, tmp_path: Path, text: str) -> None:
        """A line of any content is explained without control characters and within the width."""
        path = tmp_path / "odd.log"
        path.write_text(text + "\nlistening\n", encoding="utf-8")
        show("why", f"{path}:1")

    def test_record_over_several_lines(self, tmp_path: Path) -> None:
        """A line inside of a record that goes over several lines leads to the record."""
        path = tmp_path / "records.json"
        entry = {
            "id": "a",
            "labels": [{"name": "type", "value": "app"}],
            "timestamp": "2026-05-01T10:00:00Z",
            "message": "==> Build failed",
        }
        path.write_text(
            json.dumps(entry, indent=2) + json.dumps({**entry, "message": "second"}, indent=2), encoding="utf-8"
        )
        assert "Build failed" in show("why", f"{path}:4")

    @pytest.mark.parametrize(
        "target", ["app.log", "app.log:", ":3", "app.log:0", "app.log:x", "app.log:-1", "app.log:²"]
    )
    def test_no_line_named(self, target: str) -> None:
        """What names no line is refused with the form that is wanted."""
        with pytest.raises(UsageError, match="LOG:LINE"):
            call("why", target)

    def test_beyond_the_end(self, log: str) -> None:
        """A line that the log does not have is refused with the number of lines that it has."""
        with pytest.raises(UsageError, match="10 lines, there is no line 11"):
            call("why", f"{log}:11")

    def test_missing_log(self) -> None:
        """A log that is not there is an input error."""
        with pytest.raises(InputError, match="No such file"):
            call("why", "missing.log:1")

    def test_two_lines(self) -> None:
        """Two targets without a cause are refused."""
        with pytest.raises(UsageError, match="--not CAUSE"):
            call("why", "a.log:1", "b.log:2")


class TestWhyNot:
    """`why --not CAUSE LOG`."""

    def test_holds(self, log: str) -> None:
        """A cause that holds is shown with its confidence and its lines."""
        text = show("why", "--not", "port-loopback-only", log)
        assert re.search(r"It holds, \d+% sure", text)
        assert re.search(r"^ +2  \[2026-05-01 10:00:03", text, re.MULTILINE)

    def test_ruled_out(self, log: str) -> None:
        """A cause that was close is shown with the condition that was not met."""
        assert "It does not hold: the app was listening" in show("why", "--not", "boot-slow", log)

    @pytest.mark.parametrize("cause", [*CAUSES_BY_ID, "healthy", "unknown"])
    def test_every_cause(self, log: str, cause: str) -> None:
        """Every cause can be asked about; the answer has the verdict and says what the cause needs."""
        text = show("why", "--not", cause, log)
        assert "\nTHE VERDICT\n" in text
        assert "\nWHAT IT NEEDS\n" in text
        assert "It holds" in text or "It does not hold" in text or "It says nothing" in text or "sure by itself" in text

    def test_is_the_verdict(self, tmp_path: Path) -> None:
        """A cause that is the verdict is told as such."""
        path = tmp_path / "good.log"
        path.write_text(GOOD, encoding="utf-8")
        assert "It is this one" in show("why", "--not", "healthy", str(path))

    def test_spelling(self, log: str) -> None:
        """A cause is found in any spelling; a near miss suggests causes alone."""
        assert show("why", "--not", "PORT_IN_USE", log).startswith("port-in-use: ")
        with pytest.raises(UsageError, match=r"there is no cause .*did you mean port-hardcoded"):
            call("why", "--not", "port-hardcode", log)
        with pytest.raises(UsageError, match=r"there is no cause .H10."):
            call("why", "--not", "H10", log)

    def test_several_logs(self, log: str, tmp_path: Path) -> None:
        """Each log is judged for itself."""
        path = tmp_path / "good.log"
        path.write_text(GOOD, encoding="utf-8")
        text = show("why", "--not", "port-hardcoded", log, str(path))
        assert "app.log (heroku, 10 lines)" in text.replace("\n", " ")
        assert text.count("THE VERDICT") == 2

    def test_empty_log(self, tmp_path: Path) -> None:
        """A log without a line has no run and no verdict but unknown."""
        path = tmp_path / "empty.log"
        path.write_bytes(b"")
        assert "no run of a process" in show("why", "--not", "port-hardcoded", str(path))


class TestRegexReach:
    """How far a regex gets."""

    def test_first_piece(self) -> None:
        """A regex whose first piece fails has matched nothing."""
        got = reach("^abc", "xabc")
        assert (got.matched, got.share) == ("", 0.25)

    def test_alternatives(self) -> None:
        """Of several alternatives the one that got furthest counts."""
        assert reach(r"stop now|started on \d+", "started on port").matched == "started on "

    def test_inside_a_group(self) -> None:
        """The pieces of a group that fails are tried as well."""
        got = reach(r"at (?P<place>home|port \d+)", "at port x")
        assert got.matched == "at port "
        assert got.wanted == "\\d+"

    def test_verbose(self) -> None:
        """Spaces and comments of a verbose regex are no pieces."""
        assert split_pieces("a b # c\n d", verbose=True) == [["a", "b", "d"]]

    @pytest.mark.parametrize(
        "source", [r"[]a]b", r"[^]a]b", r"[[:alpha:]]x", r"\p{L}x", r"\x41+b", r"(?:[)]|\))x", r"(?<!a(?:b))c{2,3}?d"]
    )
    def test_pieces(self, source: str) -> None:
        """Classes, escapes and groups stay whole; together the pieces are the regex again."""
        (pieces,) = split_pieces(source)
        assert "".join(pieces) == source
        for piece in pieces:
            regex.compile(piece)

    def test_library(self) -> None:
        """Each regex of the library is cut into pieces that are regexes themselves."""
        for pattern in load().patterns:
            for rule in pattern.rules:
                flags = re.match(r"\(\?[a-zA-Z01]+\)", rule.regex)
                head = flags[0] if flags else ""
                for pieces in split_pieces(rule.regex[len(head) :], verbose="x" in head):
                    for piece in pieces:
                        if "(?P=" not in piece:
                            regex.compile(head + piece)


class TestPatterns:
    """`patterns list` and `patterns show`."""

    def test_list(self) -> None:
        """Every pattern is listed below its family."""
        text = show("patterns", "list")
        assert all(f"  {pattern.id} " in text for pattern in load().patterns)
        assert text.rstrip().endswith(f"{len(load().patterns)} patterns")

    def test_choice(self) -> None:
        """The list can be narrowed by family and statement."""
        family = load().by_id["heroku-h10-app-crashed"].family
        text = show("patterns", "list", "--family", family, "--states", "router-error")
        assert "heroku-h10-app-crashed" in text
        assert "gunicorn-listening" not in text

    def test_unknown(self) -> None:
        """An unknown family, statement or id is refused with suggestions."""
        with pytest.raises(UsageError, match="there is no family"):
            call("patterns", "list", "--family", "nonsense")
        with pytest.raises(UsageError, match="did you mean listening"):
            call("patterns", "list", "--states", "listenning")
        with pytest.raises(UsageError, match="did you mean gunicorn-listening"):
            call("patterns", "show", "gunicorn-listenin")

    def test_show(self) -> None:
        """A pattern is shown with its regexes, samples, near misses, writers and limits."""
        text = show("patterns", "show", "gunicorn-listening")
        for title in ("WHAT IT STATES", "REGEXES", "SAMPLES THAT IT MATCHES", "NEAR MISSES", "WRITTEN BY", "LIMITS"):
            assert f"\n{title}\n" in text
        assert load().by_id["gunicorn-listening"].rules[0].regex in re.sub(r"\n {6}", "", text)

    def test_all_can_be_shown(self) -> None:
        """Every twentieth pattern fits the width."""
        for pattern in load().patterns[::20]:
            show("patterns", "show", pattern.id)

    def test_check(self, tmp_path: Path) -> None:
        """`patterns check` is the command check."""
        assert call("patterns", "check", str(tmp_path)).stdout == call("check", str(tmp_path)).stdout


class TestNew:
    """`patterns new`."""

    def test_from_a_line(self, log: str, tmp_path: Path) -> None:
        """The stub can be loaded, its regex matches the line, and the line is its sample."""
        folder = tmp_path / "own"
        show(
            "patterns",
            "new",
            "new-thing",
            "--family",
            "odd-lines",
            "--states",
            "error-logged",
            "--from",
            f"{log}:8",
            "--dir",
            str(folder),
        )
        patterns, problems = read_folder(folder, load().words)
        assert problems == []
        (pattern,) = patterns
        assert (pattern.id, pattern.family, pattern.sources, pattern.platforms) == (
            "new-thing",
            "odd-lines",
            ("platform",),
            ("heroku",),
        )
        samples, faults = read_samples(folder / "odd-lines" / "new-thing.log")
        assert faults == []
        assert samples[0].text == HEROKU.splitlines()[7]
        looks = look_at(parse(Line(1, samples[0].text)), load([folder]))
        assert "new-thing" in [match.pattern for match in looks.matched]

    def test_without_a_line(self, tmp_path: Path) -> None:
        """Without a line the stub has placeholders and no sample, and the check asks for more."""
        show(
            "patterns", "new", "new-thing", "--family", "odd-lines", "--states", "error-logged", "--dir", str(tmp_path)
        )
        assert read_samples(tmp_path / "odd-lines" / "new-thing.log") == ([], [])
        assert call("patterns", "check", str(tmp_path)).exit_code == 2

    @pytest.mark.parametrize(
        "text", ["it's: 100% 'odd' [x] (y) {z} \\d", "\x1b[31m\x07 colours", "12 34", "", "a\tb", "é" * 400]
    )
    def test_any_line(self, tmp_path: Path, text: str) -> None:
        """A line of any content makes a stub that can be read."""
        path = tmp_path / "odd.log"
        path.write_text(f"{text}\n.\n", encoding="utf-8")
        call(
            "patterns",
            "new",
            "odd",
            "--family",
            "odd-lines",
            "--states",
            "exited",
            "--from",
            f"{path}:1",
            "--dir",
            str(tmp_path),
        )
        _, problems = read_folder(tmp_path, load().words)
        assert problems == []

    def test_no_overwriting(self, tmp_path: Path) -> None:
        """What is there already is left as it is."""
        arguments = (
            "patterns",
            "new",
            "new-thing",
            "--family",
            "odd-lines",
            "--states",
            "exited",
            "--dir",
            str(tmp_path),
        )
        call(*arguments)
        path = tmp_path / "odd-lines" / "new-thing.yaml"
        path.write_text("mine", encoding="utf-8")
        with pytest.raises(UsageError, match="exists already"):
            call(*arguments)
        assert path.read_text(encoding="utf-8") == "mine"

    @pytest.mark.parametrize(("name", "family", "states", "message"), [
        ("New_Thing", "odd-lines", "exited", "not kebab-case"), ("new", "../up", "exited", "not kebab-case"),
        ("new", "odd-lines", "exitted", "did you mean exited"), ("gunicorn-listening", "odd-lines", "exited", "taken"),
    ])  # fmt: skip
    def test_wrong_names(self, tmp_path: Path, name: str, family: str, states: str, message: str) -> None:
        """Names that cannot be used are refused, and nothing is written."""
        with pytest.raises(UsageError, match=message):
            call("patterns", "new", name, "--family", family, "--states", states, "--dir", str(tmp_path))
        assert list(tmp_path.iterdir()) == []

    def test_folder_that_cannot_be_written(self, tmp_path: Path) -> None:
        """A folder that is a file is told as such."""
        (tmp_path / "file").write_text("")
        with pytest.raises(UsageError, match="file"):
            call(
                "patterns", "new", "new", "--family", "odd-lines", "--states", "exited", "--dir", str(tmp_path / "file")
            )


class TestCoverage:
    """`patterns coverage`."""

    def test_shares(self, log: str) -> None:
        """Lines are counted by source; requests that the traffic counts are known as well."""
        text = show("patterns", "coverage", log)
        assert text.startswith("10 lines\n")
        rows = {line[:21].strip(): line[21:].split() for line in text.splitlines() if line.startswith("  heroku")}
        assert rows["heroku router"][-1] == "100.0%"
        assert rows["heroku platform"][0] == "6"
        assert rows["heroku app"][0] == "2"

    def test_templates(self, log: str) -> None:
        """Platform lines that nothing knows are folded into templates, with the place of the first."""
        text = show("patterns", "coverage", log)
        lines = text.splitlines()
        place = next(number for number, line in enumerate(lines) if "befell dyno <n> of" in line)
        assert lines[place - 1].split()[:2] == ["2", "platform,"] or lines[place - 2].split()[:2] == ["2", "platform,"]
        assert "app.log:8" in "".join(lines[place - 2 : place])

    def test_top(self, log: str) -> None:
        """No more kinds are shown than were asked for, and the rest is counted."""
        assert "1 kind more" in show("patterns", "coverage", log, "--top", "0")

    def test_nothing(self, tmp_path: Path) -> None:
        """An empty log has no shares."""
        path = tmp_path / "empty.log"
        path.write_bytes(b"")
        assert show("patterns", "coverage", str(path)).startswith("0 lines\n")

    def test_several_logs(self, log: str) -> None:
        """Several logs are added up; what is named twice is read once."""
        assert show("patterns", "coverage", log, log).startswith("10 lines\n")

    def test_bound(self) -> None:
        """Of ever new kinds of lines the ones seen once are forgotten, so that the memory stays bounded."""
        coverage = Coverage()
        often = parse(Line(1, "2026-05-01T10:00:00.000000+00:00 heroku[web.1]: seen often"))
        coverage.count(often, False, "a.log")
        coverage.count(often, False, "a.log")
        for number in range(MOST_TEMPLATES + 10):
            name = "".join(chr(ord("g") + int(digit)) for digit in str(number))
            coverage.count(
                parse(Line(2, f"2026-05-01T10:00:00.000000+00:00 heroku[web.1]: odd {name}")), False, "a.log"
            )
        assert len(coverage.unmatched) <= MOST_TEMPLATES
        assert coverage.unmatched["heroku", "platform", "seen often"] == 2
        assert set(coverage.examples) == set(coverage.unmatched)

    @pytest.mark.parametrize(("message", "template"), [
        ("took 12.5s for 3 of 4", "took <n>s for <n> of <n>"),
        ('user "ann" said \'hi\' in `x`', 'user "*" said \'*\' in `*`'),
        ("id 5d6e7f80-1a2b-4c3d-8e9f-0a1b2c3d4e5f at 0x7f00", "id <id> at <hex>"),
        ("commit 9fceb02d0ae598e9 by bob@example.com", "commit <hex> by <mail>"),
        ("instance srv-abcdefghij0123456789-x1y2z up", "instance <id> up"),
        ("added defaced facade", "added defaced facade"),
        ("it's the app's own", "it's the app's own"),
    ])  # fmt: skip
    def test_masks(self, message: str, template: str) -> None:
        """Numbers, ids, hex, mail addresses and quoted text are masked; words are not."""
        assert template_of(message) == template
