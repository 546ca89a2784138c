r"""Tells whether a regex treats all digits alike: then lines that differ in digits alone are matched alike.

`port (\d+)` does, `port 8080` does not. What is not known of a regex counts as a difference.
"""

from __future__ import annotations

from loganalyzer.late import late_regex
from loganalyzer.library.parts import parts_of

__all__ = ["ALIKE", "treats_digits_alike"]

ALIKE = bytes.maketrans(b"123456789", b"000000000")
"""For `bytes.translate`: texts that differ in ASCII digits alone become the same."""

DIGITS = frozenset("0123456789")

MEMBER = late_regex(
    r"\\(?P<kind>[dDwWsS])|(?P<first>\\[^0-9A-Za-z]|\\[fnrtv]|[^\\])(?:-(?P<last>\\[^0-9A-Za-z]|[^\\]))?"
)


def treats_digits_alike(source: str) -> bool:
    r"""Say whether a regex matches at the same places when ASCII digits of a text are replaced by others.

    Examples:
        >>> treats_digits_alike(r"on port (?P<port>\d{1,5})\b"), treats_digits_alike(r"[^0-9:]+")
        (True, True)
        >>> treats_digits_alike("port 80"), treats_digits_alike("5[0-4]"), treats_digits_alike(r"(?P<a>.)(?P=a)")
        (False, False, False)
    """
    parts = parts_of(source)
    return parts is not None and all(
        DIGITS.isdisjoint(part["literal"] or "") and _is_class_of_all(part["members"]) for part in parts
    )


def _is_class_of_all(members: str | None) -> bool:
    """Say whether a class, if it is one, has all digits or none."""
    if members is None:
        return True
    held: set[str] = set()
    place = 0
    while place < len(members):
        member = MEMBER.match(members, place)
        if member is None:
            return False
        if member["kind"]:
            held |= DIGITS if member["kind"] in "dwS" else set()
        else:
            first = member["first"][-1]
            last = (member["last"] or first)[-1]
            held |= {digit for digit in DIGITS if first <= digit <= last}
        place = member.end()
    return held in (set(), DIGITS)
