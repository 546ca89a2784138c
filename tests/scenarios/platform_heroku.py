"""Heroku: what the dyno manager, the router and the API write around an app, and the shapes in which users hold it."""

# ruff: noqa: ARG001, ARG002 (a platform ignores what leaves no trace in its logs)

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random

from .model import CONTEXT, FILLER, Entry, Row
from .stage import PATHS, Stage, hex_id, uuid

__all__ = ["FORMATS", "Heroku", "render"]

LIMITS = (60, 60, 60, 60, 60, 60, 75, 90, 120, 150)
USER = "dev@example.com"


class Heroku(Stage):
    """One app on Heroku.

    Attributes:
        limit: seconds that the platform waits for the port.
        layout: of router lines: 2014 without protocol, 2018 with it, 2025 with TLS.
        dyno: the web dyno.
        started: when the running process was started.
    """

    platform = "heroku"

    def __init__(self, random: Random, began: datetime) -> None:
        """Choose the era."""
        super().__init__(random, began)
        self.limit = self.choose(LIMITS)
        self.layout = self.choose((2014, 2018, 2018, 2025))
        self.now = self.started = began.replace(year=self.layout)
        self.dyno = self.choose(("web.1",) * 8 + ("web.2", "web-848cd4f64d-pvpr2"))
        self.release = random.randint(5, 180)
        self.host = (
            f"{self.values['name']}-{hex_id(random, 12)}.herokuapp.com"
            if self.layout == 2025
            else f"{self.values['name']}.herokuapp.com"
        )
        self.api = "heroku[api]" if self.layout == 2014 else "app[api]"

    def app_tag(self, stream: str = "OUT", process: str = "web") -> str:
        """Heroku does not tell standard output from standard error."""
        return f"app[{self.dyno if process == 'web' else process}]"

    def manager(self, text: str, role: str = FILLER, process: str = "web") -> None:
        """Write a line of the dyno manager."""
        self.write(f"heroku[{self.dyno if process == 'web' else process}]", text, role)

    def assign_port(self) -> int:
        """Choose a port as the platform does, none that programs come with."""
        return self.random.randint(10200, 59800)

    def set_up(self) -> None:
        """Write a deploy, a change of configuration, or nothing."""
        by = f" by user {USER}" if self.layout != 2014 else f" by {USER}"
        kind = self.choose(("deploy", "deploy", "config", "scale", "nothing"))
        if kind == "deploy":
            if self.layout != 2014:
                self.write(self.api, f"Build started{by}")
                self.wait(12, 60)
            self.write(self.api, f"Deploy {hex_id(self.random, 8)}{by}")
            self.write(self.api, f"Release v{self.release} created{by}")
            if self.layout != 2014:
                self.write(self.api, "Build succeeded")
        elif kind == "config":
            self.write(self.api, f"Set LOG_LEVEL, CACHE_TTL config vars{by}")
            self.write(self.api, f"Release v{self.release} created{by}")
        elif kind == "scale":
            self.write(self.api, f"Scaled to web@1:Standard-1X{by}")
        self.release += 1

    @property
    def patience(self) -> float:
        """Give the boot limit."""
        return self.limit

    def start(self, command: str) -> None:
        """Write the launch of the web process."""
        self.wait(1, 4)
        if "$PORT" in command:
            self.note("assigned_port", self.assigned)
        shown = command.replace("$PORT", str(self.assigned))
        self.manager(f"Starting process with command `{shown}`", CONTEXT)
        self.started = self.now
        self.wait(0.8, 2)

    def come_up(self) -> None:
        """Write the change of state."""
        self.wait(0.1, 0.6)
        self.manager("State changed from starting to up", CONTEXT)

    def give_up(self, seen: str) -> None:
        """Write the end of a start that opened no port in time; what the platform sees meanwhile leaves no trace."""
        end = self.started + timedelta(seconds=self.limit + self.random.uniform(0.05, 0.7))
        if self.chance(0.4) and (end - self.now).total_seconds() > 8:
            self.now = end - timedelta(seconds=self.random.uniform(2, 6))
            self.request("H20", CONTEXT)
        self.now = max(self.now, end)
        self.manager(
            f"Error R10 (Boot timeout) -> Web process failed to bind to $PORT within {self.limit} seconds of launch",
            CONTEXT,
        )
        self.code("R10")
        self.manager("Stopping process with SIGKILL", CONTEXT)
        self.wait(0.1, 0.4)
        self.manager("Process exited with status 137", CONTEXT)
        self.note("exit_status", 137)
        self.manager("State changed from starting to crashed", CONTEXT)

    def exit(self, status: int, *, was_up: bool = False) -> None:
        """Write an end that nobody asked for."""
        self.wait(0.05, 0.4)
        self.manager(f"Process exited with status {status}", CONTEXT)
        self.note("exit_status", status)
        self.manager(f"State changed from {'up' if was_up else 'starting'} to crashed", CONTEXT)

    def again(self) -> None:
        """Write the automatic retry, up to the launch."""
        self.wait(0.01, 0.1)
        self.manager("State changed from crashed to starting", CONTEXT)

    def stop_old(self, words: Sequence[str] = ()) -> None:
        """Write a restart that was asked for."""
        self.manager(self.choose(("Restarting", "Cycling", "Restarting")), CONTEXT)
        self.manager("State changed from up to starting", CONTEXT)
        self.wait(0.3, 1)
        self.manager("Stopping all processes with SIGTERM", CONTEXT)
        self.tell(self.app_tag(), words)
        self.wait(0.1, 2)
        self.manager("Process exited with status 143", CONTEXT)

    def code(self, code: str) -> None:
        """Note a code of the incident."""
        if code not in self.codes:
            self.codes.append(code)

    def request(
        self,
        code: str = "",
        role: str = FILLER,
        *,
        status: int = 200,
        service: int | None = None,
        path: str = "",
        connect: int = 0,
        dyno: str | None = None,
    ) -> None:
        """Write one line of the router; with a code it is an error, and part of the incident if it has a role."""
        level, desc, default, reached = CODES.get(code, ("info", "", status, True))
        dyno = (self.dyno if reached else "") if dyno is None else dyno
        took = self.random.randint(3, 180) if service is None else service
        fields = [f"at={level}"] + ([f'code={code} desc="{desc}"'] if code else [])
        if code in ("H18", "H27"):
            fields.insert(0, "sock=client" if code == "H27" else "sock=backend")
        silent = code in ("H19", "H21")
        fields += [
            f'method={self.choose(("GET", "GET", "GET", "POST"))} path="{path or self.choose(PATHS)}" host={self.host}',
            f'request_id={uuid(self.random)} fwd="203.0.113.{self.random.randint(2, 250)}" dyno={dyno}',
            f"connect={connect}ms" if reached else "connect=",
            f"service={took}ms" if reached and not silent else "service=",
            f"status={default if code else status} bytes={self.random.randint(200, 9000) if not code else ''}",
        ]
        fields += {2014: [], 2018: ["protocol=https"], 2025: ["protocol=http1.1 tls=true tls_version=tls1.3"]}[
            self.layout
        ]
        self.write("heroku[router]", " ".join(fields), role)
        if code and role:
            self.code(code)

    def traffic(self, count: int) -> None:
        """Write ordinary requests, and the app's own line where it prints one."""
        for _ in range(count):
            self.wait(0.2, 9)
            path, status = self.choose(PATHS), self.choose((200, 200, 200, 304, 302, 404))
            served = self.values.get("served")
            if served:
                self.write(self.app_tag(), self.fill(served, {"path": path, "status": status}))
            self.request(path=path, status=status)

    def refused_traffic(self, count: int) -> None:
        """Write the router's answers for a crashed app."""
        for _ in range(count):
            self.wait(0.4, 20)
            self.request("H10", CONTEXT)


CODES = {
    "H10": ("error", "App crashed", 503, False),
    "H11": ("error", "Backlog too deep", 503, False),
    "H12": ("error", "Request timeout", 503, True),
    "H13": ("error", "Connection closed without response", 503, True),
    "H14": ("error", "No web processes running", 503, False),
    "H15": ("error", "Idle connection", 503, True),
    "H17": ("error", "Poorly formatted HTTP response", 503, True),
    "H18": ("error", "Server Request Interrupted", 503, True),
    "H19": ("error", "Backend connection timeout", 503, True),
    "H20": ("error", "App boot timeout", 503, False),
    "H21": ("error", "Backend connection refused", 503, True),
    "H22": ("error", "Connection limit reached", 503, False),
    "H24": ("error", "Forced close", 503, True),
    "H27": ("warning", "Client Request Interrupted", 499, True),
    "H31": ("error", "Misdirected Request", 421, False),
    "H80": ("info", "Maintenance mode", 503, False),
    "H81": ("info", "Blank app", 502, False),
    "H82": ("info", "Free app running time quota exhausted", 503, False),
    "H99": ("error", "Platform error", 503, False),
}
"""Code → level, description, status, whether a dyno was reached."""


# --- shapes ---------------------------------------------------------------------------------------------------------


def _cli(entry: Entry, stage: Heroku) -> str:
    """`heroku logs`: trimmed messages, microseconds, whole seconds for builds."""
    stamp = entry.at.strftime("%Y-%m-%dT%H:%M:%S.%f")
    if entry.tag.endswith("[api]") and entry.text.startswith("Build "):
        stamp = entry.at.strftime("%Y-%m-%dT%H:%M:%S.000000")
    return f"{stamp}+00:00 {entry.tag}: {entry.text.strip()}".rstrip()


def _dashboard(entry: Entry, stage: Heroku) -> str:
    """The log view of the dashboard: indentation is kept."""
    return f"{entry.at.strftime('%Y-%m-%dT%H:%M:%S.%f')}+00:00 {entry.tag}: {entry.text}"


def _drain(entry: Entry, stage: Heroku) -> str:
    """A syslog drain as a receiver saves it."""
    source, process = entry.tag.rstrip("]").split("[")
    priority = {"app": 190}.get(source, 158 if process == "router" else 45)
    return f"<{priority}>1 {entry.at.strftime('%Y-%m-%dT%H:%M:%S.%f')}+00:00 d.{stage.values['machine']} {source} {process} - - {entry.text}"


def _https_drain(entry: Entry, stage: Heroku) -> str:
    """An HTTPS drain's frames, one a line: octet count, no structured data."""
    source, process = entry.tag.rstrip("]").split("[")
    priority = {"app": 190}.get(source, 158 if process == "router" else 45)
    frame = f"<{priority}>1 {entry.at.strftime('%Y-%m-%dT%H:%M:%S.%f')}+00:00 host {source} {process} - {entry.text}"
    return f"{len(frame.encode()) + 1} {frame}"


def _papertrail(entry: Entry, stage: Heroku) -> str:
    """Papertrail's viewer: no year, whole seconds."""
    source, process = entry.tag.rstrip("]").split("[")
    return f"{entry.at.strftime('%b %d %H:%M:%S')} {stage.values['name']} {source}/{process}: {entry.text}"


def _bare(entry: Entry, stage: Heroku) -> str:
    """A copy without timestamps."""
    return f"{entry.tag}: {entry.text}"


FORMATS: dict[str, Callable[[Entry, Heroku], str]] = {
    "cli": _cli,
    "dashboard": _dashboard,
    "drain": _drain,
    "https-drain": _https_drain,
    "papertrail": _papertrail,
    "bare": _bare,
}


def render(entries: list[Entry], stage: Heroku, form: str) -> list[Row]:
    """Write entries in one of the shapes."""
    shown = [one for one in entries if one.text.strip() or form != "cli"]
    return [Row(FORMATS[form](one, stage), one.role, None if form == "bare" else one.at) for one in shown]
