"""Render: what the platform writes around a web service, and the shapes in which users hold it."""

# ruff: noqa: ARG002 (a platform ignores what leaves no trace in its logs)

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from .model import CONTEXT, FILLER, Entry, Row
from .stage import PATHS, Stage, hex_id

__all__ = ["FORMATS", "Render", "render"]

DOCS = "==> Docs on specifying a port: https://render.com/docs/web-services#port-binding"
TROUBLE = "==> Common ways to troubleshoot your deploy: https://render.com/docs/troubleshooting-deploys"
FIRST_MISS_S = 18
SCAN_STEP_S = 61
SCAN_LIMIT_S = 300
DEPLOY_LIMIT_S = 900
MISSES = {
    "nothing": "==> No open ports detected, continuing to scan...",
    "loopback": "==> No open ports detected on 0.0.0.0, continuing to scan...",
    "no-http": "==> No open HTTP ports detected on 0.0.0.0, continuing to scan...",
    "elsewhere": "==> Continuing to scan for open port {want} (from PORT environment variable)...",
}
GIVEN_UP = {
    "nothing": "Port scan timeout reached, no open ports detected. Bind your service to at least one port. If you don't need to receive traffic on any port, create a background worker instead.",
    "loopback": "Port scan timeout reached, no open ports detected on 0.0.0.0. Detected open ports on localhost -- did you mean to bind one of these to 0.0.0.0?",
    "no-http": "Port scan timeout reached, no open HTTP ports detected on 0.0.0.0. Bind your service to at least one port. If you don't need to receive public HTTP traffic, create a private service instead.",
    "elsewhere": "Port scan timeout reached, failed to detect open port {want} from PORT environment variable. Bind your service to port {want} or update the PORT environment variable to the correct port.",
}
RUNTIMES = {
    "node": (
        "Using Node.js version 22.16.0 (default)",
        "npm install && npm run build",
        ("added 271 packages, and audited 272 packages in 6s", "found 0 vulnerabilities"),
    ),
    "python": (
        "Installing Python version 3.11.9...",
        "pip install -r requirements.txt",
        (
            "Successfully installed certifi-2024.7.4 idna-3.7 urllib3-2.2.2",
            "[notice] A new release of pip is available: 24.0 -> 25.3",
        ),
    ),
    "ruby": (
        "Using Ruby version 3.2.4 via /opt/render/project/src/.ruby-version",
        "bundle install",
        (
            "Fetching gem metadata from https://gems.example.org/......",
            "Bundle complete! 14 Gemfile dependencies, 88 gems now installed.",
        ),
    ),
    "go": (
        "Using Go version 1.22.5 (default)",
        "go build -tags netgo -o app",
        ("go: downloading github.com/jackc/pgx/v5 v5.6.0",),
    ),
}


class Render(Stage):
    """One web service on Render.

    Attributes:
        want: the PORT that the user set; None leaves it to Render.
        deployed: when the deploy's clock began.
        started: when the running process was started.
        runtime: of the app, for the words of the build.
        gave_up: whether the last start ended in a time-out.
        old: whether the wording is that of the first years.
    """

    platform = "render"

    def __init__(self, random: Random, began: datetime) -> None:
        """Choose the era."""
        super().__init__(random, began)
        self.want: int | None = None
        self.deployed = self.started = began
        self.old = self.chance(0.15)
        self.values["root"] = "/opt/render/project/src"
        self.service = f"srv-{hex_id(random, 20)}"
        self.runtime = "node"
        self.gave_up = False

    def app_tag(self, stream: str = "OUT", process: str = "web") -> str:
        """Render does not tell standard output from standard error."""
        return "app"

    def say(self, text: str, role: str = FILLER) -> None:
        """Write a line of the platform."""
        self.write("platform", text, role)

    def assign_port(self) -> int:
        """Give the port that the environment names."""
        return self.want or 10000

    def set_up(self) -> None:
        """Write the build and the deploy, or only the deploy."""
        if self.chance(0.6):
            version, command, output = RUNTIMES.get(self.runtime, ("", "", ()))
            self.write("build", f"==> Cloning from https://github.com/example/{self.values['name']}")
            self.write("build", f"==> Checking out commit {hex_id(self.random, 40)} in branch main")
            if version:
                self.wait(1, 3)
                self.write("build", f"==> {version}")
                self.write("build", f"==> Running build command '{command}'...")
                self.wait(5, 30)
                for line in output:
                    self.write("build", line)
            self.write("build", "==> Uploading build...")
            self.wait(6, 15)
            self.write("build", "==> Build successful 🎉")
        self.wait(1, 3)
        self.say("==> Deploying...", CONTEXT)
        self.deployed = self.now
        self.wait(9, 40)

    @property
    def patience(self) -> float:
        """Give the limit of the port scan."""
        return SCAN_LIMIT_S

    def start(self, command: str) -> None:
        """Write the launch; variables stay as they are written."""
        self.gave_up = False
        self.say(f"==> Starting service with '{command}'" if self.old else f"==> Running '{command}'", CONTEXT)
        self.started = self.now
        self.wait(0.8, 3)

    def come_up(self) -> None:
        """Write the success of the deploy, with a scan miss before it now and then."""
        if self.chance(0.25):
            self.say(MISSES["nothing"])
            self.say(DOCS)
        self.wait(5, 10)
        self.say("==> Your service is live 🎉", CONTEXT)
        if not self.old and self.chance(0.6):
            self.say("==> ")
            self.say("==> ///////////////////////////////////////////////////////////")
            self.say("==> ")
            self.say(f"==> Available at your primary URL https://{self.values['name']}.onrender.com")
            self.say("==> ")
            self.say("==> ///////////////////////////////////////////////////////////")

    def give_up(self, seen: str) -> None:
        """Write the scan's misses about once a minute, its end, and mostly the end of the deploy."""
        want = {"want": self.want or 10000}
        self.gave_up = True
        if seen == "elsewhere":
            self.note("assigned_port", want["want"])
        due = self.started + timedelta(seconds=FIRST_MISS_S)
        while due < self.started + timedelta(seconds=SCAN_LIMIT_S):
            self.now = max(self.now, due)
            self.say(MISSES[seen].format(**want), CONTEXT)
            if seen != "elsewhere":
                self.say(DOCS)
            due += timedelta(seconds=SCAN_STEP_S)
        self.now = max(
            self.now, self.started + timedelta(seconds=SCAN_LIMIT_S, milliseconds=self.random.randint(0, 9000))
        )
        self.say(f"==> {GIVEN_UP[seen].format(**want)}", CONTEXT)
        self.say(DOCS)
        if self.chance(0.7):
            self.now = max(self.now, self.deployed + timedelta(seconds=DEPLOY_LIMIT_S + self.random.randint(1, 16)))
            self.say(
                f"==> Timed out: {GIVEN_UP[seen].format(**want)}" if self.chance(0.6) else "==> Timed Out", CONTEXT
            )
            self.say(TROUBLE)

    def exit(self, status: int, *, was_up: bool = False) -> None:
        """Write an end that nobody asked for."""
        self.wait(0.3, 4)
        if status == 0 and not was_up:
            self.say("==> Application exited early", CONTEXT)
        else:
            self.say(f"==> Exited with status {status}", CONTEXT)
            self.note("exit_status", status)
        if not was_up:
            self.say(TROUBLE)

    def again(self) -> None:
        """Let the platform begin its next try: in the same deploy behind an exit, in a new one behind a time-out."""
        self.wait(0.2, 12)
        if self.gave_up:
            self.wait(60, 900)
            self.say("==> Deploying...", CONTEXT)
            self.deployed = self.now
            self.wait(9, 40)

    def stop_old(self, words: Sequence[str] = ()) -> None:
        """Let the app speak: a replaced instance leaves no line of the platform."""
        self.wait(0.2, 2)
        self.tell(self.app_tag(), words)

    def traffic(self, count: int) -> None:
        """Write the app's own lines for requests, or the platform's where the plan has them."""
        served = self.values.get("served")
        for _ in range(count):
            self.wait(0.2, 9)
            path, status = self.choose(PATHS), self.choose((200, 200, 200, 304, 302, 404))
            if served:
                self.write("app", self.fill(served, {"path": path, "status": status}))
            else:
                self.write(
                    "request",
                    f'clientIP="203.0.113.{self.random.randint(2, 250)}" requestID="{hex_id(self.random, 8)}-{hex_id(self.random, 4)}-{hex_id(self.random, 4)}" responseTimeMS={self.random.randint(3, 240)} responseBytes={self.random.randint(200, 9000)} userAgent="Mozilla/5.0 (X11; Linux x86_64)"',
                )

    def refused_traffic(self, count: int) -> None:
        """Write the next tries: a request that finds nothing leaves no line."""


# --- shapes ---------------------------------------------------------------------------------------------------------


def _nanoseconds(at: datetime, random: Random) -> str:
    """Nine digits without the trailing zeros, as the download has them."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + (at.strftime("%f") + f"{random.randint(0, 999):03d}").rstrip("0") + "Z"


def _line(entry: Entry, stage: Render, form: str) -> str:
    """Write one entry in a shape that has one line a message."""
    if form == "download":
        stamp = (
            entry.at.strftime("%Y-%m-%dT%H:%M:%SZ") if entry.tag == "request" else _nanoseconds(entry.at, stage.random)
        )
        return f"{stamp} {entry.text}"
    if form == "old-dashboard":
        return f"{entry.at:%b} {entry.at.day} {entry.at:%I:%M:%S %p}  {entry.text}"
    if form == "clock":
        return f"{entry.at:%I:%M:%S %p}  {entry.text}"
    if form == "cli":
        return f"{entry.at:%Y-%m-%d %H:%M:%S}  {entry.text}"
    return entry.text


def _page(entries: list[Entry], stage: Render) -> list[Row]:
    """Write a page of the API, oldest first or newest first."""
    rows = [Row("{"), Row('  "hasMore": false,'), Row('  "logs": [')]
    ordered = list(reversed(entries)) if stage.chance(0.5) else entries
    for number, one in enumerate(ordered):
        labels = [
            {"name": "resource", "value": stage.service},
            {"name": "type", "value": {"build": "build", "request": "request"}.get(one.tag, "app")},
        ]
        if one.tag == "app":
            labels += [{"name": "instance", "value": f"{stage.service}-x7k2p"}, {"name": "level", "value": "info"}]
        record = {
            "id": hex_id(stage.random, 20),
            "labels": labels,
            "message": one.text,
            "timestamp": _nanoseconds(one.at, stage.random),
        }
        text = json.dumps(record, indent=2, ensure_ascii=False) + ("," if number < len(ordered) - 1 else "")
        rows += [Row("    " + line, one.role if '"message"' in line else FILLER) for line in text.split("\n")]
    return [*rows, Row("  ]"), Row("}")]


FORMATS = ("download", "old-dashboard", "clock", "cli", "json", "bare")


def render(entries: list[Entry], stage: Render, form: str) -> list[Row]:
    """Write entries in one of the shapes."""
    if form == "json":
        return _page(entries, stage)
    return [Row(_line(one, stage, form), one.role, None if form == "bare" else one.at) for one in entries]
