"""Templates: lines that differ only in numbers, ids and quoted text become one."""

from __future__ import annotations

import re

__all__ = ["template_of"]

LONGEST = 240
MASKS = (
    (re.compile(r'"(?:[^"\\]|\\.)*"'), '"*"'),
    (re.compile(r"(?<!\w)'(?:[^'\\]|\\.)*'(?!\w)"), "'*'"),
    (re.compile(r"`[^`]*`"), "`*`"),
    (re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"), "<id>"),
    (re.compile(r"\b(?:srv|dep|crn|job|red|dpg|wfl|evt|own|tea)-[a-z0-9]{10,}(?:-[a-z0-9]+)*\b"), "<id>"),
    (re.compile(r"\b0x[0-9a-fA-F]+\b"), "<hex>"),
    (re.compile(r"\b(?=[0-9a-fA-F]*\d)(?=[0-9a-fA-F]*[a-fA-F])[0-9a-fA-F]{7,}\b"), "<hex>"),
    (re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+\b"), "<mail>"),
    (re.compile(r"[+-]?\d+(?:[.,:]\d+)*"), "<n>"),
)
"""What is masked, in this order: quoted text first, so that nothing inside of it counts."""


def template_of(message: str) -> str:
    """Mask what varies from line to line.

    Args:
        message: a line without the platform's prefix.

    Returns:
        At most LONGEST characters of it with numbers, ids, hex, mail addresses and quoted text masked. Never raises.

    Examples:
        >>> template_of('Cell 5d6e7f80-1a2b-4c3d-8e9f-0a1b2c3d4e5f took 12.5s for "/login"')
        'Cell <id> took <n>s for "*"'
    """
    text = message[:LONGEST]
    for regex, mask in MASKS:
        text = regex.sub(mask, text)
    return " ".join(text.split())
