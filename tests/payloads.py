"""Payloads: texts that break forms which do not mind them, each put into every field that a log can fill."""

from __future__ import annotations

__all__ = ["MARK", "PAYLOADS", "hostile_log"]

MARK = "zq9"
"""Stands in every payload, so that a test can find where it went."""

PAYLOADS: dict[str, str] = {
    "script": "<script>alert('zq9')</script>",
    "image": '"><img src=x onerror=alert(`zq9`)>',
    "svg": "<svg/onload=alert('zq9')>",
    "closing": "</span></li></ol></section></main></body></html><h1>zq9</h1>",
    "style-end": "</style><style>*{display:none}/*zq9*/</style>",
    "comment": "<!-- zq9 --> --> <![CDATA[ zq9 ]]>",
    "entity": "&lt;b&gt;zq9&#x3c;i&#x3e;&amp;&quot;",
    "markdown-link": "[zq9](javascript:alert(1)) ![zq9](https://evil.example.com/x.png)",
    "markdown-autolink": "<https://evil.example.com/zq9> www.evil.example.com/zq9",
    "markdown-table": "zq9 | a | b |\\| c",
    "markdown-fence": "``` zq9 ```` ~~~",
    "markdown-heading": "# zq9",
    "markdown-mention": "@zq9/everyone #1 :boom:",
    "markdown-html": "<details open><summary>zq9</summary>",
    "ansi": "\x1b[31mzq9\x1b[0m\x1b]8;;https://evil.example.com\x07zq9\x1b]8;;\x07\x1b[2J",
    "bell": "zq9\x07\x08\x08\x08\x7f\x9b31m",
    "right-to-left": "zq9 \u202egnp.exe\u202c \u2066zq9\u2069 \u200f",
    "zero-width": "zq9\u200b\u200d\ufeff\u2060",
    "formula": '=HYPERLINK("https://evil.example.com";"zq9")',
    "formula-plus": "+zq9+cmd|' /C calc'!A0",
    "formula-at": "@SUM(1+1)*zq9",
    "template": "{{ 7*7 }} {% for x in ().__class__.__mro__ %}zq9{% endfor %} ${zq9} #{zq9}",
    "workflow-command": "::error file=zq9::x%0A::set-output name=zq9::x",
    "workflow-newline": "%0A::stop-commands::zq9 %25",
    "xml": "]]><failure>zq9</failure>&zq9;<?xml version='1.0'?>",
    "json": '"},{"zq9":"x\\"}]',
    "long-word": "zq9" + "W" * 3000,
    "emoji": "zq9 \U0001f4a5\U0001f468\u200d\U0001f469\u200d\U0001f467 \u0301\u0301\u0301\u0301",
    "path": "../../../../etc/passwd%00zq9",
    "quotes": "zq9 ' \" ` \\ ' \\\" \u201c",
    "nul": "zq9\x00\x01\x02",
    "line-separator": "zq9\u2028::error::x\u2029\x0b\x0c\x85",
}


def hostile_log(payload: str) -> str:
    """Give a log with an incident whose every field says the payload."""
    word = payload.replace(" ", "_")[:60] if len(payload) < 1000 else payload[:60]
    time = "2026-05-01T10:{:02d}:{:02d}.000000+00:00"
    router = 'at=error code=H10 desc="{0}" method=GET path="/{0}" host={1} request_id={1} fwd="{0}" dyno={1} connect= service= status=503 bytes='
    return "".join(
        f"{time.format(*divmod(number * 7, 60))} {line}\n"
        for number, line in enumerate((
            f"app[api]: Deploy 5d1e0c9b by user {payload}",
            f"app[api]: Set {payload} config vars by user {payload}",
            f"heroku[web.1]: Starting process with command `{payload}`",
            f"app[web.1]: {payload} listening on port 3000",
            f"app[{word}]: Error: {payload}",
            f"app[web.1]: Error: Cannot find module '{payload}'",
            f"app[web.1]: KeyError: '{payload}'",
            f"heroku[web.1]: Error R10 (Boot timeout) -> {payload}",
            "heroku[web.1]: Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch",
            f"heroku[web.1]: Process exited with status 1 {payload}",
            "heroku[web.1]: State changed from starting to crashed",
            "heroku[router]: " + router.format(payload, word),
            f"{payload}",
        ))
    )  # fmt: skip
