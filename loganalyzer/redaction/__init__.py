"""Redaction: takes out of every form made for sharing what must not be shared.

Secrets, tokens, connection strings, cookies, query strings, e-mail addresses and public network addresses become
placeholders such as `[secret-1]`; the same value gets the same placeholder in all forms of one run. Ports, codes,
statuses and private addresses stay, because the diagnosis needs them and they tell nobody a way in.
"""

from __future__ import annotations

import re
from typing import TypeVar

from loganalyzer.late import late_regex
from loganalyzer.redaction.checks import normal_form
from loganalyzer.redaction.rules import RULES, Rule
from loganalyzer.redaction.walking import map_texts

__all__ = ["Redactor", "map_texts"]

PLACEHOLDER = late_regex(r"\[(?:secret|cookie|query|email|address)(?:-\d+)?\]")
SHORTEST_REMEMBERED = 8
MOST_REMEMBERED = 300
MOST_NUMBERED = 500_000
"""Values beyond are replaced as well, without a number."""


Record = TypeVar("Record")


class Redactor:
    """Replaces values by placeholders and remembers them.

    A value that was once named a secret (`password=…`) is taken out wherever else it stands, also where nothing
    names it.
    """

    def __init__(self) -> None:
        """Start without values."""
        self._numbers: dict[str, int] = {}
        self._placeholders: dict[tuple[str, str], str] = {}
        self._remembered: dict[str, str] = {}
        self._remembered_regex: re.Pattern[str] | None = None

    @property
    def replaced(self) -> int:
        """Say how many different values were replaced."""
        return len(self._placeholders)

    def redact(self, text: str) -> str:
        """Replace what must not be shared in one text. Never raises; doing it twice changes nothing more."""
        lower = text.lower()
        for rule in RULES:
            for hint in rule.hints:
                if hint in lower:
                    text = self._apply(rule, text)
                    break
        for value in self._remembered:
            if value in text:
                return self._known_values().sub(lambda found: self._remembered[found[0]], text)
        return text

    def redact_record(self, record: Record) -> Record:
        """Replace in every text of a record, however deep.

        The record is walked twice, so that a secret is also found in texts before the one that names it.

        Args:
            record: as for `map_texts`.
        """
        map_texts(record, self.redact)
        return map_texts(record, self.redact)

    def _apply(self, rule: Rule, text: str) -> str:
        """Apply one rule to a text."""

        def put(found: re.Match[str]) -> str:
            span = found.span("value") if rule.narrow is None else rule.narrow(found)
            if span is None:
                return found[0]
            start, end = span
            if PLACEHOLDER.match(text, start, end) and not PLACEHOLDER.sub("", text[start:end]).strip("&;, "):
                return found[0]
            return text[found.start() : start] + self._placeholder(rule, text[start:end]) + text[end : found.end()]

        return rule.regex.sub(put, text)

    def _placeholder(self, rule: Rule, value: str) -> str:
        """Give the placeholder of a value, made when it is new."""
        key = (rule.kind, normal_form(rule.kind, value))
        found = self._placeholders.get(key)
        if found is None and len(self._placeholders) >= MOST_NUMBERED:
            return f"[{rule.kind}]"
        if found is None:
            number = self._numbers[rule.kind] = self._numbers.get(rule.kind, 0) + 1
            found = self._placeholders[key] = f"[{rule.kind}-{number}]"
        if (
            rule.remembered
            and _is_distinct(value)
            and len(self._remembered) < MOST_REMEMBERED
            and value not in self._remembered
        ):
            self._remembered[value] = found
            self._remembered_regex = None
        return found

    def _known_values(self) -> re.Pattern[str]:
        """Give the regex of all remembered values, the longest first."""
        if self._remembered_regex is None:
            ordered = sorted(self._remembered, key=lambda value: (-len(value), value))
            self._remembered_regex = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)")
        return self._remembered_regex


def _is_distinct(value: str) -> bool:
    """Say whether a secret is unlike any word or number that a log has for other reasons."""
    if len(value) < SHORTEST_REMEMBERED or PLACEHOLDER.search(value):
        return False
    return any(one.isalpha() for one in value) and not value.isalpha()
