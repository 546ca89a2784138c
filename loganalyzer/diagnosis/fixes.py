"""Fixes: for each cause, and for the framework seen, the concrete change; the texts are data in fixes.toml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from loganalyzer.outcome import FactValue, Fix

__all__ = ["fixes_for"]

MOST = 4


def fixes_for(
    cause: str,
    platform: str,
    facts: Mapping[str, FactValue],
    url: str,
    *,
    own_file: bool = False,
    serving: bool = False,
) -> tuple[Fix, ...]:
    """Give the changes that mend a cause, the most specific first.

    Args:
        cause: id of the cause.
        platform: platform of the log.
        facts: of the finding; `framework` and `service` choose the specific changes.
        url: the platform's page about the cause, given with changes that have none of their own.
        own_file: whether what is missing is a file of the app; only the changes for such files are given then.
        serving: whether the error is one of a request or a job of an app that may well run on.

    Returns:
        Those for the framework seen first, then the cause's general ones and those for the service; the platform's
        rule alone when no framework was seen.
    """
    framework = facts.get("framework")
    fitting = [
        entry
        for entry in read_fixes()
        if cause in entry["causes"]
        and platform in entry.get("platforms", [platform])
        and ("frameworks" not in entry or framework in entry["frameworks"])
        and ("services" not in entry or facts.get("service") in entry["services"])
        and entry.get("own_file", False) == own_file
        and entry.get("serving", serving) == serving
    ]
    ordered = sorted(fitting, key=lambda entry: "frameworks" not in entry)
    return tuple(
        Fix(entry["title"], entry.get("snippet", "").strip("\n"), entry.get("url") or url) for entry in ordered[:MOST]
    )


@cache
def read_fixes() -> list[dict[str, Any]]:
    """Read the file, once and only when there is something to mend."""
    import tomllib  # noqa: PLC0415 (start-up time)

    with Path(__file__).with_name("fixes.toml").open("rb") as file:
        entries: list[dict[str, Any]] = tomllib.load(file)["fix"]
    return entries
