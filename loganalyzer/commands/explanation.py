"""`explain`: what is known about words, in three forms."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence

from loganalyzer.commands.layout import INDENT, WIDTH, items, paragraph, section
from loganalyzer.diagnosis.causes import CAUSES_BY_ID
from loganalyzer.errors import UsageError
from loganalyzer.knowledge import Change, Entry, all_entries, changes_for, find, frameworks_of, suggest
from loganalyzer.model import PLATFORM_NAMES
from loganalyzer.report.layout import shorten
from loganalyzer.text import clean

__all__ = ["FORMATS", "explain_words", "list_words"]

FORMATS = ("text", "json", "markdown")
SCHEMA = "loganalyzer-explain/1"
MOST_OF_A_WORD = 4
"""Changes shown for a word with many likely causes; a cause shows all of its own."""

NAMES = {**PLATFORM_NAMES, "any": "every platform"}


def explain_words(words: Sequence[str], form: str = "text", framework: str | None = None) -> str:
    """Explain words.

    Args:
        words: codes, exit statuses, causes, or lines that hold one of them.
        form: one of FORMATS.
        framework: whose changes come first.

    Raises:
        UsageError: no word is given, or one is not known; the message suggests words that look like it.
    """
    if not words:
        raise UsageError("name a code, an exit status or a cause, or see all of them with --list")
    found = [find(word) for word in words]
    unknown = [word for word, entries in zip(words, found, strict=True) if not entries]
    if unknown:
        raise UsageError("\n".join(_not_known(word) for word in unknown))
    entries = list(dict.fromkeys(itertools.chain.from_iterable(found)))
    if form == "json":
        return _json([_as_mapping(entry, framework) for entry in entries])
    if form == "markdown":
        return "\n".join("\n".join([*_markdown(entry, framework), ""]) for entry in entries)
    return "\n\n".join("\n".join(_text(entry, framework)) for entry in entries) + "\n"


def list_words(form: str = "text") -> str:
    """List every word with one line each, by platform and kind."""
    entries = all_entries()
    if form == "json":
        return _json(
            [{"word": one.word, "platform": one.platform, "kind": one.kind, "title": one.title} for one in entries]
        )
    lines: list[str] = []
    for (platform, kind), group in itertools.groupby(entries, key=lambda entry: (entry.platform, entry.kind)):
        members = list(group)
        title = f"{NAMES[platform]}: {kind}"
        if form == "markdown":
            lines += [f"## {title}", "", *(f"- `{one.word}`: {_escape(one.title)}" for one in members), ""]
            continue
        width = max(len(one.word) for one in members)
        rows = [f"{INDENT}{one.word:<{width}}{INDENT}" for one in members]
        lines += [
            title,
            *(row + shorten(one.title, WIDTH - len(row)) for row, one in zip(rows, members, strict=True)),
            "",
        ]
    return "\n".join(lines)


def _not_known(word: str) -> str:
    """Say that a word is not known, and which ones look like it."""
    near = suggest(word)
    help_text = f"did you mean {' or '.join(near)}?" if near else "see all words with: loganalyzer explain --list"
    return f'nothing is known about "{shorten(word, WIDTH)}"; {help_text}'


def _changes(entry: Entry, framework: str | None) -> tuple[Change, ...]:
    """Give the changes that are shown."""
    changes = changes_for(entry, framework)
    return changes if entry.is_judged else changes[:MOST_OF_A_WORD]


def _cause_title(name: str) -> str:
    """Give the one line of a cause or of another verdict."""
    cause = CAUSES_BY_ID.get(name)
    return cause.title if cause else next(entry.title for entry in find(name) if entry.word == name)


# --- text -------------------------------------------------------------------------------------------------------------


def _text(entry: Entry, framework: str | None) -> list[str]:
    """Write an entry for people."""
    where = "" if entry.is_judged else f"{NAMES[entry.platform]}, "
    lines = [*paragraph(f"{entry.word}: {entry.title}", ""), f"{where}{entry.kind}"]
    if entry.text:
        lines += ["", *paragraph(entry.text, INDENT * 2)]
    lines += section("Meaning", [*paragraph(entry.meaning), *items(_on_platforms(entry))])
    lines += section("When it is written", paragraph(entry.when) if entry.when else [])
    lines += section("Likely causes", _named(entry.causes))
    lines += section("Told from its neighbours", paragraph(entry.told_apart))
    lines += section("Neighbours", _named(entry.neighbours))
    lines += section("Words that point to it", paragraph(", ".join(entry.seen_as)) if entry.seen_as else [])
    lines += section(
        "What to change", [*(paragraph(entry.mend) if entry.mend else []), *_change_lines(entry, framework)]
    )
    lines += section("Source" if len(entry.sources) == 1 else "Sources", _source_lines(entry))
    return lines


def _source_lines(entry: Entry) -> list[str]:
    """Write the sources; an address stays whole, so that it can be copied."""
    return [line for one in entry.sources for line in ([INDENT + one] if one.startswith("https://") else items([one]))]


def _on_platforms(entry: Entry) -> list[str]:
    """Give what is special on some platforms."""
    return [f"{NAMES[platform]}: {text}" for platform, text in entry.on]


def _named(causes: Sequence[str]) -> list[str]:
    """Write ids of causes, each with its title."""
    width = max((len(name) for name in causes), default=0)
    rest = INDENT + " " * (width + len(INDENT))
    return [line for name in causes for line in paragraph(_cause_title(name), f"{INDENT}{name:<{width}}{INDENT}", rest)]


def _change_lines(entry: Entry, framework: str | None) -> list[str]:
    """Write the changes as a numbered list."""
    lines: list[str] = []
    for number, change in enumerate(_changes(entry, framework), start=1):
        lines += paragraph(f"{_change_head(entry, change)}{change.fix.title}", f"{INDENT}{number}. ", INDENT + "   ")
        lines += [f"       {clean(line)}" for line in change.fix.snippet.splitlines()]
        if change.fix.url:
            lines.append(f"     {change.fix.url}")
    named = frameworks_of(entry.word) if entry.is_judged and framework is None else ()
    if named:
        lines += paragraph(f"With --framework NAME also for {', '.join(named)}.")
    return lines


def _change_head(entry: Entry, change: Change) -> str:
    """Say where a change is to be made, or for which cause."""
    if not entry.is_judged:
        return f"{change.cause}: "
    return f"{' and '.join(NAMES[name] for name in change.platforms)}: " if change.platforms else ""


# --- json -------------------------------------------------------------------------------------------------------------


def _json(words: list[dict[str, object]]) -> str:
    """Write the document."""
    return json.dumps({"schema": SCHEMA, "words": words}, indent=2, ensure_ascii=False) + "\n"


def _as_mapping(entry: Entry, framework: str | None) -> dict[str, object]:
    """Give an entry for programs; every key is always there."""
    return {
        "word": entry.word,
        "platform": entry.platform,
        "kind": entry.kind,
        "title": entry.title,
        "example": entry.text,
        "meaning": entry.meaning,
        "when": entry.when,
        "on": dict(entry.on),
        "causes": [{"id": name, "title": _cause_title(name)} for name in entry.causes],
        "told_apart": entry.told_apart,
        "neighbours": list(entry.neighbours),
        "seen_as": list(entry.seen_as),
        "mend": entry.mend,
        "fixes": [
            {
                "cause": change.cause,
                "platforms": list(change.platforms),
                "title": change.fix.title,
                "snippet": change.fix.snippet,
                "url": change.fix.url,
            }
            for change in _changes(entry, framework)
        ],
        "sources": list(entry.sources),
    }


# --- markdown ---------------------------------------------------------------------------------------------------------


def _markdown(entry: Entry, framework: str | None) -> list[str]:
    """Write an entry as a chapter of a document."""
    lines = [
        f"## {_escape(entry.word)}: {_escape(entry.title)}",
        "",
        f"*{NAMES[entry.platform]}, {entry.kind}*",
    ]
    if entry.text:
        lines += ["", "```text", entry.text, "```"]
    lines += ["", _escape(entry.meaning)]
    lines += ["", *(f"- {_escape(text)}" for text in _on_platforms(entry))] if entry.on else []
    lines += _chapter("When it is written", [_escape(entry.when)] if entry.when else [])
    lines += _chapter("Likely causes", [f"- `{name}`: {_escape(_cause_title(name))}" for name in entry.causes])
    lines += _chapter("Told from its neighbours", [_escape(entry.told_apart)])
    lines += _chapter("Neighbours", [f"- `{name}`: {_escape(_cause_title(name))}" for name in entry.neighbours])
    lines += _chapter(
        "Words that point to it", [", ".join(f"`{word}`" for word in entry.seen_as)] if entry.seen_as else []
    )
    lines += _chapter("What to change", _markdown_changes(entry, framework))
    lines += _chapter(
        "Sources", [f"- <{one}>" if one.startswith("https://") else f"- {_escape(one)}" for one in entry.sources]
    )
    return lines


def _chapter(title: str, lines: Sequence[str]) -> list[str]:
    """Give a chapter below a word; nothing when it is empty."""
    return ["", f"### {title}", "", *lines] if lines else []


def _markdown_changes(entry: Entry, framework: str | None) -> list[str]:
    """Write the changes as a list with their snippets."""
    lines = [f"- {_escape(entry.mend)}"] if entry.mend else []
    for change in _changes(entry, framework):
        page = f" ([page]({change.fix.url}))" if change.fix.url else ""
        lines.append(f"- {_escape(_change_head(entry, change) + change.fix.title)}{page}")
        if change.fix.snippet:
            lines += ["", "  ```text", *(f"  {line}" for line in change.fix.snippet.splitlines()), "  ```", ""]
    return lines


def _escape(text: str) -> str:
    """Write a text so that Markdown shows it as it is; what stands in backticks is code and stays."""
    parts = text.split("`")
    plain = [part if number % 2 else _escape_plain(part) for number, part in enumerate(parts)]
    return "`".join(plain)


def _escape_plain(text: str) -> str:
    """Put a backslash before what Markdown would take for itself."""
    for letter in "\\*_<>[]|#":
        text = text.replace(letter, f"\\{letter}")
    return text
