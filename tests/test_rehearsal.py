"""Rehearsals as a user meets them: where the command is read, what is left behind, the saved log, the README section."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from loganalyzer.errors import InputError, UsageError
from loganalyzer.library import Library
from loganalyzer.rehearsal import find_command, given_command, make_plan, perform, read_environment
from loganalyzer.rehearsal.document import BEGIN, END, update_file, write_section
from loganalyzer.rehearsal.probes import ask
from loganalyzer.rehearsal.sockets import find_owner, free_port
from loganalyzer.rehearsal.stage import Stage

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "loganalyzer", "rehearse"]
SERVER = "import http.server as h, os, sys\nh.HTTPServer((sys.argv[1], int(sys.argv[2])), h.SimpleHTTPRequestHandler).serve_forever()\n"
TREE = """\
import os, subprocess, sys, time
if os.fork() == 0:  # a daemon that leaves the session
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)
subprocess.Popen(["sleep", "600"], start_new_session=True)
subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(600)"])
time.sleep(600)
"""


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command and wait for it."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, cwd=folder, timeout=90, check=False, env=environment
    )


def marked(word: str) -> list[int]:
    """Give the processes whose environment holds a word."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("REHEARSAL_MARK") == word and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def wait_for(condition: object, seconds: float = 15.0) -> bool:
    """Wait until a function gives something true."""
    assert callable(condition)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """Give a folder with a small server that takes address and port as arguments."""
    (tmp_path / "server.py").write_text(SERVER)
    return tmp_path


class TestStartCommand:
    """Where the command is read, by the rules of each file."""

    def test_procfile(self, tmp_path: Path) -> None:
        """The web line counts, whatever else there is."""
        (tmp_path / "Procfile").write_text("worker: python work.py\nweb: gunicorn app:app --bind 0.0.0.0:$PORT\n")
        found = find_command("heroku", tmp_path)
        assert (found.line, found.origin) == (
            "gunicorn app:app --bind 0.0.0.0:$PORT",
            "Procfile, line 2, process type web",
        )

    def test_package(self, tmp_path: Path) -> None:
        """Npm start runs the script, or server.js."""
        (tmp_path / "package.json").write_text('{"scripts": {"start": "node index.js"}}')
        assert find_command("heroku", tmp_path).line == "npm start"
        (tmp_path / "package.json").write_text("{}")
        with pytest.raises(UsageError):
            find_command("heroku", tmp_path)
        (tmp_path / "server.js").touch()
        assert find_command("heroku", tmp_path).line == "node server.js"

    def test_blueprint(self, tmp_path: Path) -> None:
        """The first web service with its folder, variables and health path; other types are passed by."""
        (tmp_path / "render.yaml").write_text(
            "services:\n- type: worker\n  startCommand: python work.py\n- type: web\n  name: shop\n  rootDir: api\n"
            "  startCommand: node server.js\n  healthCheckPath: /healthz\n  envVars:\n  - key: MODE\n    value: 1\n  - key: SECRET\n    sync: false\n"
        )
        found = find_command("render", tmp_path)
        assert (found.line, found.health_path, found.environment, found.folder.name) == (
            "node server.js",
            "/healthz",
            {"MODE": "1"},
            "api",
        )

    def test_manifest(self, tmp_path: Path) -> None:
        """Command, env, HTTP check and timeout; a null command leaves it to the Procfile."""
        (tmp_path / "manifest.yml").write_text(
            "applications:\n- name: shop\n  command: python server.py\n  timeout: 90\n  health-check-type: http\n"
            "  health-check-http-endpoint: /up\n  env: {DEBUG: true}\n"
        )
        found = find_command("cloudfoundry", tmp_path)
        assert (found.line, found.health_path, found.boot_timeout_s, found.environment) == (
            "python server.py",
            "/up",
            90.0,
            {"DEBUG": "true"},
        )
        (tmp_path / "manifest.yml").write_text("applications:\n- name: shop\n  command: null\n")
        (tmp_path / "Procfile").write_text("web: python other.py\n")
        assert find_command("cloudfoundry", tmp_path).line == "python other.py"

    def test_foreign_file(self, tmp_path: Path) -> None:
        """A file that the platform does not read is used, and that is said."""
        (tmp_path / "Procfile").write_text("web: python server.py\n")
        assert "render does not read this file" in find_command("render", tmp_path).origin

    @pytest.mark.parametrize(
        "text", ["- a\n", "{a: [", "\x00", "applications: 3\n", "applications:\n- command: ((secret))\n"]
    )
    def test_broken_manifest(self, tmp_path: Path, text: str) -> None:
        """A broken file is an error for the user, never an exception of another kind."""
        (tmp_path / "manifest.yml").write_text(text)
        with pytest.raises((InputError, UsageError)):
            find_command("cloudfoundry", tmp_path)

    def test_environment_file(self, tmp_path: Path) -> None:
        """Comments, quotes and export are read as dotenv reads them."""
        path = tmp_path / ".env"
        path.write_text("# a comment\nexport A=1\nB='two words' \nC=x # y\n\nD=\n")
        assert read_environment(path) == {"A": "1", "B": "two words", "C": "x", "D": ""}
        path.write_text("no assignment\n")
        with pytest.raises(InputError):
            read_environment(path)


class TestVerdicts:
    """Faults that need no server of their own; the servers' faults are in tests/apps."""

    def rehearse(self, folder: Path, library: Library, line: str, platform: str = "heroku", boot_s: float = 2.0) -> str:
        """Rehearse a line of the shell and give the verdict."""
        plan = make_plan(platform, given_command([line], folder), port=free_port(20000, 59999), boot_timeout_s=boot_s)
        return perform(plan, library=library).analysis.worst.verdict.cause

    def test_missing_command(self, tmp_path: Path, library: Library) -> None:
        """A command that is not there."""
        assert self.rehearse(tmp_path, library, "nosuchserver --port $PORT") == "crash-missing-command"

    def test_missing_word(self, tmp_path: Path, library: Library) -> None:
        """The same, word by word."""
        plan = make_plan(
            "render", given_command(["nosuchserver", "-p"], tmp_path), port=free_port(20000, 59999), boot_timeout_s=2
        )
        assert perform(plan, library=library).analysis.worst.verdict.cause == "crash-missing-command"

    @pytest.mark.skipif(
        sys.platform != "linux" or int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text()) <= 80,
        reason="every user may open port 80 here",
    )
    def test_privileged_port(self, app: Path, library: Library) -> None:
        """Port 80 is refused as in a container, also for root."""
        assert self.rehearse(app, library, f"{sys.executable} server.py 0.0.0.0 80") == "port-permission"

    def test_lying_app(self, app: Path, library: Library) -> None:
        """The real socket counts, not what the app prints."""
        fixed = free_port(20000, 59999)
        line = f"echo listening on 0.0.0.0:$PORT; exec {sys.executable} server.py 0.0.0.0 {fixed}"
        assert self.rehearse(app, library, line) == "port-hardcoded"

    def test_debugger_beside_the_server(self, app: Path, library: Library) -> None:
        """A debugger on loopback is no loopback bind of the app."""
        if find_owner(9229):
            pytest.skip("port 9229 is taken")
        line = f"{sys.executable} server.py 127.0.0.1 9229 & exec {sys.executable} server.py 0.0.0.0 $PORT"
        assert self.rehearse(app, library, line, "cloudfoundry", 5.0) == "healthy"

    def test_endless_output(self, tmp_path: Path, library: Library) -> None:
        """An app that writes without end neither fills the memory nor hides the outcome."""
        assert self.rehearse(tmp_path, library, "yes 'still busy'", boot_s=1.0) == "port-not-bound"

    def test_missing_module(self, tmp_path: Path, library: Library) -> None:
        """An import that fails."""
        assert (
            self.rehearse(tmp_path, library, f"{sys.executable} -c 'import nosuchmodule'", "cloudfoundry")
            == "crash-missing-dependency"
        )

    def test_taken_port(self, tmp_path: Path, library: Library) -> None:
        """The assigned port is in use by another program of this machine: said at once, nothing is started or called."""
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            plan = make_plan("render", given_command(["touch started"], tmp_path), port=other.getsockname()[1])
            with pytest.raises(UsageError, match="is taken by"):
                perform(plan, library=library)
        assert not (tmp_path / "started").exists()

    def test_short_keep_alive(self, tmp_path: Path, library: Library) -> None:
        """A connection that the app gives up sooner than the router is noted."""
        code = (
            "import http.server as h, os\n"
            "class H(h.SimpleHTTPRequestHandler):\n  protocol_version='HTTP/1.1'\n  timeout=0.5\n"
            "h.ThreadingHTTPServer(('0.0.0.0', int(os.environ['PORT'])), H).serve_forever()\n"
        )
        (tmp_path / "server.py").write_text(code)
        plan = make_plan("heroku", given_command([f"{sys.executable} server.py"], tmp_path), boot_timeout_s=8)
        made = perform(plan, library=library)
        assert any("closes an idle connection" in note for note in made.notes)


class TestProbes:
    """What a request brings, whatever answers."""

    @pytest.mark.parametrize(
        ("answer", "kind"),
        [
            (b"HTTP/1.1 204 No Content\r\n\r\n", "http"),
            (b"SSH-2.0-OpenSSH_9.6\r\n", "malformed"),
            (b"", "closed"),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nKeep-Alive: timeout=5\r\n\r\nhello", "http"),
            (b"\x15\x03\x03\x00\x02\x02F", "malformed"),
        ],
    )
    def test_kinds(self, answer: bytes, kind: str) -> None:
        """HTTP, other bytes, and silence are told apart."""
        with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
            port = server.getsockname()[1]

            def serve() -> None:
                for _ in range(1 if kind == "http" else 2):
                    link, _ = server.accept()
                    with link:
                        link.recv(4096)
                        link.sendall(answer)

            pool.submit(serve)
            assert ask("127.0.0.1", port, "/", agent="test", timeout_s=5).kind == kind

    def test_no_answer(self) -> None:
        """A server that never answers, and a port that nobody listens on."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            assert ask("127.0.0.1", port, "/", agent="test", timeout_s=0.3).kind == "timeout"
        assert ask("127.0.0.1", port, "/", agent="test", timeout_s=0.3).kind == "refused"


class TestLeavings:
    """Nothing stays behind."""

    def test_tree_is_ended(self, tmp_path: Path) -> None:
        """Daemons, new sessions and processes that ignore SIGTERM are ended with the rest."""
        (tmp_path / "tree.py").write_text(TREE)
        with Stage([sys.executable, "tree.py"], tmp_path, {**os.environ, "REHEARSAL_MARK": "tree"}) as stage:
            assert wait_for(lambda: len(marked("tree")) >= 5 and ("OUT", b"ready") in stage.lines())
            told = stage.end(0.5)
        assert told["ended_by"] == "SIGKILL"
        assert marked("tree") == []

    def test_killed_supervisor(self, tmp_path: Path) -> None:
        """Also when the supervisor itself is killed nothing is left once the stage is over."""
        (tmp_path / "tree.py").write_text(TREE)
        with Stage([sys.executable, "tree.py"], tmp_path, {**os.environ, "REHEARSAL_MARK": "orphans"}) as stage:
            assert wait_for(lambda: len(marked("orphans")) >= 5)
            os.kill(stage.session, signal.SIGKILL)
        assert wait_for(lambda: marked("orphans") == [])

    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
    def test_killed_rehearsal(self, tmp_path: Path, number: signal.Signals) -> None:
        """A rehearsal that is ended from outside takes everything with it."""
        self.kill_at(tmp_path, number, None, f"kill-{number}")

    def test_kills_at_random_moments(self, tmp_path: Path) -> None:
        """After 50 rehearsals that were killed at random moments no process is left, whatever session it had gone to."""
        chance = random.Random(6)
        jobs = [
            (chance.choice([signal.SIGKILL, signal.SIGTERM]), chance.uniform(0.0, 2.2), f"random-{turn}")
            for turn in range(50)
        ]
        with ThreadPoolExecutor(8) as pool:
            for done in [pool.submit(self.kill_at, tmp_path, *job) for job in jobs]:
                done.result()
        assert wait_for(lambda: not any(marked(word) for _, _, word in jobs))

    @staticmethod
    def kill_at(folder: Path, number: signal.Signals, after_s: float | None, word: str) -> None:
        """Start a rehearsal of a tree of processes and kill it, at a moment or when the whole tree is there."""
        (folder / "tree.py").write_text(TREE)
        started = subprocess.Popen(
            [*COMMAND, "--boot-timeout", "30", "--dir", str(folder), "--", sys.executable, "tree.py"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, env={**os.environ, "REHEARSAL_MARK": word},
        )  # fmt: skip
        if after_s is None:
            assert wait_for(lambda: len(marked(word)) >= 6, 30)
        else:
            time.sleep(after_s)
        started.send_signal(number)
        started.wait(40)
        assert wait_for(lambda: marked(word) == []), [psutil.Process(pid).cmdline() for pid in marked(word)]

    def test_no_files(self, app: Path) -> None:
        """A rehearsal leaves no files."""
        before = sorted(app.iterdir())
        run("--boot-timeout", "1", "--", sys.executable, "-B", "-c", "print(1)", folder=app)
        assert sorted(app.iterdir()) == before


class TestCommand:
    """The command line."""

    def test_report_and_saved_log(self, app: Path) -> None:
        """The report, its status, the log, and the same verdict from that log."""
        (app / "Procfile").write_text(f"web: {sys.executable} server.py 127.0.0.1 $PORT\n")
        done = run("--boot-timeout", "2", "--save-log", "saved.log", folder=app)
        assert done.returncode == 1, done.stderr
        assert "port-loopback-only" in done.stdout
        assert "Procfile, line 1" in done.stdout
        again = subprocess.run(
            [sys.executable, "-m", "loganalyzer", "--format", "json", str(app / "saved.log")],
            capture_output=True,
            cwd=ROOT,
            check=False,
        )
        assert json.loads(again.stdout)["verdict"]["cause"] == "port-loopback-only"

    def test_all(self, app: Path) -> None:
        """Three platforms, a table, and the README section."""
        (app / "README.md").write_text("# Shop\n")
        line = f"{sys.executable} server.py 0.0.0.0 $PORT"
        done = run(
            "--all",
            "--boot-timeout",
            "8",
            "--port",
            str(free_port(20000, 59999)),
            "--document",
            "README.md",
            "--",
            line,
            folder=app,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.count(" passed") == 3
        assert done.stdout.count("PASSED (") == 3
        assert "TIMELINE" not in done.stdout
        text = (app / "README.md").read_text()
        assert text.startswith("# Shop\n")
        assert text.count("| passed |") == 3

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_interrupt(self, app: Path, number: signal.Signals) -> None:
        """Ctrl-C gives what was seen so far, ends the app, and is no pass, however good it looks until then."""
        line = f"{sys.executable} server.py 127.0.0.1 $PORT"
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "REHEARSAL_MARK": f"stop-{number}"}
        process = subprocess.Popen(
            [*COMMAND, "--verbose", "--document", "README.md", "--", line],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=app, env=environment,
        )  # fmt: skip
        assert process.stderr is not None
        while "LISTEN" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(number)
        out, _ = process.communicate(timeout=20)
        assert process.returncode in (1, 3)
        assert "127.0.0.1:" in out
        assert "Interrupted after" in out
        assert "HEALTHY" not in out
        assert marked(f"stop-{number}") == []
        assert not (app / "README.md").exists()

    def test_environment_file(self, app: Path) -> None:
        """A .env file is read when it is named, and where something goes wrong without it, that is said."""
        (app / ".env").write_text("HOST=0.0.0.0\n")
        environment = {name: value for name, value in os.environ.items() if name != "HOST"}
        (app / "Procfile").write_text(f'web: {sys.executable} server.py "${{HOST:?}}" $PORT\n')
        bad = subprocess.run(
            [*COMMAND, "--boot-timeout", "10"], capture_output=True, text=True, cwd=app, check=False, timeout=60,
            env={**environment, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert bad.returncode == 1
        assert "--env-file .env" in " ".join(bad.stdout.split())
        good = run("--boot-timeout", "10s", "--env-file", ".env", folder=app)
        assert good.returncode == 0, good.stdout + good.stderr

    @pytest.mark.parametrize("option", ["--save-log", "--document"])
    @pytest.mark.parametrize("path", ["/nosuch/folder/file.md", "."])
    def test_unwritable(self, tmp_path: Path, option: str, path: str) -> None:
        """What could not be written in the end is said before anything is started."""
        done = run(option, path, "--", "touch", "started", folder=tmp_path)
        assert done.returncode == 2
        assert not (tmp_path / "started").exists()

    def test_color(self, app: Path) -> None:
        """Colour only where it is wanted."""
        line = f"{sys.executable} server.py 0.0.0.0 $PORT"
        assert "\x1b[" in run("--boot-timeout", "10s", "--color", "always", "--", line, folder=app).stdout
        assert "\x1b[" not in run("--boot-timeout", "10s", "--", line, folder=app).stdout

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--platform", "fly"],
            ["--color", "blue"],
            ["--dir", "/nosuch"],
            ["--port", "70000"],
            ["--boot-timeout", "soon"],
            ["--boot-timeout", "0"],
            ["--health-path", "up"],
            ["--env-file", "none"],
            [],
        ],
    )
    def test_wrong_usage(self, tmp_path: Path, arguments: list[str]) -> None:
        """Wrong options, and a folder without any start command."""
        done = run(*arguments, folder=tmp_path)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


class TestDocument:
    """The section of the README."""

    def test_update_in_place(self, app: Path, library: Library) -> None:
        """The section is replaced between its markers, the rest stays as it is."""
        plan = make_plan("heroku", given_command([f"{sys.executable} server.py 0.0.0.0 $PORT"], app), boot_timeout_s=8)
        section = write_section([perform(plan, library=library)])
        path = app / "README.md"
        path.write_text(f"# App\n\n{BEGIN}\nold\n{END}\n\n## More\n")
        update_file(path, section)
        first = path.read_text()
        assert "old" not in first
        assert first.endswith(f"{END}\n\n## More\n")
        update_file(path, section)
        assert path.read_text() == first

    def test_broken_markers(self, tmp_path: Path) -> None:
        """One marker alone is an error, and the file stays as it is."""
        path = tmp_path / "README.md"
        path.write_text(f"{BEGIN}\n")
        with pytest.raises(InputError):
            update_file(path, "section")
        assert path.read_text() == f"{BEGIN}\n"
