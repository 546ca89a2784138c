"""The command as a user meets it: inputs, forms, exit statuses, bad input, an open pipe."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "loganalyzer"]
BAD = (
    b"2026-05-01T10:00:00.000000+00:00 heroku[web.1]: Starting process with command `node server.js`\n"
    b"2026-05-01T10:00:03.500000+00:00 app[web.1]: listening on *:3000\n"
    b"2026-05-01T10:01:00.500000+00:00 heroku[web.1]: Error R10 (Boot timeout) -> "
    b"Web process failed to bind to $PORT within 60 seconds of launch\n"
)
GOOD = (
    b"2026-05-01T10:00:00.000000+00:00 heroku[web.1]: Starting process with command `node server.js`\n"
    b"2026-05-01T10:00:04.000000+00:00 heroku[web.1]: State changed from starting to up\n"
)


def run(*arguments: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run the command and wait for it."""
    return subprocess.run(
        [*COMMAND, *arguments],
        input=stdin if stdin is not None else b"",
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """Give a file with an incident."""
    path = tmp_path / "bad.log"
    path.write_bytes(BAD)
    return path


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """Give a file without one."""
    path = tmp_path / "good.log"
    path.write_bytes(GOOD)
    return path


class TestFiltersThatFitNothing:
    """Filters that leave out everything or nothing are told, because a verdict without lines misleads."""

    @pytest.mark.parametrize(
        ("options", "status", "told"),
        [
            (
                ["--since", "2027-01-01"],
                2,
                "no line lies between --since and --until; it goes from 2026-05-01T10:00:00Z",
            ),
            (["--since", "2026-05-02", "--until", "2026-05-01"], 2, "'2026-05-01' is before --since '2026-05-02'"),
            (["--process", "web.9"], None, "no line that is known is of the process 'web.9'"),
            (["--app", "shop"], 1, "no line names its app, so --app leaves nothing out"),
            (["--patterns", "no-such-folder"], 2, "'no-such-folder' is no folder"),
            (["--patterns", ".ci"], 2, "'.ci' holds no patterns"),
        ],
    )
    @pytest.mark.parametrize("command", ["analyze", "report"])
    def test_told(self, bad: Path, command: str, options: list[str], status: int | None, told: str) -> None:
        """Each is told on standard error; what cannot be meant is refused."""
        done = run(command, *options, str(bad))
        assert told in done.stderr.decode()
        assert status is None or done.returncode == status

    def test_app_that_is_not_there(self, tmp_path: Path) -> None:
        """An app that no line names is refused, and those that are there are told."""
        log = tmp_path / "a.log"
        line = "<14>1 2026-05-01T10:00:00.000000+00:00 example.dev.shop 0b8e4a52-91d4-4b58-8a07-1c6f0f2a7d11"
        log.write_text(f"{line} [APP/PROC/WEB/0] - - Exit status 1\n")
        done = run("--app", "mail", str(log))
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"no line is of the app 'mail'; the lines name shop" in done.stderr


class TestStatus:
    """Exit statuses."""

    def test_incident(self, bad: Path) -> None:
        """A log with an incident ends with 1, also without the word analyze."""
        assert run(str(bad)).returncode == 1
        assert run("analyze", str(bad)).returncode == 1

    def test_healthy(self, good: Path) -> None:
        """A log without an incident ends with 0."""
        assert run(str(good)).returncode == 0

    def test_unknown(self) -> None:
        """Empty input cannot be told, says so and ends with 3."""
        done = run(stdin=b"")
        assert done.returncode == 3
        assert b"empty" in done.stdout

    def test_missing_file(self, bad: Path) -> None:
        """A missing file is named on standard error, the others are analysed, the status is 2."""
        done = run(str(bad), "no-such-file.log")
        assert done.returncode == 2
        assert b"no-such-file.log" in done.stderr
        assert b"port-hardcoded" in done.stdout

    def test_misspelt_command(self, bad: Path) -> None:
        """A word that is nearly a command is told, and a file of that name is read all the same."""
        done = run("analyse", str(bad))
        assert done.returncode == 2
        assert b"did you mean: loganalyzer analyze" in done.stderr
        bad.rename(bad.parent / "raport")
        found = subprocess.run([*COMMAND, "raport"], capture_output=True, cwd=bad.parent, check=False)
        assert found.returncode == 1

    def test_exit_zero(self, bad: Path) -> None:
        """With --exit-zero an incident ends with 0."""
        assert run("--exit-zero", str(bad)).returncode == 0

    def test_worst_of_several(self, bad: Path, good: Path) -> None:
        """Of several inputs the worst counts."""
        assert run(str(good), str(bad)).returncode == 1

    @pytest.mark.parametrize(
        "arguments", [["--format", "xml"], ["--platform", "fly"], ["--since", "yesterday"], ["--no-such-option"]]
    )
    def test_wrong_usage(self, arguments: list[str], good: Path) -> None:
        """A wrong option ends with 2 and names the option."""
        done = run(*arguments, str(good))
        assert done.returncode == 2
        assert arguments[0].encode() in done.stderr


class TestForms:
    """Forms of the report."""

    def test_json_is_the_contract(self, bad: Path) -> None:
        """JSON is one document with the contract's parts."""
        document = json.loads(run("--format", "json", str(bad)).stdout)
        assert document["schema"] == "loganalyzer/1"
        verdict = document["verdict"]
        assert (verdict["status"], verdict["cause"]) == ("incident", "port-hardcoded")
        assert verdict["facts"]["bound_port"] == 3000
        assert verdict["evidence"][0]["line"] == 2
        assert document["source"]["start"] == "2026-05-01T10:00:00Z"

    def test_file_and_pipe_agree(self, bad: Path) -> None:
        """A file and a pipe give the same report but for the name of the input."""
        by_file = json.loads(run("--format", "json", str(bad)).stdout)
        by_pipe = json.loads(run("--format", "json", stdin=BAD).stdout.replace(b'"-"', json.dumps(str(bad)).encode()))
        assert by_file == by_pipe

    def test_text_fits(self, bad: Path) -> None:
        """Text fits 80 columns and has no control characters."""
        text = run(str(bad)).stdout.decode()
        assert max(len(line) for line in text.splitlines()) <= 80 + len(str(bad))
        assert "\x1b" not in text

    def test_color(self, bad: Path) -> None:
        """Colour comes when asked for, and with NO_COLOR only then."""
        assert b"\x1b[" in run("--color", "always", str(bad)).stdout
        assert b"\x1b[" not in run("--color", "never", str(bad)).stdout

    def test_markdown(self, bad: Path) -> None:
        """Markdown has the evidence as a table."""
        text = run("--format", "markdown", str(bad)).stdout.decode()
        assert "| line" in text
        assert text.startswith("# ")

    def test_several_inputs(self, bad: Path, good: Path) -> None:
        """Several inputs give a document each and the worst verdict on top."""
        document = json.loads(run("--format", "json", str(good), str(bad)).stdout)
        assert [one["verdict"]["cause"] for one in document["apps"]] == ["healthy", "port-hardcoded"]
        assert document["verdict"]["cause"] == "port-hardcoded"

    def test_hostile_text(self, tmp_path: Path) -> None:
        """Control characters of the log never reach the terminal."""
        path = tmp_path / "hostile.log"
        path.write_bytes(BAD.replace(b"listening", b"\x1b]0;title\x07\x1b[2J\x9b31mlistening"))
        assert not {chr(code) for code in (*range(9), *range(11, 32), *range(127, 160))} & set(
            run(str(path)).stdout.decode()
        )


class TestFilters:
    """Options that leave lines out."""

    def test_since(self, bad: Path) -> None:
        """Lines before --since do not count."""
        document = json.loads(run("--format", "json", "--since", "2026-05-01T10:00:30Z", str(bad)).stdout)
        assert "bound_port" not in document["verdict"]["facts"]

    def test_process(self, bad: Path) -> None:
        """Lines of other processes do not count."""
        document = json.loads(run("--format", "json", "--process", "worker", str(bad)).stdout)
        assert document["verdict"]["cause"] != "port-hardcoded"

    def test_platform(self, bad: Path) -> None:
        """The platform that the user names wins."""
        assert (
            json.loads(run("--format", "json", "--platform", "plain", str(bad)).stdout)["source"]["platform"] == "plain"
        )


class TestProgram:
    """The program itself."""

    def test_version(self) -> None:
        """--version prints name and version."""
        assert run("--version").stdout.decode().startswith("loganalyzer ")

    def test_help_names_commands(self) -> None:
        """--help names the commands."""
        text = run("--help").stdout.decode()
        assert "analyze" in text
        assert "check" in text

    def test_closed_pipe(self, bad: Path) -> None:
        """A reader that goes away ends the program without a word."""
        process = subprocess.Popen([*COMMAND, str(bad)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        with process:
            assert process.stderr.read() == b""


class TestStreams:
    """Standard streams that are full, closed or of another encoding end in words, not in a trace."""

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
    @pytest.mark.parametrize("arguments", [["--version"], ["--format", "json"]])
    def test_full_output(self, bad: Path, arguments: list[str]) -> None:
        """What could not be written is said, and is no success."""
        paths = [] if arguments == ["--version"] else [str(bad)]
        with Path("/dev/full").open("wb") as full:
            result = subprocess.run(
                [*COMMAND, *arguments, *paths], stdout=full, stderr=subprocess.PIPE, cwd=ROOT, check=False
            )
        assert result.returncode == 2
        assert result.stderr.startswith(b"loganalyzer: the output cannot be written: ")
        assert b"Traceback" not in result.stderr

    def test_locale_without_letters(self, tmp_path: Path) -> None:
        """What is written to a pipe or a file is UTF-8 in every locale."""
        log = tmp_path / "a.log"
        log.write_text("2026-05-01T10:00:00Z ==> Build failed \N{PARTY POPPER} \u00e9\n", encoding="utf-8")
        plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        for form in ("text", "json"):
            result = subprocess.run(
                [*COMMAND, "--format", form, str(log)],
                capture_output=True,
                cwd=ROOT,
                env={**os.environ, **plain},
                check=False,
            )
            assert not result.stderr
            assert "\N{PARTY POPPER}" in result.stdout.decode("utf-8") or form == "json"
            if form == "json":
                assert "\N{PARTY POPPER}" in json.dumps(json.loads(result.stdout), ensure_ascii=False)

    def test_closed_input(self) -> None:
        """A standard input that is closed cannot be read."""
        command = " ".join(shlex.quote(word) for word in COMMAND)
        result = subprocess.run(["/bin/sh", "-c", f"exec {command} <&-"], capture_output=True, cwd=ROOT, check=False)
        assert result.returncode == 2
        assert result.stderr == b"loganalyzer: standard input: is closed\n"


class TestOpenPipe:
    """A pipe that stays open."""

    @staticmethod
    def start() -> subprocess.Popen[bytes]:
        """Start the command on a pipe."""
        return subprocess.Popen(
            [*COMMAND], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
        )

    @pytest.mark.parametrize("ending", [None, signal.SIGINT, signal.SIGTERM])
    def test_finding_comes_while_open(self, ending: signal.Signals | None) -> None:
        """A finding is printed while the pipe is open; its end and signals give the verdict so far and status 1."""
        with self.start() as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(BAD)
            process.stdin.flush()
            assert b"INCIDENT port-hardcoded" in process.stdout.readline()
            if ending is None:
                process.stdin.close()
            else:
                os.kill(process.pid, ending)
            assert b"EVIDENCE" in process.stdout.read()
        assert process.returncode == 1

    def test_one_line_is_enough(self) -> None:
        """One line in the pipe is enough to start."""
        with self.start() as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(b"==> Out of memory (used over 512Mi)\n")
            process.stdin.flush()
            assert b"memory-exceeded" in process.stdout.readline()

    def test_silence_costs_nothing(self) -> None:
        """A pipe that ends at once prints the report once, without an interim finding."""
        done = run(stdin=BAD)
        assert done.stdout.count(b"port-hardcoded") == 1
