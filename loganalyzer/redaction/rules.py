"""The rules of redaction: what a secret looks like, each with the part of it that goes.

Every regex is bounded, so that a hostile line costs no more than its length. Token forms are those that their issuers
publish for secret scanning (docs.github.com, "Supported secret scanning patterns").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from loganalyzer.redaction.checks import dense_value, email_value, named_value, public_address, random_value

__all__ = ["RULES", "Rule"]


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


NAMES = (
    r"(?:pass(?:wor[dt]|wd|phrase)|passwd|pwd|secret|token(?!s\b)|(?:api|access|private|auth|account|encryption|signing|"
    r"master|license|shared|service|admin|storage|consumer|client|app|webhook)[ _.-]?key|apikey|accesskeyid|keyid|"
    r"credentials?|sess(?:ion)?[_-]?id|connect\.sid|csrf|xsrf|signature|\bsig\b|(?<![a-z])dsn|otp|passcode|sas)"
)
HARMLESS_ENDS = (
    r"(?![\w.-]*?(?:count|type|expir\w*|expiry|ttl|len|length|limit|size|port|max|min|usage|names?|version|status|"
    r"error|age|host|file|path|policy|field|header|attempts|algorithm|hash_cost|rounds|provider|endpoint|tokens)\b)"
)
VALUE = (
    r"""(?:\\?"(?P<double>(?:[^"\\]|\\[^"])*)|'(?P<single>[^']*)|`(?P<back>[^`]*)|(?P<bare>[^\s"'`<>;,][^\s"'`<>;]*))"""
)
NAMED = re.compile(
    rf"""(?P<name>{NAMES}{HARMLESS_ENDS}[\w.-]{{0,40}})\\?["'\]]?"""
    rf"(?P<separator>\s{{0,3}}(?:=>|:=|[:=])\s{{0,3}})(?P<value>{VALUE})",
    re.IGNORECASE,
)
FLAG = re.compile(
    r"--?[\w-]{0,40}(?:password|passwd|secret|token|api-?key|access-?key|private-?key)"
    r"(?P<separator>[ =]+)(?P<value>(?P<bare>[^\s\"'<>-][^\s\"'<>]*))",
    re.IGNORECASE,
)
TOLD = re.compile(
    r"(?:password|passphrase|secret|token|api key)(?: (?:is|was|set to)[: ]| )(?P<value>[^\s\"'<>,;]{6,200})",
    re.IGNORECASE,
)


TOKEN_FORMS = (
    r"eyJ[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*)?",  # JSON web tokens
    r"(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[0-9A-Z]{16}",
    r"gh[pousr]_\w{20,}",
    r"github_pat_\w{20,}",
    r"gl(?:pat|dt|rt|ptt|agent|soat)-[\w-]{15,}",
    r"xox[abeoprs]-[\w-]{8,}",
    r"xapp-[\w-]{8,}",
    r"(?:sk|pk|rk)_(?:live|test)_\w{8,}",
    r"whsec_[\w+/=]{16,}",
    r"sk-(?:ant-|proj-|or-)?[\w-]{16,}",
    r"SG\.[\w-]{16,}\.[\w-]{16,}",
    r"AIza[\w-]{30,}",
    r"ya29\.[\w-]{16,}",
    r"GOCSPX-[\w-]{20,}",
    r"npm_\w{20,}",
    r"pypi-[\w-]{16,}",
    r"HRKU-[\w-]{20,}",
    r"rnd_\w{20,}",
    r"do[opr]_v1_\w{20,}",
    r"shp(?:at|ca|pa|ss)_\w{20,}",
    r"hf_\w{20,}",
    r"hv[sb]\.[\w-]{20,}",
    r"key-[0-9a-f]{32}",
    r"sq0(?:atp|csp)-[\w-]{16,}",
    r"dapi[0-9a-f]{32}",
    r"PMAK-[\w-]{20,}",
    r"(?:AC|SK)[0-9a-f]{32}",
    r"\d{8,10}:AA[\w-]{30,}",
    r"[MNO][\w-]{22,27}\.[\w-]{5,7}\.[\w-]{25,}",
    r"EAA\w{30,}",
    r"NRAK-\w{20,}",
    r"phc_\w{20,}",
    r"lin_api_\w{20,}",
    r"nf[pc]_\w{20,}",
    r"sbp_\w{20,}",
    r"pscale_\w{16,}",
    r"tfp_\w{16,}",
    r"dp\.\w{2,5}\.\w{20,}",
)

QUERY_START = r"(?:\w{2,20}://|(?<![\w.?])/)[^\s?\"'<>]{0,2000}\?"
LINE_OR_QUOTE = r"[^\"'\r\n]{1,4000}"

RULES: tuple[Rule, ...] = (
    Rule(
        "secret",
        re.compile(
            r"(?P<value>-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----).){0,8000}"
            r"(?:-----END [A-Z ]{0,40}-----)?)",
            re.DOTALL,
        ),
        re.compile("PRIVATE KEY"),
    ),
    Rule(
        "secret",
        re.compile(r"\b(?:https?|wss?|git\+https?)://(?P<value>[^\s/\"'<>?#]{1,500})@", re.IGNORECASE),
        re.compile("@"),
        remembered=True,
    ),
    Rule(
        "secret",
        re.compile(r"\b(?!https?:|wss?:)[a-z][a-z0-9+.]{1,30}://(?P<value>[^\s/\"'<>]{1,500})@", re.IGNORECASE),
        re.compile("@"),
        remembered=True,
    ),
    Rule(
        "secret",
        re.compile(
            r"(?:hooks\.slack\.com/(?:services|workflows|triggers)|(?:discord|discordapp)\.com/api/webhooks|api\.telegram\.org)/(?P<value>[\w/:-]{8,300})"
        ),
    ),
    Rule(
        "cookie",
        re.compile(
            rf"(?<![\w-])(?:set-)?cookies?\\?[\"']?\s{{0,3}}(?:=>|[:=])\s{{0,3}}\\?[\"']?(?P<value>(?=[^\s\"'=]{{1,200}}=){LINE_OR_QUOTE})",
            re.IGNORECASE,
        ),
        re.compile("cookie", re.IGNORECASE),
    ),
    Rule(
        "secret",
        re.compile(
            r"(?:proxy-|x-)?authori[sz]ation\\?[\"']?\s{0,3}(?:=>|[:=])\s{0,3}\\?[\"']?(?:(?:bearer|basic|token|digest|apikey|negotiate|aws4-hmac-sha256)\s{1,3})?(?P<value>[^\s\"'\\]{4,4000})",
            re.IGNORECASE,
        ),
        re.compile("authori", re.IGNORECASE),
        remembered=True,
    ),
    Rule(
        "secret",
        re.compile(r"\b(?:bearer|basic|token)\s{1,3}(?P<value>[\w.~+/=-]{8,4000})", re.IGNORECASE),
        re.compile("bearer|basic|token", re.IGNORECASE),
        random_value,
        remembered=True,
    ),
    Rule("secret", re.compile(rf"(?<![\w-])(?P<value>{'|'.join(TOKEN_FORMS)})"), remembered=True),
    Rule("query", re.compile(rf"{QUERY_START}(?P<value>[\w%\[&=.~$+*!-][^\s\"'<>]*)"), re.compile(r"\?")),
    Rule("secret", NAMED, re.compile(NAMES, re.IGNORECASE), named_value, remembered=True),
    Rule("secret", FLAG, re.compile("-[a-z-]*(?:pass|secret|token|key)", re.IGNORECASE), named_value, remembered=True),
    Rule("secret", TOLD, re.compile("pass|secret|token|api key", re.IGNORECASE), random_value, remembered=True),
    Rule(
        "email",
        re.compile(
            r"(?<![\w.+%@-])(?P<value>\w[\w.+-]{0,63}(?:@|%40)\w(?:[\w-]{0,62}\w)?(?:\.\w[\w-]{0,62}){0,8}\.[A-Za-z]{2,24})(?![\w@])"
        ),
        re.compile("@|%40"),
        email_value,
    ),
    Rule("address", re.compile(r"(?<![\w.])(?P<value>\d{1,3}(?:\.\d{1,3}){3})(?!\w|\.\d)"), None, public_address),
    Rule(
        "address",
        re.compile(r"(?<=ec2-)(?P<value>\d{1,3}(?:-\d{1,3}){3})(?!\w|-\d)"),
        re.compile("ec2-"),
        public_address,
    ),
    Rule(
        "address",
        re.compile(r"(?<![\w:.])(?P<value>(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?:%\w{1,15})?)(?![\w:.])"),
        re.compile(":[0-9A-Fa-f]*:"),
        public_address,
    ),
    Rule(
        "secret",
        re.compile(r"(?<![\w+/=.-])(?P<value>[\w+/-]{32,4000}={0,2})(?!\w)", re.ASCII),
        None,
        dense_value,
        remembered=True,
    ),
)
"""In this order: what is told by its form and place comes before what is told by a name, and that before mere shape."""
