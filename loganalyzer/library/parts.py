"""Takes the source of a regex apart, for those who want to know something of what it matches without running it.

What is not known here (conditions, fuzzy matching, calls of groups) is not guessed at: such a source has no parts.
"""

from __future__ import annotations

import re

from loganalyzer.late import late_regex

__all__ = ["parts_of"]

# One part; each alternative leaves no choice to the next one.
PART = late_regex(
    r"""
    \\(?:(?P<kind>[dDwWsSafnrtv]|[pP]\{[\w=]+\})|(?P<edge>[bBAZz])|(?P<escaped>[^0-9A-Za-z]))
    | \[(?P<negated>\^?)(?P<members>\]?(?:[^\]\\\[]|\\.)*)\]
    | (?P<times>\{(?P<least>\d*),?\d*\}|[*+?])[+?]?
    | (?P<open>\((?:(?!\?)|\?(?:P<[A-Za-z_]\w*>|[aimsux]*(?:-[imsx]+)?:|<?=|(?P<denied><?!)|>)))
    | \(\?(?P<flags>[aimsux]+)\)
    | (?P<close>\))
    | (?P<other>\|)
    | (?P<place>[.^$])
    | (?P<literal>[^\\\[({*+?)|.^$](?:[^\\\[({*+?)|.^$](?![{*+?]))*+)
    """,
    re.VERBOSE | re.DOTALL,
)


def parts_of(source: str) -> tuple[re.Match[str], ...] | None:
    r"""Give the parts of a regex in their order, or None when something in it is not known.

    The last group of a part says what it is: `literal` characters, or one that is `escaped`; the `kind` of an escape
    that stands for several; the `members` of a class, which may be `negated`; `times`, with the `least` where it is
    counted, after the one character or group that is repeated; the `open` and `close` of a group, `denied` when a
    negative look-around opens; the `other` branch; `flags` for the whole; an `edge` that is no character; another
    `place`.

    >>> [part[0] for part in parts_of(r"on port (?P<port>\d{1,5})\b")][-6:]
    ['on port ', '(?P<port>', '\\d', '{1,5}', ')', '\\b']
    >>> parts_of("(?R)") is None
    True
    """
    parts: list[re.Match[str]] = []
    place = 0
    while place < len(source):
        part = PART.match(source, place)
        if part is None:
            return None
        parts.append(part)
        place = part.end()
    return tuple(parts)
