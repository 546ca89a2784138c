"""Batch and object stores: S3 spoken by a real server on this machine, in a process of its own."""

from __future__ import annotations

import gzip
import io
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loganalyzer.batch import Options, make_plan, run_plan

s3fs = pytest.importorskip("s3fs")
pytest.importorskip("moto.server")
pytestmark = pytest.mark.filterwarnings("default")

KEY, SECRET = "AKIAEXAMPLE0000000000", "wJalr-not-a-secret-0000"
LINE = "2024-05-01T10:00:{second:02}.000000+00:00 {text}\n"
HARDCODED = "".join(
    LINE.format(second=second, text=text)
    for second, text in (
        (0, "heroku[web.1]: Starting process with command `node server.js`"),
        (3, "app[web.1]: Server listening on http://0.0.0.0:3000"),
        (
            58,
            "heroku[web.1]: Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch",
        ),
        (59, "heroku[web.1]: Process exited with status 137"),
    )
)
NOISE = "".join(LINE.format(second=at % 60, text=f"app[web.1]: step {at} done") for at in range(3000))


def call(url: str, path: str, body: bytes | None = None) -> None:
    """Ask the server for something of its own."""
    method = "POST" if body is not None else "GET"
    headers = {"Content-Type": "text/plain"}
    with urllib.request.urlopen(urllib.request.Request(url + path, body, headers, method=method)) as answer:
        answer.read()


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give where the server writes its requests."""
    return tmp_path_factory.mktemp("server") / "requests.log"


@pytest.fixture(scope="module")
def server(log: Path) -> Iterator[str]:
    """Start the server; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with log.open("wb") as file, subprocess.Popen(command, stdout=file, stderr=file) as process:
        url = f"http://127.0.0.1:{port}"
        end = time.monotonic() + 60
        while True:
            try:
                call(url, "/moto-api/")
                break
            except urllib.error.URLError:
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < end
                time.sleep(0.05)
        yield url
        process.terminate()


@pytest.fixture
def store(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Make a bucket with logs, and the usual credentials of the environment; give the server's address."""
    known = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_ENDPOINT_URL": server}
    for name, value in (known | {"AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    s3fs.S3FileSystem.clear_instance_cache()
    system = s3fs.S3FileSystem()
    if not system.exists("logs"):
        system.mkdir("logs")
        system.pipe("logs/shop/2024-05-01.log", HARDCODED.encode(), ACL="public-read")
        system.pipe("logs/mail/b.log.gz", gzip.compress(HARDCODED.encode()))
        system.pipe("logs/big.log", (NOISE + HARDCODED).encode())
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("noise.bin", os.urandom(3 << 20))
            archive.writestr("c.log", HARDCODED)
        system.pipe("logs/x.zip", packed.getvalue())
    yield server
    s3fs.S3FileSystem.clear_instance_cache()
    call(server, "/moto-api/reset-auth", b"1000000")


def rows_of(source: str, **chosen: Any) -> dict[str, dict[str, Any]]:
    """Analyse what is in the store; give the rows by name."""
    s3fs.S3FileSystem.clear_instance_cache()
    options = Options(**chosen)
    return {row["log"]: row for row in run_plan(make_plan([source], options), options)}


class TestStore:
    """S3."""

    def test_everything_below_a_prefix_is_read(self, store: str) -> None:
        """Objects, compressed ones and members of archives give the rows that files give."""
        del store
        rows = rows_of("s3://logs")
        assert {name: row["cause"] for name, row in rows.items() if row["status"] == "incident"} == dict.fromkeys(
            ("s3://logs/shop/2024-05-01.log", "s3://logs/mail/b.log.gz", "s3://logs/big.log", "s3://logs/x.zip!c.log"),
            "port-hardcoded",
        )
        assert rows["s3://logs/shop/2024-05-01.log"]["evidence_line"] == 2

    def test_wildcards(self, store: str) -> None:
        """A wildcard names objects."""
        del store
        assert set(rows_of("s3://logs/*/*.gz")) == {"s3://logs/mail/b.log.gz"}

    def test_ranges(self, store: str, log: Path) -> None:
        """A large object is asked for in byte ranges, and the rows are those of the whole."""
        del store
        before = log.read_text().count("/big.log HTTP/1.1")
        options = Options(range_bytes=32 << 10)
        (piece,) = make_plan(["s3://logs/big.log"], options).logs[0].pieces
        assert len(piece.ranges) > 3
        assert rows_of("s3://logs/big.log", range_bytes=32 << 10) == rows_of("s3://logs/big.log")
        lines = [line for line in log.read_text().splitlines() if "/big.log HTTP/1.1" in line]
        assert len(lines) - before > 2 * len(piece.ranges)
        assert sum(" 206 " in line for line in lines) >= 2 * len(piece.ranges)

    def test_unknown_names(self, store: str) -> None:
        """What is not there is said so."""
        del store
        for source, reason in (
            ("s3://logs/none.log", "there is no such bucket or object"),
            ("s3://logs/none*", "there is no such object, and none below it"),
            ("s3://another-bucket/a.log", "The specified bucket does not exist"),
        ):
            (row,) = rows_of(source).values()
            assert (row["status"], row["failure"]) == ("failed", reason)

    def test_wrong_credentials(self, store: str, tmp_path: Path) -> None:
        """The store's refusal costs a row with its reason, beside a log that is read; nothing tells the credentials."""
        call(store, "/moto-api/reset-auth", b"0")
        (tmp_path / "a.log").write_text(HARDCODED)
        done = subprocess.run(
            [sys.executable, "-m", "loganalyzer", "batch", "s3://logs", str(tmp_path / "a.log"), "-o", str(tmp_path / "out")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        written = "".join(path.read_text() for path in (tmp_path / "out").iterdir() if path.suffix != ".parquet")
        assert done.returncode == 2
        assert "s3://logs: the store refuses: The AWS Access Key Id you provided does not exist" in " ".join(
            done.stdout.split()
        )
        assert "port-hardcoded" in done.stdout
        for secret in (KEY, SECRET):
            assert secret not in done.stdout + done.stderr + written

    def test_credentials_in_a_url(self, store: str) -> None:
        """Whoever writes them into the URL does not find them in the results."""
        del store
        ((name, row),) = rows_of(f"s3://{KEY}:{SECRET}@logs/a.log").items()
        assert name == "s3://logs/a.log"
        assert SECRET not in str(row)
        assert row["status"] == "failed"

    def test_no_credentials(self, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without any the way out is told, and a public bucket is read anonymously."""
        del store
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
        (row,) = rows_of("s3://logs/shop/2024-05-01.log").values()
        assert row["failure"] == "Unable to locate credentials; --anonymous reads public buckets without any"
        (row,) = rows_of("s3://logs/shop/2024-05-01.log", anonymous=True).values()
        assert (row["cause"], row["failure"]) == ("port-hardcoded", None)

    def test_nobody_answers(self, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """A store that cannot be reached is told, with the address that was tried."""
        del store
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        (row,) = rows_of("s3://logs/shop/2024-05-01.log").values()
        assert row["failure"].startswith("Could not connect to the endpoint URL: ")
