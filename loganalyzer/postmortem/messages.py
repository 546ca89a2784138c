"""Messages by their form: numbers, ids and quoted values taken out, so that two logs of one app can be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from loganalyzer.model import Event
from loganalyzer.text import TIMESTAMP

__all__ = ["Form", "Messages", "form_of"]

MOST_FORMS = 20_000
LONGEST_FORM = 200

MASKS = (
    (re.compile(TIMESTAMP), "<time>"),
    (re.compile(r"https?://[^\s\"'<>]+"), "<url>"),
    (re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE), "<id>"),
    (re.compile(r"(?<!\w)(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?"), "<address>"),
    (re.compile(r"(?<!\w)(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,}(?!\w)", re.IGNORECASE), "<id>"),
    (re.compile(r"\d+(?:[.,:]\d+)*"), "<n>"),
    (re.compile(r"\s+"), " "),
)


def form_of(message: str) -> str:
    """Give the form of a message.

    Examples:
        >>> form_of("Completed 200 OK in 41ms (ActiveRecord: 3.2ms)")
        'Completed <n> OK in <n>ms (ActiveRecord: <n>ms)'
    """
    text = message[: 4 * LONGEST_FORM]
    for regex, word in MASKS:
        text = regex.sub(word, text)
    return text.strip()[:LONGEST_FORM]


@dataclass
class Form:
    """A form of messages.

    Attributes:
        count: how many.
        input: name of the input that has the first.
        line: number of the first.
        example: the first.
    """

    count: int
    input: str
    line: int
    example: str


class Messages:
    """Forms by (kind of writer, form), bounded."""

    def __init__(self) -> None:
        """Start empty."""
        self.forms: dict[tuple[str, str], Form] = {}
        self.left_out = 0

    def add(self, event: Event, name: str) -> None:
        """Count a message of an input."""
        key = (event.source, form_of(event.message))
        found = self.forms.get(key)
        if found is not None:
            found.count += 1
        elif not key[1]:
            return
        elif len(self.forms) < MOST_FORMS:
            self.forms[key] = Form(1, name, event.number, event.message[:LONGEST_FORM])
        else:
            self.left_out += 1

    def merge(self, other: Messages) -> None:
        """Add another one's counts."""
        self.left_out += other.left_out
        for key, form in other.forms.items():
            found = self.forms.get(key)
            if found is not None:
                found.count += form.count
            elif len(self.forms) < MOST_FORMS:
                self.forms[key] = replace(form)
            else:
                self.left_out += form.count
