"""The real Heroku CLI against a small stub of its log-session API: its output is read like the file that it came from."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEROKU = os.environ.get("HEROKU_CLI") or shutil.which("heroku")
LOGS = ("heroku-port-hardcoded.log", "heroku-healthy.log", "heroku-request-timeout.log")

pytestmark = pytest.mark.skipif(
    HEROKU is None,
    reason="runs only where the Heroku CLI is: npm install heroku, then HEROKU_CLI=node_modules/.bin/heroku",
)


class Stub(http.server.BaseHTTPRequestHandler):
    """Answers what `heroku logs` asks: the app, a log session, and the session as server-sent events."""

    log: bytes = b""
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer the app, and the stream of the session."""
        if self.path == "/stream":
            # Whoever asks again has read the end: without events the CLI takes the answer for the end.
            events = b"".join(b"data: " + line + b"\n\n" for line in self.log.splitlines() if line.strip())
            self._answer(200, "text/event-stream", events)
            return
        self._json({"id": "01234567-89ab-cdef-0123-456789abcdef", "name": "my-app", "generation": {"name": "cedar"}})

    def do_POST(self) -> None:
        """Give a log session."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        assert isinstance(self.server, http.server.ThreadingHTTPServer)
        self._json({"logplex_url": f"http://127.0.0.1:{self.server.server_port}/stream"}, 201)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _json(self, content: object, status: int = 200) -> None:
        self._answer(status, "application/json", json.dumps(content).encode())

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def stub() -> Iterator[http.server.ThreadingHTTPServer]:
    """Run the stub on loopback."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("name", LOGS)
@pytest.mark.parametrize("command", ["analyze", "watch"])
def test_same_as_the_file(stub: http.server.ThreadingHTTPServer, tmp_path: Path, name: str, command: str) -> None:
    """What the CLI prints is judged like the file, piped into both commands."""
    path = ROOT / "sample_logs" / name
    Stub.log = path.read_bytes()
    unwanted = ("http_proxy", "https_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR")
    environment = {
        key: value for key, value in os.environ.items() if key.lower() not in unwanted and key not in unwanted
    }
    environment |= {
        "HEROKU_HOST": f"http://127.0.0.1:{stub.server_port}",
        "HEROKU_API_KEY": "stub",
        "HOME": str(tmp_path),
        "HEROKU_SKIP_NEW_VERSION_CHECK": "1",
        "DISABLE_TELEMETRY": "true",
        "PATH": os.pathsep.join([str(Path(str(HEROKU)).parent), os.environ["PATH"]]),
    }
    assert HEROKU is not None
    printed = subprocess.run(
        [HEROKU, "logs", "-n", "1500", "-a", "my-app"], capture_output=True, env=environment, timeout=60, check=False
    )
    assert printed.stdout, printed.stderr.decode()
    form = "json" if command == "analyze" else "json-lines"
    piped = subprocess.run(
        [sys.executable, "-m", "loganalyzer", command, "--format", form],
        input=printed.stdout,
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    direct = subprocess.run(
        [sys.executable, "-m", "loganalyzer", "--format", "json", str(path)],
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    expected = json.loads(direct.stdout)["verdict"]
    if command == "analyze":
        found = json.loads(piped.stdout)["verdict"]
    else:
        found = [
            one["verdict"] for line in piped.stdout.splitlines() if (one := json.loads(line))["type"] == "verdict"
        ][-1]
    assert (found["cause"], found["status"], found["facts"]) == (
        expected["cause"],
        expected["status"],
        expected["facts"],
    )
    assert piped.returncode == direct.returncode
