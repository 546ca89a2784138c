"""Cloud Foundry's first runtime, the DEA: random ports, and an exit status that only the Cloud Controller's record tells."""

# ruff: noqa: ARG002 (a platform ignores what leaves no trace in its logs)

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from .model import CONTEXT, FILLER
from .platform_cloudfoundry import TIMEOUT_S, CloudFoundry
from .stage import uuid

__all__ = ["Dea"]

NOT_IN_TIME = -1
YEAR = 2014


class Dea(CloudFoundry):
    """One app on a DEA."""

    def __init__(self, random: Random, began: datetime) -> None:
        """Go back to that time."""
        super().__init__(random, began)
        self.now = self.started = began.replace(year=YEAR)
        self.runner = random.randint(0, 60)

    def app_tag(self, stream: str = "OUT", process: str = "web") -> str:
        """Give the bracket of the app."""
        return f"App/{self.index} {stream}"

    def assign_port(self) -> int:
        """Choose a port as the DEA does."""
        return self.random.randint(61002, 64990)

    def set_up(self) -> None:
        """Write the push."""
        if self.chance(0.4):
            self.write(f"DEA/{self.runner} OUT", f"Got staging request for app with id {self.guid}")
            self.wait(4, 20)
            self.write("STG/0 OUT", "-----> Uploading droplet (23M)")
        self.api(f'Updated app with guid {self.guid} ({{"state"=>"STARTED"}})')

    def start(self, command: str) -> None:
        """Write the start of the instance."""
        self.wait(0.5, 3)
        self.write(
            f"DEA/{self.runner} OUT", f"Starting app instance (index {self.index}) with guid {self.guid}", CONTEXT
        )
        self.started = self.now
        self.wait(0.8, 2.5)

    def come_up(self) -> None:
        """A good start leaves no line."""
        self.wait(0.3, 1)

    def give_up(self, seen: str) -> None:
        """Write that the instance opened no port in time."""
        self.now = max(self.now, self.started + timedelta(seconds=TIMEOUT_S + self.random.uniform(0.1, 0.9)))
        self.write(
            f"DEA/{self.runner} ERR", f"Instance (index {self.index}) failed to start accepting connections", CONTEXT
        )
        self._record(NOT_IN_TIME, "failed to accept connections within health check timeout")

    def exit(self, status: int, *, was_up: bool = False, note: str = "") -> None:
        """Write an end that nobody asked for."""
        self.wait(0.3, 2)
        if not was_up:
            self.write(
                f"DEA/{self.runner} ERR",
                f"Instance (index {self.index}) failed to start accepting connections",
                CONTEXT,
            )
        self._record(
            status, "app instance exited" if was_up else "failed to accept connections within health check timeout"
        )
        self.note("exit_status", status)

    def _record(self, status: int, description: str) -> None:
        """Write the Cloud Controller's record."""
        self.api(
            f'App instance exited with guid {self.guid} payload: {{"cc_partition"=>"default", "droplet"=>"{self.guid}", "version"=>"{self.values["machine"]}", "instance"=>"{uuid(self.random).replace("-", "")}", '
            f'"index"=>{self.index}, "reason"=>"CRASHED", "exit_status"=>{status}, "exit_description"=>"{description}", "crash_timestamp"=>{int(self.now.timestamp())}}}',
            CONTEXT,
        )

    def stop_old(self, words: Sequence[str] = ()) -> None:
        """Write a stop that a user asked for."""
        self.api(f'Updated app with guid {self.guid} ({{"state"=>"STOPPED"}})', CONTEXT)
        self.write(
            f"DEA/{self.runner} OUT", f"Stopping app instance (index {self.index}) with guid {self.guid}", CONTEXT
        )
        self.tell(self.app_tag("ERR"), words)
        self.wait(0.3, 2)
        self.write(
            f"DEA/{self.runner} OUT", f"Stopped app instance (index {self.index}) with guid {self.guid}", CONTEXT
        )
        self.api(f'Updated app with guid {self.guid} ({{"state"=>"STARTED"}})')

    def traffic(self, count: int) -> None:
        """Write requests as the router of that time did."""
        for _ in range(count):
            self.wait(0.2, 9)
            path = self.choose(("/", "/orders", "/login", "/favicon.ico"))
            self.write(
                "RTR/1 OUT",
                f'{self.host} - [{self.now:%d/%m/%Y:%H:%M:%S} +0000] "GET {path} HTTP/1.1" 200 {self.random.randint(200, 9000)} "-" "Mozilla/5.0 (X11; Linux x86_64)" 10.0.4.17:38112 '
                f'x_forwarded_for:"203.0.113.{self.random.randint(2, 250)}" vcap_request_id:{uuid(self.random)} response_time:0.0{self.random.randint(10000000, 99999999)} app_id:{self.guid}',
                FILLER,
            )
