"""Entry: what is known about one word; read from codes.toml, causes.toml and the catalogue of causes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from loganalyzer.diagnosis.causes import CAUSES, CAUSES_BY_ID

__all__ = ["CAUSE", "VERDICT", "Entry", "all_entries", "needs_of"]

ANY = "any"
CAUSE = "cause"
VERDICT = "verdict"


@dataclass(frozen=True, slots=True)
class Entry:
    """One word of a platform, one cause, or one of the verdicts that are no causes.

    Attributes:
        word: the word as it is shown.
        platform: the platform that writes it, or `any`.
        kind: `router code`, `exit status`, `cause`, …
        title: one line.
        meaning: what it says of the app and the platform.
        text: an example of how it stands in a log; empty for causes and for words whose text is not known.
        when: when the platform writes it; empty for causes and exit statuses.
        on: (platform, what is special there).
        causes: ids of likely causes, the likeliest first; empty for a cause itself.
        told_apart: how it is told from its neighbours.
        neighbours: causes that a cause is most easily taken for.
        seen_as: words that point to a cause.
        mend: what to do, where the causes' own changes do not say it.
        sources: pages, or repository and file.
        also: other spellings.
    """

    word: str
    platform: str
    kind: str
    title: str
    meaning: str
    text: str = ""
    when: str = ""
    on: tuple[tuple[str, str], ...] = ()
    causes: tuple[str, ...] = ()
    told_apart: str = ""
    neighbours: tuple[str, ...] = ()
    seen_as: tuple[str, ...] = ()
    mend: str = ""
    sources: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def is_judged(self) -> bool:
        """Say whether the entry is a verdict of the analysis and no word of a platform."""
        return self.kind in (CAUSE, VERDICT)


@cache
def all_entries() -> tuple[Entry, ...]:
    """Give every entry: the causes in the order of the catalogue, the other verdicts, the words of the platforms."""
    words = tuple(_word_entry(raw) for raw in _read("codes.toml")["word"])
    notes = _read("causes.toml")
    judged = [cause.id for cause in CAUSES]
    if missing := [name for name in judged if name not in notes]:
        raise LookupError(f"knowledge/causes.toml says nothing about {', '.join(missing)}")
    judged += [name for name in notes if name not in CAUSES_BY_ID]
    return tuple(_judged_entry(name, notes[name], words) for name in judged) + words


def needs_of(cause: str) -> str:
    """Say what a log must show so that a cause can hold; empty for an unknown id."""
    return _flat(_read("causes.toml").get(cause, {}).get("needs", ""))


def _judged_entry(name: str, notes: Mapping[str, Any], words: tuple[Entry, ...]) -> Entry:
    """Join what the catalogue and the notes say about a cause."""
    cause = CAUSES_BY_ID.get(name)
    pages = list(dict.fromkeys(cause.urls.values())) if cause else []
    return Entry(
        word=name,
        platform=ANY,
        kind=CAUSE if cause else VERDICT,
        title=cause.title if cause else notes["title"],
        meaning=cause.explanation if cause else _flat(notes["meaning"]),
        told_apart=_flat(notes["told_apart"]),
        neighbours=tuple(notes["neighbours"]),
        seen_as=tuple(entry.word for entry in words if name in entry.causes),
        sources=tuple(pages),
    )


def _word_entry(raw: Mapping[str, Any]) -> Entry:
    """Make the entry of a platform's word."""
    return Entry(
        word=raw["word"],
        platform=raw["platform"],
        kind=raw["kind"],
        title=raw["title"],
        meaning=_flat(raw["meaning"]),
        text=raw.get("text", ""),
        when=_flat(raw.get("when", "")),
        on=tuple((platform, _flat(text)) for platform, text in raw.get("on", {}).items()),
        causes=tuple(raw["causes"]),
        told_apart=_flat(raw["told_apart"]),
        mend=_flat(raw.get("mend", "")),
        sources=tuple(raw["sources"]),
        also=tuple(raw.get("also", ())),
    )


@cache
def _read(name: str) -> dict[str, Any]:
    """Read one data file, once."""
    with Path(__file__).with_name(name).open("rb") as file:
        return tomllib.load(file)


def _flat(text: str) -> str:
    """Take the line breaks out of a text of the data files."""
    return " ".join(text.split())
