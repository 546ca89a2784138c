"""What has changed between the results of two runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from loganalyzer.batch.records import Row

__all__ = ["Change", "compare"]

SEVERITY = {"skipped": 0, "healthy": 0, "unknown": 1, "failed": 1, "recovered": 2, "incident": 3}


@dataclass(frozen=True, slots=True)
class Change:
    """One log or app whose verdict is another.

    Attributes:
        log: the log.
        app: the app, where lines name it.
        before: the old cause, or status where there is no cause; None when it is new.
        after: the new one; None when it is gone.
        is_worse: whether there is trouble now that was not there before.
    """

    log: str
    app: str | None
    before: str | None
    after: str | None
    is_worse: bool


def compare(old: Iterable[Row], new: Iterable[Row]) -> list[Change]:
    """Compare the rows of two runs by log and app; give what has changed, in their order."""
    befores, afters = _by_key(old), _by_key(new)
    changes = []
    for key in sorted(befores.keys() | afters.keys()):
        before, after = befores.get(key), afters.get(key)
        if before is None or after is None or _word(before) != _word(after) or before["status"] != after["status"]:
            worse = SEVERITY.get(after["status"], 0) if after else 0
            known = SEVERITY.get(before["status"], 0) if before else 0
            is_new_cause = bool(
                before and after and worse == known == SEVERITY["incident"] and _word(before) != _word(after)
            )
            changes.append(Change(key[0], key[1] or None, _word(before), _word(after), worse > known or is_new_cause))
    return changes


def _by_key(rows: Iterable[Row]) -> dict[tuple[str, str], Row]:
    """Give rows by log and app; where a log could be read in part, its verdict counts and not the failure."""
    ordered = sorted(rows, key=lambda row: row["status"] not in ("failed", "skipped"))
    return {(row["log"], row["app"] or ""): row for row in ordered}


def _word(row: Row | None) -> str | None:
    """Give the verdict in one word; one that is over says so."""
    if row is None:
        return None
    word = str(row["cause"] or row["status"])
    return f"{word} (over)" if row["status"] == "recovered" else word
