"""Cloud Foundry's words of several eras: what Diego, its health check and the Cloud Controller called the same things."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ERAS", "Era"]


@dataclass(frozen=True, slots=True)
class Era:
    """The wording of one stretch of years; templates take `cell`, `instance`, `port`, `ip`, `path`, `why`, `exact`.

    Attributes:
        name: for tags.
        year: a year in which it was current.
        app: bracket of the web process, with `{index}`.
        health: bracket of the health check's own lines, with `{index}`.
        create, created, healthy, unhealthy, stop, destroy, destroyed: the cell's lines.
        refused: the probe found nothing on the port.
        http: the HTTP probe failed for the reason `why`.
        liveness: the same of a running instance.
        never: the cell's line when the start-up time is over.
        names_cell: whether crash payloads name the cell.
        prefix: what stands before the status in an exit description.
        launcher: whether the buildpack launcher announces the start command.
        proxy: whether each instance has an Envoy.
    """

    name: str
    year: int
    app: str
    health: str
    create: str
    created: str
    stop: str
    destroy: str
    destroyed: str
    refused: str
    http: str
    liveness: str
    never: str
    names_cell: bool = True
    prefix: str = "APP/PROC/WEB: "
    launcher: bool = False
    proxy: bool = True
    healthy: str = "Container became healthy"
    unhealthy: str = "Container became unhealthy"


OLD_TCP = "Failed to make TCP connection to port {port}: connection refused"
OLD_HTTP = "Failed to make HTTP request to '{path}' on port {port}: {why}"
NEW_TCP = "failed to make TCP connection to {ip}:{port}: dial tcp {ip}:{port}: connect: connection refused"
NEW_HTTP = "failed to make HTTP request to '{path}' on port {port}: {why}"

ERAS = (
    Era(
        "2017",
        2017,
        "APP/PROC/WEB/{index}",
        "CELL/{index}",
        "Creating container",
        "Successfully created container",
        "Stopping instance {instance}",
        "Destroying container",
        "Successfully destroyed container",
        OLD_TCP,
        OLD_HTTP,
        OLD_HTTP,
        "Timed out after 1m0s: health check never passed.",
        names_cell=False,
        prefix="",
        proxy=False,
    ),
    Era(
        "2019",
        2019,
        "APP/PROC/WEB/{index}",
        "HEALTH/{index}",
        "Cell {cell} creating container for instance {instance}",
        "Cell {cell} successfully created container for instance {instance}",
        "Cell {cell} stopping instance {instance}",
        "Cell {cell} destroying container for instance {instance}",
        "Cell {cell} successfully destroyed container for instance {instance}",
        OLD_TCP,
        OLD_HTTP,
        OLD_HTTP,
        "Timed out after 1m0s: health check never passed.",
    ),
    Era(
        "2021",
        2021,
        "APP/PROC/WEB/{index}",
        "HEALTH/{index}",
        "Cell {cell} creating container for instance {instance}",
        "Cell {cell} successfully created container for instance {instance}",
        "Cell {cell} stopping instance {instance}",
        "Cell {cell} destroying container for instance {instance}",
        "Cell {cell} successfully destroyed container for instance {instance}",
        OLD_TCP,
        OLD_HTTP,
        OLD_HTTP,
        "Failed after {exact}: readiness health check never passed.",
    ),
    Era(
        "2024",
        2024,
        "APP/PROC/WEB/{index}",
        "HEALTH/{index}",
        "Cell {cell} creating container for instance {instance}",
        "Cell {cell} successfully created container for instance {instance}",
        "Cell {cell} stopping instance {instance}",
        "Cell {cell} destroying container for instance {instance}",
        "Cell {cell} successfully destroyed container for instance {instance}",
        "Timed out after 1m0s (30 attempts) waiting for startup check to succeed: " + NEW_TCP,
        "Timed out after 1m0s (30 attempts) waiting for startup check to succeed: " + NEW_HTTP,
        "Liveness check unsuccessful: " + NEW_HTTP,
        "Failed after {exact}: startup health check never passed.",
        launcher=True,
    ),
)
