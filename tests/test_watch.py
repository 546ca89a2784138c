"""A pipe that stays open: events, verdicts, the end for CI, recordings, and what a stream may do to a watch."""

from __future__ import annotations

import io
import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
import zstandard
from rich.cells import cell_len

from loganalyzer.library import load
from loganalyzer.model import Line
from loganalyzer.outcome import Finding, Report, SourceInfo
from loganalyzer.reading import Block, read_stream
from loganalyzer.screen import plain_message
from loganalyzer.summary import Sighting
from loganalyzer.watching import Watch, WatchSettings
from loganalyzer.watching.reaction import Reaction
from loganalyzer.watching.seams import SeamFilter
from loganalyzer.watching.voice import TextVoice
from loganalyzer.watching.waiting import Waiting
from loganalyzer.watching.wording import event_words

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "loganalyzer", "watch"]
START = b"2026-05-01T10:00:00.000000+00:00 heroku[web.1]: Starting process with command `node server.js`\n"
LISTENS = b"2026-05-01T10:00:03.500000+00:00 app[web.1]: listening on *:3000\n"
R10 = (
    b"2026-05-01T10:01:00.500000+00:00 heroku[web.1]: Error R10 (Boot timeout) -> "
    b"Web process failed to bind to $PORT within 60 seconds of launch\n"
)
UP = b"2026-05-01T10:00:04.000000+00:00 heroku[web.1]: State changed from starting to up\n"
BAD, GOOD = START + LISTENS + R10, START + UP


class Running:
    """A watch that runs, with its pipes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        """Take over the process."""
        self.process = process
        self.seen = b""

    def send(self, data: bytes) -> None:
        """Write into its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def wait_for(self, words: bytes, seconds: float = 20.0) -> float:
        """Wait until something was printed; give the seconds that it took."""
        assert self.process.stdout is not None
        started = time.monotonic()
        while words not in self.seen:
            left = started + seconds - time.monotonic()
            assert left > 0, self.seen.decode()
            if select.select([self.process.stdout], [], [], left)[0]:
                piece = os.read(self.process.stdout.fileno(), 65536)
                assert piece or words in self.seen, self.seen.decode()
                self.seen += piece
        return time.monotonic() - started

    def rest(self, seconds: float = 20.0) -> tuple[int, str]:
        """Wait for the end; give status and everything printed."""
        assert self.process.stdout is not None
        status = self.process.wait(seconds)
        self.seen += self.process.stdout.read()
        return status, self.seen.decode()


@contextmanager
def watching(*arguments: str) -> Iterator[Running]:
    """Start a watch and end it in any case."""
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    )
    try:
        yield Running(process)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            assert pipe is not None
            with suppress(BrokenPipeError):
                pipe.close()


def run(data: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Watch some bytes to their end."""
    return subprocess.run([*COMMAND, *arguments], input=data, capture_output=True, cwd=ROOT, timeout=60, check=False)


def objects(output: bytes, kind: str) -> list[dict[str, object]]:
    """Give the objects of one kind from json-lines."""
    return [one for line in output.splitlines() if (one := json.loads(line))["type"] == kind]


class TestEnd:
    """When the watch ends, and with what."""

    @pytest.mark.parametrize(
        ("data", "status", "words"), [(BAD, 1, "port-hardcoded"), (GOOD, 0, "healthy"), (b"", 3, "empty")]
    )
    def test_end_of_input(self, data: bytes, status: int, words: str) -> None:
        """The end of the pipe gives the verdict."""
        done = run(data)
        assert done.returncode == status
        assert words in done.stdout.decode().lower()

    def test_healthy_outcome(self) -> None:
        """With --until-verdict the watch ends by itself when the platform says up, while the pipe stays open."""
        with watching("--until-verdict", "--settle", "500ms", "--timeout", "60s") as one:
            one.send(GOOD)
            status, text = one.rest()
        assert status == 0
        assert "the outcome is known" in text
        assert "--since now leaves them out" in text  # the lines are old ones

    def test_bad_outcome(self) -> None:
        """The same for a failed boot."""
        with watching("--until-verdict", "--settle", "500ms", "--timeout", "60s") as one:
            one.send(BAD)
            status, text = one.rest()
        assert status == 1
        assert "INCIDENT port-hardcoded" in text

    def test_crash_behind_up(self) -> None:
        """An app that is up and crashes within the time to settle has not passed."""
        with watching("--until-verdict", "--settle", "3s", "--timeout", "60s") as one:
            one.send(GOOD)
            one.wait_for(b"HEALTHY")
            one.send(b"2026-05-01T10:00:05.000000+00:00 heroku[web.1]: Process exited with status 1\n")
            one.send(b"2026-05-01T10:00:05.100000+00:00 heroku[web.1]: State changed from up to crashed\n")
            assert one.rest()[0] == 1

    def test_health_needs_the_platform(self) -> None:
        """What only the app says is not enough for CI."""
        assert run(START + LISTENS, "--until-verdict").returncode == 3

    def test_timeout(self) -> None:
        """The time is over before anything is decided."""
        with watching("--until-verdict", "--timeout", "1s") as one:
            one.send(START)
            status, text = one.rest()
        assert status == 3
        assert "time of 1 s is over" in text

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_interrupt(self, number: signal.Signals) -> None:
        """Ctrl-C and SIGTERM give the verdict so far."""
        with watching() as one:
            one.send(BAD)
            one.wait_for(b"R10")
            one.process.send_signal(number)
            status, text = one.rest()
        assert status == 1
        assert "interrupted" in text


class TestEvents:
    """What is said while the stream goes on."""

    def test_delay(self) -> None:
        """An event and a finding are on the screen within 0.2 s of their line; of three tries, as the machine may be busy."""
        tries = [self.measure_delay() for _ in range(3)]
        assert min(event for event, _ in tries) < 0.2
        assert min(finding for _, finding in tries) < 0.2

    @staticmethod
    def measure_delay() -> tuple[float, float]:
        """Give the seconds until an event and until a finding."""
        with watching() as one:
            one.send(START)
            one.wait_for(b"Starting process")
            one.send(LISTENS)
            event = one.wait_for(b"listening on *:3000", 5.0)
            one.send(R10)
            finding = one.wait_for(b"INCIDENT port-hardcoded", 5.0)
        return event, finding

    def test_changed_verdict(self) -> None:
        """A verdict that changes is said again."""
        with watching("--format", "json-lines") as one:
            one.send(START + R10)
            one.wait_for(b'"verdict"')
            one.send(LISTENS)
            one.wait_for(b"port-hardcoded")
            assert one.process.stdin is not None
            one.process.stdin.close()
            one.rest()
        assert len(objects(one.seen, "verdict")) == 2

    def test_quiet_line(self) -> None:
        """The quiet line names what is waited for and how long the platform waits."""
        waiting = Waiting()
        assert "first line" in waiting.describe()
        line = Line(1, START.decode().strip())
        waiting.note(
            Sighting(
                "-",
                1,
                None,
                line.text,
                line.text,
                "heroku",
                "platform",
                "web.1",
                "headed",
                "",
                "p",
                "process-starting",
                {},
            )
        )
        assert "web.1 to open its port: Heroku waits 60 s" in waiting.describe()

    @pytest.mark.parametrize(
        ("platform", "age_s", "words"),
        [
            ("heroku", 20, "Heroku waits 60 s, 40 s left"),
            ("heroku", 80, "Heroku waits 60 s, which is over"),
            ("render", 60, "Render looks for 5 min, 4 min left"),
            ("render", 600, "Render ends the deploy after 15 min, 5 min left"),
            ("plain", 0, "the platform's limit is not known"),
        ],
    )
    def test_history(self, platform: str, age_s: float, words: str) -> None:
        """A stream begins with lines of the past, and the time that is left counts from their times."""
        waiting = Waiting()
        at = datetime.now(UTC) - timedelta(seconds=age_s - 0.5)
        waiting.note(
            Sighting("-", 1, at, "", "", platform, "platform", "web.1", "headed", "", "p", "process-starting", {})
        )
        assert words in waiting.describe()

    def test_silence(self) -> None:
        """Where a line cannot be written over, hours of silence are told less and less often."""
        said: list[str] = []
        with Path(os.devnull).open("rb") as nothing:
            one = Watch(WatchSettings(quiet_s=0.01), TextVoice(said.append), load(), nothing.fileno())
            until = time.monotonic() + 0.5
            while time.monotonic() < until:
                one._tick()
        assert 3 <= len(said) <= 7

    def test_storm(self) -> None:
        """A storm of alike errors does not bury the rest."""
        storm = b"".join(
            b'2026-05-01T10:02:%02d.%06d+00:00 heroku[router]: at=error code=H10 desc="App crashed" method=GET path="/" host=a.example.com '
            b'fwd="203.0.113.9" dyno= connect= service= status=503 bytes= protocol=https\n' % (turn % 60, turn)
            for turn in range(500)
        )
        output = run(BAD + storm).stdout
        assert output.count(b"H10 503") == 5
        assert output.count(b"(H10: more like these") == 1

    def test_github(self) -> None:
        """Annotations for the verdict, and no line of the app is taken for a command."""
        evil = b"2026-05-01T10:00:01.000000+00:00 app[web.1]: ::set-output name=x::listening on *:3000\n"
        text = run(START + evil + R10, "--format", "github").stdout.decode()
        commands = [line for line in text.splitlines() if line.startswith("::")]
        assert len(commands) == 1
        assert commands[0].startswith("::error title=loganalyzer%3A port-hardcoded::")

    def test_json_lines(self) -> None:
        """Every line is an object; the verdict has the form of the report."""
        output = run(BAD, "--format", "json-lines").stdout
        assert [one["kind"] for one in objects(output, "event")] == ["process-starting", "listening", "boot-timeout"]
        verdict = objects(output, "verdict")[-1]["verdict"]
        assert isinstance(verdict, dict)
        assert verdict["cause"] == "port-hardcoded"
        assert objects(output, "end")[-1]["status"] == 1

    def test_terminal(self, tmp_path: Path) -> None:
        """On a terminal the quiet line is written over, and control characters of the log do not get through."""
        pexpect = pytest.importorskip("pexpect")
        (tmp_path / "log").write_bytes(
            START + b"2026-05-01T10:00:02.000000+00:00 app[web.1]: listening on *:3000 \x07\x1b]0;evil\x07\n"
        )
        line = f"(cat {tmp_path}/log; sleep 6) | {' '.join(COMMAND)}"
        child = pexpect.spawn("/bin/sh", ["-c", line], cwd=str(ROOT), timeout=30, dimensions=(24, 80))
        child.expect("web.1 says that it listens on 3000; Heroku waits 60 s, which is over")
        child.expect(pexpect.EOF)
        assert b"\r\x1b[K" in child.before
        assert b"\x07" not in child.before
        child.close()

    def test_narrow_terminal(self, tmp_path: Path) -> None:
        """Lines are as wide as the terminal, so that none of them wraps and the quiet one can be written over."""
        pexpect = pytest.importorskip("pexpect")
        (tmp_path / "log").write_bytes(BAD.replace(b"*:3000", b"*:3000 " + "端口 🎉 ".encode() * 30))
        line = f"(cat {tmp_path}/log; sleep 4) | {' '.join(COMMAND)}"
        environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
        child = pexpect.spawn("/bin/sh", ["-c", line], cwd=str(ROOT), timeout=30, dimensions=(24, 60), env=environment)
        child.expect(pexpect.EOF)
        child.close()
        shown = re.sub(r"\x1b\[[\d;]*[mK]", "", child.before.decode())
        lines = [part for line in shown.split("\r\n") for part in line.split("\r")]
        assert any(line.startswith("... waiting for a new start") for line in lines)
        assert max(cell_len(line) for line in lines if "exit status" not in line) <= 60

    def test_colors(self) -> None:
        """Colour only where it is wanted."""
        assert b"\x1b[31;1mINCIDENT port-hardcoded (" in run(BAD, "--color", "always").stdout
        assert b"\x1b" not in run(BAD).stdout


class TestWording:
    """The words of one event."""

    @pytest.mark.parametrize(
        "text", ['{"a":', '{"msg": 3}', "[" * 5000, "{" * 5000, "", "- ", "[1] ", "\x00\x1b[2J", "==> ", "端" * 90]
    )
    def test_any_text(self, text: str) -> None:
        """Whatever was logged becomes one line that fits."""
        one = Sighting("-", 1, None, text, text, "heroku", "app", "web.1", "headed", "", "p", "crashed", {})
        head, words = event_words(one, 40)
        assert cell_len(head + words) <= 40
        assert "\n" not in words

    def test_logger_heads(self) -> None:
        """What loggers put in front is left out, a level that matters is kept."""
        spring = "2026-03-04T09:12:11.943Z  INFO 14 --- [ledger] [           main] o.s.b.w.TomcatWebServer  : Tomcat started on port 9000"
        assert plain_message(spring) == "Tomcat started on port 9000"
        gunicorn = "[2026-04-21 07:59:54 +0000] [2] [CRITICAL] WORKER TIMEOUT (pid:7)"
        assert plain_message(gunicorn) == "[CRITICAL] WORKER TIMEOUT (pid:7)"
        nest = "[Nest] 88  - 02/09/2026, 6:31:34 PM     LOG [NestFactory] Starting"
        assert plain_message(nest) == "[NestFactory] Starting"


class TestSeams:
    """A stream that is cut and taken up again."""

    def test_repeated_lines(self) -> None:
        """The lines of a renewed session do not count twice."""
        more = b"2026-05-01T10:01:01.000000+00:00 heroku[web.1]: State changed from starting to crashed\n"
        once, twice = run(BAD + more, "--format", "json-lines"), run(BAD + more + BAD + more, "--format", "json-lines")
        assert len(objects(once.stdout, "event")) == len(objects(twice.stdout, "event"))
        assert objects(once.stdout, "verdict") == objects(twice.stdout, "verdict")

    def test_filter_keeps_the_rest(self) -> None:
        """Line numbers stay those of the stream, and lines without a time are never left out."""
        seams = SeamFilter()
        data = START + b"no time\n" + R10 + START + b"no time\n" + UP
        block = next(iter(read_stream(io.BytesIO(data).read, "-")))
        filtered = seams.filter(block)
        assert filtered.data == START + b"no time\n" + R10 + b"no time\n" + UP
        assert filtered.numbers == (1, 2, 3, 5, 6)
        assert isinstance(filtered, Block)
        assert seams.left_out == 1

    def test_clock_steps(self) -> None:
        """A clock that goes back does no harm."""
        back = b"2026-05-01T09:00:00.000000+00:00 app[web.1]: a line of an hour ago\n"
        assert run(START + back + UP + back).returncode == 0


class TestRecord:
    """What is kept."""

    @pytest.mark.parametrize("name", ["kept.log", "kept.log.zst"])
    def test_byte_for_byte(self, tmp_path: Path, name: str) -> None:
        """Everything is kept as it came, whatever it is."""
        data = BAD + bytes(range(256)) + b"\r\nno end"
        path = tmp_path / name
        run(data, "--record", str(path))
        assert unpacked(path) == data

    @pytest.mark.parametrize("name", ["kept.log", "kept.log.zst"])
    def test_kill(self, tmp_path: Path, name: str) -> None:
        """After kill -9 the file holds whole blocks, at most the last one is missing."""
        path = tmp_path / name
        with watching("--record", str(path)) as one:
            one.send(START)
            one.wait_for(b"Starting process")
            time.sleep(1.5)
            one.send(LISTENS)
            one.wait_for(b"listening")
            one.process.kill()
            one.process.wait()
        kept = unpacked(path)
        assert kept.startswith(START)
        assert (START + LISTENS).startswith(kept)

    @pytest.mark.parametrize(("name", "cut"), [("kept.log", 10), ("kept.log.zst", 3)])
    def test_written_on(self, tmp_path: Path, name: str, cut: int) -> None:
        """A recording that a crash has cut is written on so that everything in it can be read."""
        path = tmp_path / name
        run(BAD, "--record", str(path))
        run(GOOD, "--record", str(path))
        path.write_bytes(path.read_bytes()[:-cut])
        run(BAD, "--record", str(path))
        torn = b"" if path.suffix == ".zst" else GOOD[:-cut] + b"\n"
        assert unpacked(path) == BAD + torn + BAD

    def test_other_file(self, tmp_path: Path) -> None:
        """A file that is no recording is left as it is."""
        path = tmp_path / "notes.zst"
        path.write_bytes(b"my notes")
        assert run(GOOD, "--record", str(path)).returncode == 2
        assert path.read_bytes() == b"my notes"

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
    def test_full_disk(self) -> None:
        """A full disk ends the recording and not the watch."""
        done = run(BAD, "--record", "/dev/full")
        assert done.returncode == 1
        assert done.stderr.count(b"nothing more is recorded") == 1

    def test_before_trigger(self, tmp_path: Path) -> None:
        """Only what led up to a finding is kept."""
        path = tmp_path / "kept.log"
        noise = b"2026-05-01T09:59:00.000000+00:00 app[web.1]: long ago\n"
        with watching("--record", str(path), "--before-trigger", "1s") as one:
            one.send(UP)
            one.wait_for(b"State changed")
            time.sleep(1.5)
            one.send(BAD)
            one.wait_for(b"INCIDENT")
            one.send(noise)
            assert one.process.stdin is not None
            one.process.stdin.close()
            one.rest()
        assert path.read_bytes() == BAD
        assert run(GOOD, "--record", str(tmp_path / "other.log"), "--before-trigger", "1m").returncode == 0
        assert (tmp_path / "other.log").read_bytes() == b""


class TestReaction:
    """The command of a finding."""

    def test_command(self, tmp_path: Path) -> None:
        """It gets the finding as JSON, without a shell, once."""
        script = tmp_path / "react.py"
        script.write_text("import sys\nopen(sys.argv[1], 'a').write(sys.stdin.read() + '\\n')\n")
        out = tmp_path / "$(touch evil).json"
        run(BAD, "--on-finding", f"{sys.executable} {script} '{out}'")
        documents = out.read_text().splitlines()
        assert len(documents) == 1
        assert json.loads(documents[0])["verdict"]["cause"] == "port-hardcoded"

    @pytest.mark.parametrize("command", ["/nosuch/command", "'unclosed"])
    def test_broken_command(self, command: str) -> None:
        """A command that cannot be run is said and does not change the verdict."""
        done = run(BAD, "--on-finding", command)
        assert b"--on-finding" in done.stderr
        assert done.returncode in (1, 2)

    def test_time_limit(self) -> None:
        """A command that hangs is ended."""
        reaction = Reaction("sleep 600", limit_s=0.3)
        report = Report(
            SourceInfo(("-",), "heroku", 1.0, None, 1, 1, 1), Finding("incident", "port-hardcoded", "t", "e", 0.9)
        )
        with Path(os.devnull).open("w") as nowhere:
            before, sys.stderr = sys.stderr, nowhere
            try:
                reaction.run(report)
                reaction.finish()
            finally:
                sys.stderr = before
        assert not [one for one in psutil.Process().children() if "sleep" in one.name()]


class TestMemory:
    """A long stream."""

    def test_flat_memory(self) -> None:
        """Memory does not grow with the stream."""
        with watching() as one:
            one.send(BAD)
            one.wait_for(b"INCIDENT")
            line = b"2026-05-01T10:%02d:%02d.%06d+00:00 app[web.1]: worked on item %d of the list\n"
            sizes = []
            for turn in range(4):
                one.send(b"".join(line % (2 + turn, place % 60, place, place) for place in range(60_000)))
                time.sleep(0.5)
                sizes.append(psutil.Process(one.process.pid).memory_info().rss)
            one.process.send_signal(signal.SIGINT)
            status, _ = one.rest()
        assert status == 1
        assert sizes[-1] < 1.2 * sizes[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--format", "xml"],
        ["--timeout", "soon"],
        ["--before-trigger", "1m"],
        ["--platform", "fly"],
        ["--since", "yesterday"],
        ["--record", "/nosuch/folder/x"],
        ["--timeout", "0s"],
        ["--on-finding", " "],
        ["saved.log"],
    ],
)
def test_wrong_usage(arguments: list[str]) -> None:
    """Options that mean nothing end with 2 and no traceback."""
    done = run(GOOD, *arguments)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def unpacked(path: Path) -> bytes:
    """Read a recording; of zstd the frames that are whole."""
    data = path.read_bytes()
    if path.suffix != ".zst":
        return data
    return zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True).read()
