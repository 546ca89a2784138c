"""Tags: what Cloud Foundry writes in brackets before a message, and who that is.

Format facts:
1. `APP/PROC/<TYPE>/<index>` is a process of the app, `APP/REV/<n>/PROC/…` the same where revisions are logged,
   `APP/PROC/<TYPE>/SIDECAR/<NAME>/<index>` its sidecar; `APP/TASK/<name>/<index>` a task, whose name is the user's
   text (cloudfoundry/cloud_controller_ng, lib/cloud_controller/diego/main_lrp_action_builder.rb,
   buildpack/task_action_builder.rb).
2. Before 2016-12 it was `APP/<index>`, on the DEA runtime `App/<index>` (cloudfoundry/cli v6.1.0, helpers.go).
3. `CELL`, `HEALTH`, `PROXY` and `SSH` carry the index of the app's instance; `STG` is the staging container; the
   numbers of `RTR`, `API` and `DEA` are those of machines (cloudfoundry/cloud_controller_ng, diego/constants.rb;
   executor, depot/transformer/transformer.go; gorouter, accesslog/dropsonde_logsender.go).
4. The slash is printed even when the instance is empty, `[API/]`; older clients print `[API]`. A missing type is
   `unknown` (cloudfoundry/cli, util/ui/log_message.go; log-cache-cli, internal/command/formatter.go). On cf-for-k8s
   the instance is the name of a pod (seen, not specified).
5. `LOG` is the fallback for containers without a source name (cloudfoundry/executor, resources.go).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from loganalyzer.late import late_regex

__all__ = ["CHANNEL_AHEAD", "KNOWN_TAG", "PLATFORM", "Origin", "origin", "read_tag"]

PLATFORM = "cloudfoundry"

CHANNEL_AHEAD = r"(?=(?:/[^/\]\s]*)?\]\s*\[?(?:STD)?(?:OUT|ERR)(?![A-Za-z]))"
"""Ends a name that may itself contain brackets and slashes: the real end has the channel behind it."""

KNOWN_TAG = (
    r"(?:(?:APP|App)(?:/REV/\d+)?"
    rf"(?:/PROC/[^/\]\s]+/SIDECAR/.{{1,200}}?{CHANNEL_AHEAD}|/TASK/.{{1,200}}?{CHANNEL_AHEAD}|/PROC/[^/\]\s]+)?"
    r"|CELL(?:/SSHD)?|HEALTH|PROXY|LOG|STG|API|RTR|SSH|LGR|DEA|unknown|UNKNOWN)(?:/[^/\[\]\s]*)?"
)
"""Text of a tag that this platform is known to write."""

APP_TAG = late_regex(
    r"(?:APP|App|LOG|unknown|UNKNOWN)(?:/REV/\d+)?"
    r"(?:/PROC/(?P<type>[^/]+)(?:/SIDECAR/(?P<sidecar>.+?))?|/TASK/(?P<task>.+?))?(?:/(?P<instance>[^/]*))?"
)
SOURCE_BY_TYPE = {
    "CELL": "platform",
    "CELL/SSHD": "platform",
    "PROXY": "platform",
    "SSH": "platform",
    "LGR": "platform",
    "DEA": "platform",
    "HEALTH": "health",
    "RTR": "router",
    "API": "api",
    "STG": "build",
}
OF_AN_INSTANCE = frozenset({"CELL", "CELL/SSHD", "HEALTH", "PROXY", "SSH"})  # fact 3


class Origin(NamedTuple):
    """Who wrote a line, as far as its tag tells.

    Attributes:
        source: one of model.SOURCES.
        process: `web.0`, `task.NAME`, `staging`; the type alone when no instance is printed; None when the tag does
            not say.
        sidecar: the sidecar's name as printed; None for all others.
        kind: the tag without its instance.
    """

    source: str
    process: str | None
    sidecar: str | None
    kind: str


@lru_cache(maxsize=4096)
def read_tag(tag: str) -> Origin:
    """Read the text between the brackets.

    Args:
        tag: any text; a type that is not known counts as the platform's when it is in capitals, else as the app's.

    Examples:
        >>> read_tag("APP/PROC/WORKER/1").process
        'worker.1'
        >>> read_tag("CELL/SSHD/0")
        Origin(source='platform', process='web.0', sidecar=None, kind='CELL/SSHD')
    """
    found = APP_TAG.fullmatch(tag)
    if found is not None:
        kind = tag if found["instance"] is None else tag[: -len(found["instance"]) - 1]
        return Origin("app", _app_process(found), found["sidecar"], kind)
    kind, instance = (tag, "") if tag in SOURCE_BY_TYPE else tag.rsplit("/", 1) if "/" in tag else (tag, "")
    source = SOURCE_BY_TYPE.get(kind) or ("platform" if kind.isupper() else "app")
    if source == "build":
        return Origin(source, "staging", None, kind)
    return Origin(source, f"web.{instance}" if instance and kind in OF_AN_INSTANCE else None, None, kind)


def _app_process(found: re.Match[str]) -> str | None:
    """Name the process of an app's tag."""
    if found["task"] is not None:
        return "task." + re.sub(r"[^\w-]+", "-", found["task"])
    kind = (found["type"] or "web").lower()
    if found["instance"]:
        return f"{kind}.{found['instance']}"
    return None if kind == "web" else kind


@lru_cache(maxsize=4096)
def origin(tag: bytes) -> tuple[str, str | None]:
    """Give source and process for a tag of `bulk.HEADS`, for counting in bulk.

    Examples:
        >>> origin(b"APP/PROC/WEB/0"), origin(b"APP/PROC/WEB/0] OUT "), origin(b"CELL/0] ERR ")
        (('app', 'web.0'), ('platform', 'web.0'), ('health', 'web.0'))
    """
    name, bracket, _ = tag.decode("utf-8", "replace").partition("]")
    found = read_tag(name)
    if bracket and found.source == "app":
        return "platform", found.process
    return ("health" if bracket and found.kind == "CELL" else found.source), found.process
