"""Cloud Foundry: what cells, health checks, the Cloud Controller and the router write around an app."""

# ruff: noqa: ARG002 (a platform ignores what leaves no trace in its logs)

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from .model import CONTEXT, FILLER
from .stage import PATHS, Stage, hex_id, uuid
from .wording_cloudfoundry import ERAS

__all__ = ["CloudFoundry"]

TIMEOUT_S = 60
UNREACHABLE_BYTES = 67
GRACE = "Exit status 137 (exceeded 10s graceful shutdown interval)"


class CloudFoundry(Stage):
    """One app on Cloud Foundry.

    Tags are `SOURCE/INSTANCE CHANNEL`, as `APP/PROC/WEB/0 OUT`.

    Attributes:
        era: the wording.
        index: the instance.
        probed: the port that the health check calls.
        started: when the health check's clock began.
    """

    platform = "cloudfoundry"
    drops_empty = True

    def __init__(self, random: Random, began: datetime) -> None:
        """Choose the era and the ids."""
        super().__init__(random, began)
        self.era = self.choose(ERAS)
        self.now = self.started = began.replace(year=self.era.year)
        self.index = self.choose((0, 0, 0, 1))
        self.probed = 8080
        self.guid = uuid(random)
        self.values["root"] = "/home/vcap/app"
        self.ids = {
            "index": self.index,
            "cell": uuid(random),
            "instance": uuid(random)[:28],
            "port": self.probed,
            "ip": f"10.255.{random.randint(1, 250)}.{random.randint(2, 250)}",
            "exact": f"1m0.{random.randint(100, 700)}s",
        }
        self.crashes = 0
        self.host = f"{self.values['name']}.apps.example.com"

    def app_tag(self, stream: str = "OUT", process: str = "web") -> str:
        """Give the bracket of a process and the channel."""
        source = (
            self.era.app.format(**self.ids)
            if process == "web"
            else f"APP/PROC/{process.split('.', maxsplit=1)[0].upper()}/0"
        )
        return f"{source} {stream}"

    def cell(self, text: str, role: str = FILLER, stream: str = "OUT") -> None:
        """Write a line of the cell."""
        self.write(f"CELL/{self.index} {stream}", text.format(**self.ids), role)

    def api(self, text: str, role: str = FILLER) -> None:
        """Write a line of the Cloud Controller."""
        self.write(f"API/{self.random.randint(0, 9)} OUT", text, role)

    def health(self, text: str, role: str = CONTEXT, **more: str) -> str:
        """Write a line of the health check; give its text."""
        said = text.format(**{**self.ids, "port": self.probed, "path": "/", "why": "", **more})
        self.write(f"{self.era.health.format(**self.ids)} ERR", said, role)
        return said

    def assign_port(self) -> int:
        """Give the port that the platform sets for every app."""
        return self.probed

    def set_up(self) -> None:
        """Write the push: staging or only the start."""
        if self.chance(0.35):
            self.write("STG/0 OUT", "Downloading app package...")
            self.write("STG/0 OUT", "Downloaded app package (11.2M)")
            self.wait(1, 4)
            self.write("STG/0 OUT", "-----> Buildpack version 1.8.22")
            self.wait(5, 20)
            self.write("STG/0 OUT", "Exit status 0")
            self.write("STG/0 OUT", "Uploading droplet...")
            self.wait(4, 9)
            self.write("STG/0 OUT", "Uploaded droplet (41.7M)")
            self.write("STG/0 OUT", "Uploading complete")
        if self.chance(0.7):
            self.api(f'Updated app with guid {self.guid} ({{"state"=>"STARTED"}})')

    @property
    def patience(self) -> float:
        """Give the start-up time of the health check."""
        return TIMEOUT_S

    def start(self, command: str) -> None:
        """Write the making of the container; the start command is not shown."""
        self.wait(0.2, 1)
        self.ids["instance"] = uuid(self.random)[:28]
        self.cell(self.era.create, CONTEXT)
        self.wait(0.4, 1.5)
        self.cell(self.era.created)
        if self.era.names_cell and self.chance(0.7):
            self.cell("Downloading droplet...")
            self.wait(1, 3)
            self.cell("Downloaded droplet (41.7M)")
        self.cell("Starting health monitoring of container", CONTEXT)
        self.started = self.now
        if self.era.launcher:
            self.write(self.app_tag(), "Invoking pre-start scripts.")
            self.write(self.app_tag(), "Invoking start command.")
        self.wait(0.4, 1.5)

    def come_up(self) -> None:
        """Write the first successful check."""
        self.wait(0.3, 2)
        self.cell(self.era.healthy, CONTEXT)

    def give_up(self, seen: str) -> None:
        """Write the failed start-up check and what the platform does then."""
        self.note("assigned_port", self.probed)
        self.now = max(self.now, self.started + timedelta(seconds=TIMEOUT_S + self.random.uniform(0.1, 0.7)))
        said = self.health(self.era.refused)
        self.cell(self.era.never, CONTEXT, "ERR")
        self.fail(said)

    def fail(self, said: str, *, was_up: bool = False) -> None:
        """Write the end that follows a failed check.

        Args:
            said: the check's own words, repeated in the crash record.
            was_up: whether the instance had been healthy.
        """
        self.wait(0.02, 0.2)
        self.cell(self.era.stop, CONTEXT)
        self.wait(0.1 + self.linger, 4 + self.linger)
        self.write(self.app_tag(), self.choose(("Exit status 143", "Exit status 143", GRACE)), CONTEXT)
        opening = "Instance became unhealthy" if was_up else f"Instance never healthy after {self.ids['exact']}"
        description = (
            f"{opening}: {said}"
            if self.era.names_cell
            else "2 error(s) occurred:\\n\\n* 1 error(s) occurred:\\n\\n* Exited with status 4\\n* 2 error(s) occurred:\\n\\n* cancelled\\n* cancelled"
        )
        self.clean_up(description)

    def clean_up(self, description: str) -> None:
        """Write how the platform takes the container away and records the crash."""
        self.write(f"CELL/SSHD/{self.index} OUT", "Exit status 0")
        self.wait(0.01, 0.3)
        self.cell(self.era.destroy)
        self.api('Process has crashed with type: "web"', CONTEXT)
        self.crashes += 1
        cell = f'"cell_id"=>"{self.ids["cell"]}", ' if self.era.names_cell else ""
        self.api(
            f'App instance exited with guid {self.guid} payload: {{"instance"=>"{self.ids["instance"]}", "index"=>{self.index}, {cell}"reason"=>"CRASHED", '
            f'"exit_description"=>"{description}", "crash_count"=>{self.crashes}, "crash_timestamp"=>{int(self.now.timestamp() * 1e9)}, "version"=>"{self.values["machine"]}"}}',
            CONTEXT,
        )
        if self.era.proxy:
            self.write(f"PROXY/{self.index} OUT", "Exit status 137")
        self.wait(0.2, 0.9)
        self.cell(self.era.destroyed)

    def exit(self, status: int, *, was_up: bool = False, note: str = "") -> None:
        """Write an end that nobody asked for; *note* is what the platform adds to the status, such as `(out of memory)`."""
        self.wait(0.05, 0.4)
        said = f"{status} {note}".strip()
        self.write(self.app_tag(), f"Exit status {said}", CONTEXT)
        self.note("exit_status", status)
        self.cell(self.era.stop)
        self.clean_up("Codependent step exited" if status == 0 else f"{self.era.prefix}Exited with status {said}")

    def again(self) -> None:
        """Let the platform begin its next try."""
        self.wait(0.5, 3)

    def stop_old(self, words: Sequence[str] = ()) -> None:
        """Write a stop that a user or a push asked for."""
        self.api(f'Updated app with guid {self.guid} ({{"state"=>"STOPPED"}})', CONTEXT)
        self.cell(self.era.stop, CONTEXT)
        self.wait(0.3, 3)
        self.tell(self.app_tag("ERR"), words)
        self.write(self.app_tag(), self.choose(("Exit status 143", "Exit status 143", "Exit status 0", GRACE)), CONTEXT)
        self.write(f"CELL/SSHD/{self.index} OUT", "Exit status 0")
        self.cell(self.era.destroy)
        if self.era.proxy:
            self.write(f"PROXY/{self.index} OUT", "Exit status 137")
        self.cell(self.era.destroyed)
        self.wait(1, 4)
        self.api(f'Updated app with guid {self.guid} ({{"state"=>"STARTED"}})')

    def request(
        self,
        status: int = 200,
        role: str = FILLER,
        *,
        error: str = "",
        seconds: float | None = None,
        sent: int | None = None,
        path: str = "",
        extra: str = "",
    ) -> None:
        """Write one access line of the router; *error* is its own word for a failure."""
        took = self.random.uniform(0.003, 0.2) if seconds is None else seconds
        begun = self.now - timedelta(seconds=took)
        size = (UNREACHABLE_BYTES if error else self.random.randint(200, 9000)) if sent is None else sent
        method = self.choose(("GET", "GET", "GET", "POST"))
        said = f'x_cf_routererror:"{error or "-"}" ' if self.era.year >= 2021 else ""
        stamp = begun.strftime("%Y-%m-%dT%H:%M:%S.%f") + ("123Z" if self.era.year >= 2021 else "")
        if self.era.year < 2021:
            stamp = stamp[:-3] + "+0000"
        gorouter = "gorouter_time:0.000212 " if self.era.year >= 2021 else ""
        instance = f'instance_id:"{self.ids["instance"]}" ' if self.era.year >= 2024 else ""
        self.write(
            "RTR/2 OUT",
            f'{self.host} - [{stamp}] "{method} {path or self.choose(PATHS)} HTTP/1.1" {status} 0 {size} "-" "Mozilla/5.0 (X11; Linux x86_64)" "10.0.4.17:38112" "10.0.16.{self.random.randint(2, 60)}:61042" '
            f'x_forwarded_for:"203.0.113.{self.random.randint(2, 250)}, 10.0.4.17" x_forwarded_proto:"https" vcap_request_id:"{uuid(self.random)}" response_time:{took:.6f} {gorouter}app_id:"{self.guid}" app_index:"{self.index}" {instance}{extra}{said}x_b3_traceid:"{hex_id(self.random, 16)}" x_b3_spanid:"{hex_id(self.random, 16)}" x_b3_parentspanid:"-"',
            role,
        )
        if error and role and error.split(" ", maxsplit=1)[0] not in self.codes:
            self.codes.append(error.split(" ", maxsplit=1)[0])

    def traffic(self, count: int) -> None:
        """Write ordinary requests, and the app's own line where it prints one."""
        for _ in range(count):
            self.wait(0.2, 9)
            path, status = self.choose(PATHS), self.choose((200, 200, 200, 304, 302, 404))
            served = self.values.get("served")
            if served:
                self.write(self.app_tag(), self.fill(served, {"path": path, "status": status}))
            self.request(status, path=path)

    def refused_traffic(self, count: int) -> None:
        """A request for an app without a healthy instance leaves no line in the app's log."""
