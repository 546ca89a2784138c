"""The rules of redaction: what a secret looks like, each with the part of it that goes.

Every regex is bounded, so that a hostile line costs no more than its length. Token forms are those that their issuers
publish for secret scanning (docs.github.com, "Supported secret scanning patterns").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from loganalyzer.late import late_regex
from loganalyzer.redaction.checks import dense_value, email_value, named_value, public_address, random_value

__all__ = ["RULES", "Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of value that goes.

    Attributes:
        kind: word of the placeholder.
        regex: its group `value` is what goes.
        hints: texts in small letters of which a text must have one for the rule to match; tried before the regex.
        narrow: gives start and end of what really goes; None to leave everything.
        remembered: whether the value goes wherever else it stands.
    """

    kind: str
    regex: re.Pattern[str]
    hints: tuple[str, ...]
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
NAMED = late_regex(
    rf"""(?P<name>{NAMES}{HARMLESS_ENDS}[\w.-]{{0,40}})\\?["'\]]?"""
    rf"(?P<separator>\s{{0,3}}(?:=>|:=|[:=])\s{{0,3}})(?P<value>{VALUE})",
    re.IGNORECASE,
)
FLAG = late_regex(
    r"--?[\w-]{0,40}(?:password|passwd|secret|token|api-?key|access-?key|private-?key)"
    r"(?P<separator>[ =]+)(?P<value>(?P<bare>[^\s\"'<>-][^\s\"'<>]*))",
    re.IGNORECASE,
)
TOLD = late_regex(
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

TOKEN_STARTS = (
    "eyj",
    "akia",
    "asia",
    "aroa",
    "aida",
    "abia",
    "acca",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "gldt-",
    "glrt-",
    "glptt-",
    "glagent-",
    "glsoat-",
    "xox",
    "xapp-",
    "sk_",
    "pk_",
    "rk_",
    "whsec_",
    "sk-",
    "sg.",
    "aiza",
    "ya29.",
    "gocspx-",
    "npm_",
    "pypi-",
    "hrku-",
    "rnd_",
    "doo_v1_",
    "dop_v1_",
    "dor_v1_",
    "shpat_",
    "shpca_",
    "shppa_",
    "shpss_",
    "hf_",
    "hvs.",
    "hvb.",
    "key-",
    "sq0atp-",
    "sq0csp-",
    "dapi",
    "pmak-",
    ":aa",
    "eaa",
    "nrak-",
    "phc_",
    "lin_api_",
    "nfp_",
    "nfc_",
    "sbp_",
    "pscale_",
    "tfp_",
    "dp.",
)
"""How the tokens begin, in small letters."""

NAME_PARTS = (
    "pass",
    "pwd",
    "secret",
    "token",
    "key",
    "credential",
    "sess",
    "connect.sid",
    "csrf",
    "xsrf",
    "sig",
    "dsn",
    "otp",
    "sas",
)
"""What NAMES have one of."""

FLAG_PARTS = ("password", "passwd", "secret", "token", "api-key", "apikey", "access-key", "accesskey", "private-key")

QUERY_START = r"(?:\w{2,20}://|(?<![\w.?])/)[^\s?\"'<>]{0,2000}\?"
QUOTE_AND_SIGN = r"\\?[\"']?\s{0,3}(?:=>|[:=])\s{0,3}\\?[\"']?"
SCHEMES = r"(?:(?:bearer|basic|token|digest|apikey|negotiate|aws4-hmac-sha256)\s{1,3})?"

PRIVATE_KEY = late_regex(
    r"(?P<value>-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----).){0,8000}"
    r"(?:-----END [A-Z ]{0,40}-----)?)",
    re.DOTALL,
)
WEB_LOGIN = late_regex(r"\b(?:https?|wss?|git\+https?)://(?P<value>[^\s/\"'<>?#]{1,500})@", re.IGNORECASE)
LOGIN = late_regex(r"\b(?!https?:|wss?:)[a-z][a-z0-9+.]{1,30}://(?P<value>[^\s/\"'<>]{1,500})@", re.IGNORECASE)
WEBHOOK = late_regex(
    r"(?:hooks\.slack\.com/(?:services|workflows|triggers)|(?:discord|discordapp)\.com/api/webhooks|api\.telegram\.org)"
    r"/(?P<value>[\w/:-]{8,300})"
)
COOKIE = late_regex(
    rf"(?<![\w-])(?:set-)?cookies?{QUOTE_AND_SIGN}(?P<value>(?=[^\s\"'=]{{1,200}}=)[^\"'\r\n]{{1,4000}})", re.IGNORECASE
)
AUTHORIZATION = late_regex(
    rf"(?:proxy-|x-)?authori[sz]ation{QUOTE_AND_SIGN}{SCHEMES}(?P<value>[^\s\"'\\]{{4,4000}})", re.IGNORECASE
)
BEARER = late_regex(r"\b(?:bearer|basic|token)\s{1,3}(?P<value>[\w.~+/=-]{8,4000})", re.IGNORECASE)
TOKEN = late_regex(rf"(?<![\w-])(?P<value>{'|'.join(TOKEN_FORMS)})")
ACCOUNT = late_regex(r"(?<![\w-])(?P<value>(?:AC|SK)[0-9a-f]{32})(?!\w)")
QUERY = late_regex(rf"{QUERY_START}(?P<value>[\w%\[&=.~$+*!-][^\s\"'<>]*)")
EMAIL = late_regex(
    r"(?<![\w.+%@-])(?P<value>\w[\w.+-]{0,63}(?:@|%40)"
    r"\w(?:[\w-]{0,62}\w)?(?:\.\w[\w-]{0,62}){0,8}\.[A-Za-z]{2,24})(?![\w@])"
)
ADDRESS = late_regex(r"(?<![\w.])(?P<value>\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?!\w|\.\d)")
HOST_ADDRESS = late_regex(r"(?<=ec2-)(?P<value>\d{1,3}(?:-\d{1,3}){3})(?!\w|-\d)")
SHORT_V6 = late_regex(r"(?<![\w:.])(?P<value>(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?:%\w{1,15})?)(?![\w:.])")
WHOLE_V6 = late_regex(r"(?<![\w:.])(?P<value>(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?:%\w{1,15})?)(?![\w:.])")
DENSE = late_regex(r"(?<![\w+/=.-])(?P<value>[\w+/-]{32,4000}={0,2})(?!\w)", re.ASCII)

RULES: tuple[Rule, ...] = (
    Rule("secret", PRIVATE_KEY, ("private key",)),
    Rule("secret", WEB_LOGIN, ("@",), remembered=True),
    Rule("secret", LOGIN, ("@",), remembered=True),
    Rule("secret", WEBHOOK, ("slack.com", "discord", "telegram.org")),
    Rule("cookie", COOKIE, ("cookie",)),
    Rule("secret", AUTHORIZATION, ("authori",), remembered=True),
    Rule("secret", BEARER, ("bearer", "basic", "token"), random_value, remembered=True),
    Rule("secret", TOKEN, TOKEN_STARTS, remembered=True),
    Rule("secret", ACCOUNT, ("ac", "sk"), remembered=True),
    Rule("query", QUERY, ("?",)),
    Rule("secret", NAMED, NAME_PARTS, named_value, remembered=True),
    Rule("secret", FLAG, FLAG_PARTS, named_value, remembered=True),
    Rule("secret", TOLD, ("pass", "secret", "token", "api key"), random_value, remembered=True),
    Rule("email", EMAIL, ("@", "%40"), email_value),
    Rule("address", ADDRESS, (".",), public_address),
    Rule("address", HOST_ADDRESS, ("ec2-",), public_address),
    Rule("address", SHORT_V6, ("::",), public_address),
    Rule("address", WHOLE_V6, (":",), public_address),
    Rule("secret", DENSE, ("",), dense_value, remembered=True),
)
"""In this order: what is told by its form and place comes before what is told by a name, and that before mere shape."""
