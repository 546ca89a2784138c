"""Regexes that are compiled when they are first used.

A log of one platform needs few of the regexes of all platforms, and compiling them all takes longer than analysing a
short log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, AnyStr, cast

__all__ = ["late_choice", "late_regex"]

KEPT = (
    "findall",
    "finditer",
    "flags",
    "fullmatch",
    "groupindex",
    "groups",
    "match",
    "pattern",
    "search",
    "split",
    "sub",
)


class _LateRegex:
    """Stands for a regex; after the first use its methods are those of the compiled one."""

    __slots__ = ("_flags", "_source", *KEPT)

    def __init__(self, source: str | bytes, flags: int) -> None:
        """Compile nothing yet."""
        self._source: str | bytes = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever a regex has)
        """Compile, when something is asked for that is not there."""
        compiled = re.compile(self._source, self._flags)
        for kept in KEPT:
            setattr(self, kept, getattr(compiled, kept))
        return getattr(compiled, name)

    def __reduce__(self) -> tuple[Any, ...]:
        """Give what makes the same one in another process."""
        return late_regex, (self._source, self._flags)


def late_regex(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    r"""Give what does as a compiled regex does, except that it cannot be handed to the functions of `re`.

    Args:
        source: the regex; what is wrong with it is said at its first use.
        flags: as for `re.compile`.

    >>> late_regex(r"\d+").findall("3 of 14")
    ['3', '14']
    """
    return cast("re.Pattern[AnyStr]", _LateRegex(source, flags))


def late_choice(kinds: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """Give a late regex whose `lastgroup` says of which kind a text is; the first that fits counts.

    Args:
        kinds: name of a kind → its regexes, without groups of their own.

    >>> late_choice({"end": ["stopped", "ended"], "start": ["started"]}).match("started").lastgroup
    'start'
    """
    return late_regex("|".join(f"(?P<{name}>{'|'.join(texts)})" for name, texts in kinds.items()))
