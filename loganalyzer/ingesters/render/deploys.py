"""Deploys: their state as the API and the CLI tell it, beside the log.

Format facts:
1. A deploy of the API is `{id: "dep-…", status, createdAt, finishedAt, …}`, in a list `{cursor, deploy}`; the status is
   created, queued, build_in_progress, build_failed, pre_deploy_in_progress, pre_deploy_failed, update_in_progress,
   update_failed, live, deactivated or canceled (render-oss/cli, pkg/client/types_gen.go @ 013def4).
2. `render deploys list -o text` prints a table, columns four blanks apart: the status in words (`Update Failed`;
   `Inactive` for deactivated), commit or image, trigger, two times, the id (pkg/deploy/tui.go, pkg/text/table.go).
3. `render deploys create --wait` ends with a sentence: `Deploy dep-… failed for service srv-…`, `Build failed for
   deploy dep-…`, `Pre Deploy failed for deploy dep-…` (pkg/text/string.go).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loganalyzer.ingesters.render.heads import PLATFORM
from loganalyzer.late import late_regex
from loganalyzer.model import Claim, Event, Line
from loganalyzer.text import TIMESTAMP, parse_timestamp

__all__ = ["parse_deploy", "read_deploy"]

DEPLOY_ID = r"dep-[0-9a-z]{20}"
STATUSES = frozenset({"build_failed", "pre_deploy_failed", "update_failed", "live", "deactivated", "canceled"})
"""How a deploy ends; the others tell nothing yet (fact 1)."""

ID = late_regex(rf"{DEPLOY_ID}$")
ROW = late_regex(  # fact 2
    r"[\s|>`]{0,20}+(?P<status>(?:Build|Pre Deploy|Update) Failed|Live|Inactive|Canceled)\s{2,}.{0,300}?"
    rf"(?P<created>{TIMESTAMP})\s{{2,}}(?:(?P<finished>{TIMESTAMP})\s{{2,}})?(?P<id>{DEPLOY_ID})\b"
)
SENTENCE = late_regex(  # fact 3
    rf"(?:.{{0,80}}\s)?(?P<message>(?:Deploy {DEPLOY_ID} (?:failed|succeeded) for service srv-[0-9a-z]{{20}}"
    rf"|(?:Pre Deploy|Build) failed for deploy {DEPLOY_ID}))\s*$"
)


def parse_deploy(line: Line) -> Event | None:
    """Turn a row or a sentence of the CLI about a deploy into an event; None for any other line. Never raises.

    Examples:
        >>> row = "Update Failed    1f2e3d    api    2026-05-01T10:00:00Z    2026-05-01T10:15:00Z    dep-"
        >>> parse_deploy(Line(1, row + "c0ffee00c0ffee00c0ff")).message
        'deploy dep-c0ffee00c0ffee00c0ff "update_failed"'
    """
    if "dep-" not in line.text:
        return None
    row = ROW.match(line.text)
    if row is not None:
        status = "deactivated" if row["status"] == "Inactive" else row["status"].lower().replace(" ", "_")
        return _event(line, row["id"], status, row["finished"] or row["created"])
    said = SENTENCE.match(line.text)
    if said is None:
        return None
    return Event(line.number, line.text, PLATFORM, "platform", said["message"], claim=Claim.HEADED)


def read_deploy(line: Line, record: Mapping[str, Any]) -> Event | None:
    """Read a deploy from a record of the API, alone or beside its cursor (fact 1); None when it is none."""
    inner = record.get("deploy")
    deploy = inner if isinstance(inner, dict) else record
    name, status = deploy.get("id"), deploy.get("status")
    if not isinstance(name, str) or not ID.match(name) or status not in STATUSES:
        return None
    times = (deploy.get(key) for key in ("finishedAt", "updatedAt", "createdAt"))
    return _event(line, name, status, next((one for one in times if isinstance(one, str)), ""))


def _event(line: Line, name: str, status: str, time: str) -> Event:
    """Write an event of a deploy that has ended."""
    return Event(line.number, line.text, PLATFORM, "platform", f'deploy {name} "{status}"', at=parse_timestamp(time))
