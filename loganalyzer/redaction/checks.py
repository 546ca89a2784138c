"""Checks: whether what a rule found is to go, and which part of it; None leaves it as it stands."""

from __future__ import annotations

import ipaddress
import itertools
import math
import re
from collections import Counter

from loganalyzer.late import late_regex

__all__ = ["dense_value", "email_value", "named_value", "normal_form", "public_address", "random_value"]


NO_SECRET = late_regex(
    r"(?i:null|nil|none|undefined|nan|true|false|yes|no|on|off|empty|unset|not|is|are|was|must|should|"
    r"cannot|could|has|the|a|an|to|of|for|in|or|and|at|with|required?|missing|invalid|expired|expected|unexpected|"
    r"unauthorized|unknown|unsupported|denied|failed|failure|error|incorrect|wrong|absent|disabled|enabled|default|ok|string|bearer|basic|token|password|secret)[.,:;!?)]*"
    r"|[*.x•-]+|<[^>]*>?|\$\{?[\w({].*|%[\w()]*|\[[A-Z ]+\]|\[(?:filtered|redacted)\]|\{\{?.*"
    r"|(?:process\.env|os\.environ|ENV|env)\b.*|[({\[]",
)
"""Values that are no secret although a name promises one."""


AFTER_VALUE = late_regex(r"&(?=[\w.%-]+=)|,(?=\s|$|[\w.-]+[=:])")
OPEN_QUOTES = ("double", "single", "back")


def named_value(found: re.Match[str]) -> tuple[int, int] | None:
    """Leave the quotes where they are, and what follows the value in a query or a list."""
    groups = found.groupdict()
    quoted = next((name for name in OPEN_QUOTES if groups.get(name) is not None), None)
    if quoted is not None:
        return None if not found[quoted] or NO_SECRET.fullmatch(found[quoted]) else found.span(quoted)
    bare = groups["bare"] or ""
    value = AFTER_VALUE.split(bare)[0].rstrip(".,")
    if not bare.startswith("["):
        value = value.rstrip(")}]")
    if not value or NO_SECRET.fullmatch(value):
        return None
    name = (groups.get("name") or "").lower()
    if name == "pwd" and value.startswith("/"):
        return None  # the working directory of a shell
    if name == "token" and ":" in found["separator"] and not _looks_random(value):
        return None  # what a parser says about its input
    return found.start("bare"), found.start("bare") + len(value)


def random_value(found: re.Match[str]) -> tuple[int, int] | None:
    """Take a value only when no word looks like it."""
    value = found["value"].rstrip(".,)")
    start = found.start("value")
    return (start, start + len(value)) if _looks_random(value) and not NO_SECRET.fullmatch(value) else None


def _looks_random(value: str) -> bool:
    """Say whether a value has digits among letters, marks, or capitals inside."""
    if re.search(r"[A-Za-z]", value) is None:
        return False
    return re.search(r"\d|[a-z][A-Z]|[!@#$%^&*+=]", value) is not None


DENSE_ENTROPY = 4.0
"""Bits for each character; words joined by capitals have less, keys in base64 more."""


def dense_value(found: re.Match[str]) -> tuple[int, int] | None:
    """Take a long text only when its letters, capitals and digits are as mixed as in a key."""
    plain = found["value"].rstrip("=")
    if not (re.search(r"[a-z]", plain) and re.search(r"[A-Z]", plain) and len(re.findall(r"\d", plain)) >= 3):
        return None
    kinds = ["d" if one.isdigit() else "u" if one.isupper() else "l" if one.isalpha() else "o" for one in plain]
    changes = sum(1 for before, after in itertools.pairwise(kinds) if before != after)
    if changes < len(plain) / 4 or plain.count("/") > len(plain) / 12:
        return None
    counts = Counter(plain)
    entropy = -sum(count / len(plain) * math.log2(count / len(plain)) for count in counts.values())
    return found.span("value") if entropy >= DENSE_ENTROPY else None


PRIVATE_NETWORKS = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/4",
        "255.255.255.255/32",
        "::/127",
        "fc00::/7",
        "fe80::/10",
        "ff00::/8",
    )
)


def public_address(found: re.Match[str]) -> tuple[int, int] | None:
    """Take an address only when it is one, and public."""
    text = found["value"]
    before = found.string[max(0, found.start() - 9) : found.start()]
    if re.search(r"[A-Za-z]/$", before) and text.endswith(".0"):
        return None  # the version of a browser
    if re.search(r"(?:\bv|version |release )$", before, re.IGNORECASE):
        return None
    try:
        address = ipaddress.ip_address(normal_form("address", text))
    except ValueError:
        return None
    address = getattr(address, "ipv4_mapped", None) or address
    private = any(address in network for network in PRIVATE_NETWORKS if network.version == address.version)
    return None if private else found.span("value")


def normal_form(kind: str, value: str) -> str:
    """Give what two spellings of one value have in common."""
    if kind == "email":
        return value.lower().replace("%40", "@")
    if kind == "address":
        return value.replace("-", ".").partition("%")[0].lower()
    if kind == "secret":
        return value.strip("\\\"'`")
    return value


def email_value(found: re.Match[str]) -> tuple[int, int] | None:
    """Leave the names of packages and of Git's user."""
    local, _, domain = found["value"].replace("%40", "@").partition("@")
    return None if re.match(r"\d+\.\d+", domain) or local == "git" else found.span("value")
