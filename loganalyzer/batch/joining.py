"""Joining: which pieces are one log, by their names or the app that their lines name, and in which order they follow.

Format facts:
1. logrotate names what it rotates `app.log.1`, the newest first, or with `dateext` `app.log-20240501`, or with
   an hour `app.log-2024050110`; the file without a number or date is the one being written (logrotate.8).
2. Papertrail's archives are `dt=2024-05-01/2024-05-01-10.tsv.gz`, one an hour (papertrail.com, "Permanent log
   archives").
3. Firehose and Fluentd lay hourly objects as `2024/05/01/10/...` (their documentation of S3 prefixes).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from loganalyzer.batch.records import Log, Piece, shown

__all__ = ["JOINS", "bundle_logs", "join_pieces"]

JOINS = ("names", "app", "folder", "none")
APP = "app:"
"""Before the name of a log that is all that was found of an app."""

COMPRESSION = re.compile(r"\.(?:gz|bz2|xz|zst|zstd|lzma)$", re.IGNORECASE)
ROTATION = re.compile(r"(?<=\.log|\.txt|\.out|\.err|\.tsv|json)\.(?P<number>\d{1,4})$", re.IGNORECASE)
DATE = re.compile(
    r"(?<![0-9])(?:dt=)?(?P<year>20\d\d)(?P<mark>[-_./]?)(?P<month>0[1-9]|1[0-2])(?P=mark)"
    r"(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?:/(?:hour=)?(?P<folder>[01]\d|2[0-3])(?![0-9])"
    r"|[-_.T ]?(?P<hour>[01]\d|2[0-3])(?:[-_:.]?(?P<minute>[0-5]\d)(?:[-_:.]?(?P<second>[0-5]\d))?)?Z?)?"
    r"(?![0-9])"
)
PARTS = ("year", "month", "day", "folder", "hour", "minute", "second")
TAIL = re.compile(r"(?:[-_.]\*)+$")


def join_pieces(pieces: Sequence[Piece], how: str = "names", apps: Mapping[str, str] | None = None) -> list[Log]:
    """Sort pieces into logs.

    Args:
        pieces: in the order of their names.
        how: `names` joins rotated files and those whose names differ in a date alone; `app` joins what names the same
            app, whatever its file is called, and of the rest also files of the same name in different folders, such as
            `host-a/shop.log` and `host-b/shop.log`; `folder` joins all files of a folder or of a folder in an archive,
            such as `shop/host-a.log` and `shop/host-b.log`; `none` joins nothing.
        apps: name of a piece → the app that its lines name; for `app` alone.

    Returns:
        The logs in the order of their names.
    """
    groups: defaultdict[str, list[tuple[tuple[str, ...], int, Piece]]] = defaultdict(list)
    for piece in pieces:
        if how == "none":
            groups[piece.name].append(((), 0, piece))
            continue
        stem, moments, rotation = _stem(piece.name)
        cut = max(stem.rfind("/"), stem.rfind("!")) + 1
        if how == "folder":
            stem = piece.name[: max(piece.name.rfind("/"), piece.name.rfind("!")) + 1] or "./"
        elif how == "app":
            app = (apps or {}).get(piece.name)
            stem = f"{APP}{shown(app)}" if app else f"*/{stem[cut:]}"
        groups[stem].append((moments or ("~",), -rotation, piece))
    logs = []
    for stem, members in groups.items():
        ordered = sorted(members, key=lambda member: (member[0], member[1], member[2].name))
        name = ordered[0][2].name if len(ordered) == 1 and how != "folder" else stem
        logs.append(Log(name, tuple(piece for _, _, piece in ordered)))
    return sorted(logs, key=lambda log: log.name)


def _stem(name: str) -> tuple[str, tuple[str, ...], int]:
    """Take from a name what differs between the pieces of one log.

    Examples:
        >>> _stem("logs/app.log.2.gz")
        ('logs/app.log', (), 2)
        >>> _stem("web-2024-05-01T10.log")
        ('web-*.log', ('2024050110',), 0)
        >>> _stem("app.log-20240501")
        ('app.log', ('20240501',), 0)
    """
    stem = COMPRESSION.sub("", name)
    rotation = ROTATION.search(stem)
    number = int(rotation["number"]) if rotation else 0
    stem = ROTATION.sub("", stem)
    moments = tuple("".join(found[part] or "" for part in PARTS) for found in DATE.finditer(stem))
    return TAIL.sub("", DATE.sub("*", stem)), moments, number


def bundle_logs(logs: Sequence[Log]) -> list[tuple[Log, ...]]:
    """Sort logs into tasks: those that share a compressed tar archive are read in one go, every other one is a task."""
    owner: dict[str, int] = {}
    bundles: dict[int, list[Log]] = {}
    for number, log in enumerate(logs):
        packed = sorted({piece.container for piece in log.pieces if piece.kind == "packed-tar"})
        homes = sorted({owner[container] for container in packed if container in owner})
        home = homes[0] if homes else number
        bundle = bundles.setdefault(home, [])
        for other in homes[1:]:
            bundle += bundles.pop(other)
            owner.update({container: home for container, place in owner.items() if place == other})
        bundle.append(log)
        owner.update(dict.fromkeys(packed, home))
    return [tuple(sorted(bundle, key=lambda log: log.name)) for bundle in bundles.values()]
