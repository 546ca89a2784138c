"""The rules of redaction: what a secret looks like, each with the part of it that goes.

Every regex is bounded, so that a hostile line costs no more than its length. Token forms are those that their issuers
publish for secret scanning (docs.github.com, "Supported secret scanning patterns").
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["RULES", "Rule", "normal_form"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of value that goes.

    Attributes:
        kind: word of the placeholder.
        regex: its group `value` is what goes.
        hint: a cheap regex without which the rule cannot match; None when there is none.
        narrow: gives start and end of what really goes; None to leave everything.
        remembered: whether the value goes wherever else it stands.
    """

    kind: str
    regex: re.Pattern[str]
    hint: re.Pattern[str] | None = None
    narrow: Callable[[re.Match[str]], tuple[int, int] | None] | None = None
    remembered: bool = False


NO_SECRET = re.compile(
    r"(?i:null|nil|none|undefined|nan|true|false|yes|no|on|off|empty|unset|not|is|are|was|must|should|cannot|could|has|the|a|an|to|of|for|in|or|"
    r"and|at|with|required?|missing|invalid|expired|expected|unexpected|unauthorized|unknown|unsupported|denied|failed|failure|error|incorrect|"
    r"wrong|absent|disabled|enabled|default|ok|string|bearer|basic|token|password|secret)[.,:;!?)]*"
    r"|[*.x•-]+|<[^>]*>?|\$\{?[\w({].*|%[\w()]*|\[[A-Z ]+\]|\[(?:filtered|redacted)\]|\{\{?.*|(?:process\.env|os\.environ|ENV|env)\b.*|[({\[]",
)
"""Values that are no secret although a name promises one."""

NAMES = (
    r"(?:pass(?:wor[dt]|wd|phrase)|passwd|pwd|secret|token|(?:api|access|private|auth|account|encryption|signing|master|license|shared|service|admin|"
    r"storage|consumer|client|app|webhook)[ _.-]?key|apikey|accesskeyid|keyid|credentials?|sess(?:ion)?[_-]?id|connect\.sid|csrf|xsrf|signature|"
    r"\bsig\b|(?<![a-z])dsn|otp|passcode|sas)"
)
HARMLESS_ENDS = (
    r"(?![\w.-]*?(?:count|type|expir\w*|expiry|ttl|len|length|limit|size|port|max|min|usage|names?|version|status|error|age|host|file|path|"
    r"policy|field|header|attempts|algorithm|hash_cost|rounds|provider|endpoint|tokens)\b)"
)
VALUE = r"""(?:\\?"(?P<double>(?:[^"\\]|\\[^"])*)|'(?P<single>[^']*)|`(?P<back>[^`]*)|(?P<bare>[^\s"'`<>;,][^\s"'`<>;]*))"""
NAMED = re.compile(
    rf"""(?P<name>{NAMES}{HARMLESS_ENDS}[\w.-]{{0,40}})\\?["'\]]?(?P<separator>\s{{0,3}}(?:=>|:=|[:=])\s{{0,3}})(?P<value>{VALUE})""",
    re.IGNORECASE,
)
FLAG = re.compile(r"--?[\w-]{0,40}(?:password|passwd|secret|token|api-?key|access-?key|private-?key)(?P<separator>[ =]+)(?P<value>(?P<bare>[^\s\"'<>-][^\s\"'<>]*))", re.IGNORECASE)
TOLD = re.compile(r"(?:password|passphrase|secret|token|api key)(?: (?:is|was|set to)[: ]| )(?P<value>[^\s\"'<>,;]{6,200})", re.IGNORECASE)
OPEN_QUOTES = ("double", "single", "back")


def _named_value(found: re.Match[str]) -> tuple[int, int] | None:
    """Leave the quotes where they are, and what follows the value in a query or a list."""
    groups = found.groupdict()
    quoted = next((name for name in OPEN_QUOTES if groups.get(name) is not None), None)
    if quoted is not None:
        return None if not found[quoted] or NO_SECRET.fullmatch(found[quoted]) else found.span(quoted)
    value = re.split(r"&(?=[\w.%-]+=)|,(?=\s|$|[\w.-]+[=:])|[)}\]]+[.,]?$", groups["bare"] or "")[0].rstrip(".,")
    if not value or NO_SECRET.fullmatch(value):
        return None
    name = (groups.get("name") or "").lower()
    if name == "pwd" and value.startswith("/"):
        return None  # the working directory of a shell
    if name == "token" and ":" in found["separator"] and not _looks_random(value):
        return None  # what a parser says about its input
    return found.start("bare"), found.start("bare") + len(value)


def _random_value(found: re.Match[str]) -> tuple[int, int] | None:
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


def _dense_value(found: re.Match[str]) -> tuple[int, int] | None:
    """Take a long text only when its letters, capitals and digits are as mixed as in a key."""
    plain = found["value"].rstrip("=")
    if not (re.search(r"[a-z]", plain) and re.search(r"[A-Z]", plain) and len(re.findall(r"\d", plain)) >= 3):
        return None
    kinds = ["d" if one.isdigit() else "u" if one.isupper() else "l" if one.isalpha() else "o" for one in plain]
    changes = sum(1 for before, after in zip(kinds, kinds[1:], strict=False) if before != after)
    if changes < len(plain) / 4 or plain.count("/") > len(plain) / 12:
        return None
    counts = Counter(plain)
    entropy = -sum(count / len(plain) * math.log2(count / len(plain)) for count in counts.values())
    return found.span("value") if entropy >= DENSE_ENTROPY else None


PRIVATE_NETWORKS = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/4",
        "255.255.255.255/32", "::/127", "fc00::/7", "fe80::/10", "ff00::/8",
    )
)


def _public_address(found: re.Match[str]) -> tuple[int, int] | None:
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


def _is_email(found: re.Match[str]) -> tuple[int, int] | None:
    """Leave the names of packages and of Git's user."""
    local, _, domain = found["value"].replace("%40", "@").partition("@")
    return None if re.match(r"\d+\.\d+", domain) or local == "git" else found.span("value")


TOKENS = "|".join((
    r"eyJ[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*)?",  # JSON web tokens
    r"(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[0-9A-Z]{16}",
    r"gh[pousr]_\w{20,}", r"github_pat_\w{20,}", r"gl(?:pat|dt|rt|ptt|agent|soat)-[\w-]{15,}",
    r"xox[abeoprs]-[\w-]{8,}", r"xapp-[\w-]{8,}", r"(?:sk|pk|rk)_(?:live|test)_\w{8,}", r"whsec_[\w+/=]{16,}",
    r"sk-(?:ant-|proj-|or-)?[\w-]{16,}", r"SG\.[\w-]{16,}\.[\w-]{16,}", r"AIza[\w-]{30,}", r"ya29\.[\w-]{16,}", r"GOCSPX-[\w-]{20,}",
    r"npm_\w{20,}", r"pypi-[\w-]{16,}", r"HRKU-[\w-]{20,}", r"rnd_\w{20,}", r"do[opr]_v1_\w{20,}", r"shp(?:at|ca|pa|ss)_\w{20,}",
    r"hf_\w{20,}", r"hv[sb]\.[\w-]{20,}", r"key-[0-9a-f]{32}", r"sq0(?:atp|csp)-[\w-]{16,}", r"dapi[0-9a-f]{32}", r"PMAK-[\w-]{20,}",
    r"(?:AC|SK)[0-9a-f]{32}", r"\d{8,10}:AA[\w-]{30,}", r"[MNO][\w-]{22,27}\.[\w-]{5,7}\.[\w-]{25,}", r"EAA\w{30,}", r"NRAK-\w{20,}",
    r"phc_\w{20,}", r"lin_api_\w{20,}", r"nf[pc]_\w{20,}", r"sbp_\w{20,}", r"pscale_\w{16,}", r"tfp_\w{16,}", r"dp\.\w{2,5}\.\w{20,}",
))  # fmt: skip

QUERY_START = r"(?:\w{2,20}://|(?<![\w.?])/)[^\s?\"'<>]{0,2000}\?"
LINE_OR_QUOTE = r"[^\"'\r\n]{1,4000}"

RULES: tuple[Rule, ...] = (
    Rule(
        "secret", re.compile(r"(?P<value>-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----).){0,8000}(?:-----END [A-Z ]{0,40}-----)?)", re.DOTALL),
        re.compile("PRIVATE KEY"),
    ),
    Rule("secret", re.compile(r"\b(?:https?|wss?|git\+https?)://(?P<value>[^\s/\"'<>?#]{1,500})@", re.IGNORECASE), re.compile("@"), remembered=True),
    Rule("secret", re.compile(r"\b(?!https?:|wss?:)[a-z][a-z0-9+.]{1,30}://(?P<value>[^\s/\"'<>]{1,500})@", re.IGNORECASE), re.compile("@"), remembered=True),
    Rule("secret", re.compile(r"(?:hooks\.slack\.com/(?:services|workflows|triggers)|(?:discord|discordapp)\.com/api/webhooks|api\.telegram\.org)/(?P<value>[\w/:-]{8,300})")),
    Rule(
        "cookie", re.compile(rf"(?<![\w-])(?:set-)?cookies?\\?[\"']?\s{{0,3}}(?:=>|[:=])\s{{0,3}}\\?[\"']?(?P<value>(?=[^\s\"'=]{{1,200}}=){LINE_OR_QUOTE})", re.IGNORECASE),
        re.compile("cookie", re.IGNORECASE),
    ),
    Rule(
        "secret", re.compile(
            r"(?:proxy-|x-)?authori[sz]ation\\?[\"']?\s{0,3}(?:=>|[:=])\s{0,3}\\?[\"']?(?:(?:bearer|basic|token|digest|apikey|negotiate|aws4-hmac-sha256)\s{1,3})?(?P<value>[^\s\"'\\]{4,4000})",
            re.IGNORECASE,
        ), re.compile("authori", re.IGNORECASE), remembered=True,
    ),
    Rule(
        "secret", re.compile(r"\b(?:bearer|basic|token)\s{1,3}(?P<value>[\w.~+/=-]{8,4000})", re.IGNORECASE), re.compile("bearer|basic|token", re.IGNORECASE),
        _random_value, remembered=True,
    ),
    Rule("secret", re.compile(rf"(?<![\w-])(?P<value>{TOKENS})"), remembered=True),
    Rule("query", re.compile(rf"{QUERY_START}(?P<value>[\w%\[&=.~$+*!-][^\s\"'<>]*)"), re.compile(r"\?")),
    Rule("secret", NAMED, re.compile(NAMES, re.IGNORECASE), _named_value, remembered=True),
    Rule("secret", FLAG, re.compile("-[a-z-]*(?:pass|secret|token|key)", re.IGNORECASE), _named_value, remembered=True),
    Rule("secret", TOLD, re.compile("pass|secret|token|api key", re.IGNORECASE), _random_value, remembered=True),
    Rule(
        "email", re.compile(r"(?<![\w.+%@-])(?P<value>\w[\w.+-]{0,63}(?:@|%40)\w(?:[\w-]{0,62}\w)?(?:\.\w[\w-]{0,62}){0,8}\.[A-Za-z]{2,24})(?![\w@])"),
        re.compile("@|%40"), _is_email,
    ),
    Rule("address", re.compile(r"(?<![\w.])(?P<value>\d{1,3}(?:\.\d{1,3}){3})(?!\w|\.\d)"), None, _public_address),
    Rule("address", re.compile(r"(?<=ec2-)(?P<value>\d{1,3}(?:-\d{1,3}){3})(?!\w|-\d)"), re.compile("ec2-"), _public_address),
    Rule("address", re.compile(r"(?<![\w:.])(?P<value>(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?:%\w{1,15})?)(?![\w:.])"), re.compile(":[0-9A-Fa-f]*:"), _public_address),
    Rule("secret", re.compile(r"(?<![\w+/=.-])(?P<value>[\w+/-]{32,4000}={0,2})(?!\w)", re.ASCII), None, _dense_value, remembered=True),
)
"""In this order: what is told by its form and place comes before what is told by a name, and that before mere shape."""
