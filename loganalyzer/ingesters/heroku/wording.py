"""Wordings that only the platform writes, for lines whose prefix is lost.

Fact numbers are those of the package's docstring.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from loganalyzer.late import late_regex
from loganalyzer.model import Claim
from loganalyzer.text import TIMESTAMP

__all__ = ["Wording", "read_wording"]


class Wording(NamedTuple):
    """What the words of a line tell about its writer.

    Attributes:
        source: one of model.SOURCES.
        claim: Claim.BARE, or Claim.WEAK for words that other platforms' tools print as well.
        message: the line without a time and without git's `remote: `.
        at: the text of a time in front; None without one.
    """

    source: str
    claim: str
    message: str
    at: str | None = None


STATES = r"(?:created|provisioning|starting|up|down|crashed|complete)"
TIMED = late_regex(rf"(?:\[?(?P<at>{TIMESTAMP})\]?\s+)?(?P<message>.*)", re.DOTALL)
ROUTER = late_regex(  # facts 6 and 7
    r"(?:sock=\w+ )?at=(?:info|warning|error) (?:code=H\d\d|method=[A-Z]+ path=\S.* host=\S* (?:request_id|fwd|dyno)=)"
    r"|(?:(?:(?:a?t)?=?error|r?r?or|r) )?code=H\d\d desc="  # the head of `at=error` may be cut off
    r"|Error H\d\d \([^)]*\) -> [A-Z]+ \S+/"
)
PLATFORM = late_regex(  # facts 4 and 12
    r"Error R\d\d \("
    r"|Error L1\d\b"
    rf"|State changed from {STATES} to {STATES}\b"
    r"|Process exited with status \d+\s*(?:$|[^\w\s])"
    r"|Starting process with command:? [`'\"´‘’“”]"
    r"|Stopping (?:all |remaining )?process(?:es)? with SIG(?:KILL|TERM)\b"
    r"|Process running mem=\d"
    r"|Web process failed to bind to \$PORT within \d"
)
API = late_regex(  # fact 5
    r"(?:Deploy [0-9a-f]{7,40}|Release v\d+ (?:created|command failed)|Running release v\d+ commands|Initial release"
    r"|Enable Logplex|Scaled to [\w-]+@\d+:.*|Set .* config vars?|Rollback to v\d+|Build started)"
    r" by (?:user )?\S{1,100}@\S{1,100}$"
    r"|Build failed -- check your build output: https://dashboard\.heroku\.com/"
)
REMOTE = late_regex(r"remote:(?:\s+(?P<message>.*)|$)", re.DOTALL)  # fact 13
BUILD = late_regex(
    r"!\s{0,5}Push (?:rejected|failed)\b|!\s{5}Compiled slug size: |Compiled slug size[: ]|Verifying deploy\b"
    r"|https?://\S+ deployed to Heroku"
)
REMOTE_BUILD = late_regex(r"-----> |!\s|Building source:|Compressing source files|Released v\d|Verifying deploy")
# Cloud Foundry's buildpacks print the same arrows.
BUILDPACK = late_regex(r"-----> \S|!\s{5}\S")


def read_wording(text: str) -> Wording | None:
    """Say who writes a line with such words.

    Args:
        text: a line without prefix and without what a paste put in front of it; a time may stand before it.

    Returns:
        None when anyone could have written the line. Never raises.

    Examples:
        >>> read_wording("Process exited with status 137")[:2]
        ('platform', 'bare')
        >>> read_wording("remote:  !     Push rejected to example-shop.")[::2]
        ('build', '!     Push rejected to example-shop.')
    """
    timed = TIMED.match(text)
    at, message = (timed["at"], timed["message"]) if timed else (None, text)
    for source, words in (("platform", PLATFORM), ("router", ROUTER), ("build", BUILD), ("api", API)):
        if words.match(message):
            return Wording(source, Claim.BARE, message, at)
    if found := REMOTE.match(message):
        message = (found["message"] or "").rstrip()
        sure = REMOTE_BUILD.match(message) or BUILD.match(message)
        return Wording("build", Claim.BARE if sure else Claim.WEAK, message, at)
    if BUILDPACK.match(message):
        return Wording("build", Claim.WEAK, message, at)
    return None
