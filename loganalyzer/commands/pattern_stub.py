"""`patterns new`: begins a pattern with its two files, from a line of a log where one is given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from loganalyzer.commands.inputs import read_lines
from loganalyzer.commands.layout import items
from loganalyzer.commands.pattern_list import check_known
from loganalyzer.errors import UsageError
from loganalyzer.ingesters import parse
from loganalyzer.library import Library, find_patterns, load
from loganalyzer.library.load import VOCABULARY
from loganalyzer.library.schema import ID, SHORTEST_HINT
from loganalyzer.model import Event
from loganalyzer.text import strip_ansi

__all__ = ["Stub", "write_stub"]

LONGEST_REGEX = 120
PLACEHOLDER = "the words that every such line has"
WORD = re.compile(r"[A-Za-z][A-Za-z _-]*[A-Za-z]")
VARYING = re.compile(r"\d+|\s+")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
"""What is taken out of a sample; a tab stays, because some forms of logs are told by it."""


@dataclass(frozen=True, slots=True)
class Stub:
    """What is known of a new pattern.

    Attributes:
        id: kebab-case.
        family: the folder.
        states: the statement.
    """

    id: str
    family: str
    states: str


def write_stub(stub: Stub, folder: Path, line: str | None, platform: str | None) -> str:
    """Write `<family>/<id>.yaml` and `<family>/<id>.log`; give what is to be done next, in words.

    Args:
        stub: the pattern.
        folder: where the families are.
        line: LOG:LINE of a line to take as a sample; None for placeholders.
        platform: the platform of that log; None to find out.

    Raises:
        UsageError: id, family or statement cannot be used, or one of the files exists.
        InputError: the log cannot be read, or the files cannot be written.
    """
    own = (folder / VOCABULARY).is_file() and folder.resolve() != find_patterns()
    library = load([folder] if own else [])
    _check(stub, library)
    target = folder / stub.family / f"{stub.id}.yaml"
    for path in (target, target.with_suffix(".log")):
        if path.exists():
            raise UsageError(f"{path} exists already; nothing was written")
    event = parse(read_lines(line)[1][0], platform) if line else None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for path, text in ((target, _yaml(stub, event)), (target.with_suffix(".log"), _samples(event))):
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        raise UsageError(f"{error.filename or target}: {error.strerror or error}") from error
    steps = [
        f"wrote {target} and {target.with_suffix('.log').name} beside it",
        "next: write title, regex, written_by and limits; name the values that the regex captures",
        "take names, hosts, addresses, ids and secrets out of the sample; add a second one and a near miss",
        f"then: loganalyzer patterns check {target.parent}",
    ]
    return "\n".join(items(steps, "")) + "\n"


def _check(stub: Stub, library: Library) -> None:
    """Refuse names that cannot be used."""
    for name, kind in ((stub.id, "id"), (stub.family, "family")):
        if not ID.fullmatch(name):
            raise UsageError(f'{kind} "{name}" is not kebab-case, such as server-listening')
    if stub.id in library.by_id:
        raise UsageError(f'the id "{stub.id}" is taken by a pattern of the library')
    check_known("statement", stub.states, sorted(library.words.statements))


def _yaml(stub: Stub, event: Event | None) -> str:
    """Write the pattern file."""
    hint, regex = (PLACEHOLDER, PLACEHOLDER) if event is None else _guess(event.message)
    lines = [
        f"id: {stub.id}",
        "title: Say in one sentence what the line states",
        f"states: {stub.states}",
        f"sources: [{event.source if event else 'app'}]",
    ]
    if event is not None and event.platform != "plain" and event.source != "app":
        lines.append(f"platforms: [{event.platform}]")
    lines += [
        "match:",
        f"  - hint: {_quoted(hint)}",
        f"    regex: {_quoted(regex)}",
        "written_by:",
        "  - Name the program that writes such a line, and where that can be seen",
        "limits: Say what else could match, or what the line does not prove.",
    ]
    return "\n".join(lines) + "\n"


def _samples(event: Event | None) -> str:
    """Write the samples file: with a line its sample, without one the notation alone."""
    if event is None:
        return "#: Each raw line stands under #= with the values to capture, or #! with the reason of a near miss.\n"
    return f"#: Say where the shape comes from.\n#=\n{CONTROL.sub('', strip_ansi(event.text))}\n"


def _guess(message: str) -> tuple[str, str]:
    """Guess hint and regex: the longest run of words, and the message with digits and spaces opened up."""
    words = [found[0] for found in WORD.finditer(message) if len(found[0]) >= SHORTEST_HINT]
    hint = max(words, key=len, default="")
    start = message.find(hint)
    if not hint or start >= LONGEST_REGEX:
        return PLACEHOLDER, PLACEHOLDER
    shown = message[: max(LONGEST_REGEX, start + len(hint))]
    pieces = []
    place = 0
    for found in VARYING.finditer(shown):
        pieces += [re.escape(shown[place : found.start()]), r"\d+" if found[0].isdigit() else _space(found[0])]
        place = found.end()
    pieces.append(re.escape(shown[place:]))
    return hint, "^" + "".join(pieces)


def _space(text: str) -> str:
    """Write white space for a regex: a single blank as it is."""
    return text if text == " " else r"\s+"


def _quoted(text: str) -> str:
    """Write a YAML scalar in single quotes."""
    return "'" + CONTROL.sub("", text).replace("'", "''") + "'"
