"""Texts that show what they are: no control characters, direction marks made visible, no endless lines."""

from __future__ import annotations

import re

from loganalyzer.postmortem.record import Postmortem
from loganalyzer.redaction import map_texts
from loganalyzer.text import clean

__all__ = ["make_plain"]

LONGEST = 1000
HIDDEN = re.compile(
    "[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
"""Marks that turn or hide the text around them, and halves of characters that no file can hold."""


def make_plain(postmortem: Postmortem) -> Postmortem:
    """Clean every text of a postmortem, so that no form has to."""
    return map_texts(postmortem, _plain)


def _plain(text: str) -> str:
    """Clean one text; line breaks stay, because snippets of code have them."""
    shown = HIDDEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", "\n".join(clean(line) for line in text.split("\n")))
    return shown if len(shown) <= LONGEST else shown[:LONGEST] + "..."
