"""The values of a router's line: logfmt since 2013, arrows and the front proxy's bars before.

Fact numbers are those of the package's docstring.
"""

from __future__ import annotations

from loganalyzer.late import late_regex
from loganalyzer.text import ESCAPED

__all__ = ["mend_doubled_quotes", "read_fields"]

LONGEST_MESSAGE = 16384
"""Heroku cuts lines at 10 000 bytes; more than this is not a router's line, and need not cost time."""

PAIR = late_regex(r'(?<!\S)(?P<key>[A-Za-z_][\w.-]*)=(?P<value>"(?:[^"\\]|\\.?)*+(?:"|$)|[^\s"]*+)')
# Fact 6: whether quotes in a path are escaped is not documented, so the next key ends it, not the next quote.
REQUEST = late_regex(r'(?<!\S)method=(?P<method>\S*) path=(?:"(?P<path>.*?)"|(?P<bare>\S*)) host=(?P<host>\S*)')
ARROW = late_regex(  # fact 7
    r"(?:Error (?P<code>[HR]\d\d) \((?P<desc>[^)]*)\) -> )?"
    r"(?P<method>[A-Z]+) (?P<host>[^/\s]+)(?P<path>/\S*) (?=(?:dyno|web)=)"
)
NGINX = late_regex(  # fact 2
    r"(?P<method>[A-Z]+) (?P<path>\S+) HTTP/[\d.]+ \| (?P<fwd>\S+) \| \d* ?\| https? \| (?P<status>\d{3})"
)
DOUBLED = late_regex(r'=""(?=[^\s"])(?P<value>[^"]*+)""(?=\s|$)')


def read_fields(message: str) -> dict[str, str]:
    """Read the keys and values of a router's line of any era.

    Args:
        message: the line without its prefix, whole or cut.

    Returns:
        Values by the router's own keys, as printed (`service=30000ms` gives `30000ms`), without quotes; a key that the
        line has without a value is empty. The words `none` of before 2013 are empty too. Never raises.

    Examples:
        >>> read_fields('at=error code=H10 desc="App crashed" method=GET path="/" host=a.example.com dyno= status=503')
        {'method': 'GET', 'path': '/', 'host': 'a.example.com', 'dyno': '', 'status': '503', \
'at': 'error', 'code': 'H10', 'desc': 'App crashed'}
    """
    message = message[:LONGEST_MESSAGE]
    # Text of the client stands before the last dyno=, never behind it.
    border = max(message.rfind(" dyno="), message.rfind(" web="))
    head, tail = (message[:border], message[border:]) if border >= 0 else (message, "")
    fields: dict[str, str] = {}
    request = REQUEST.search(head)
    arrow = None if request else ARROW.match(message) or NGINX.match(message)
    if request:
        path = request["bare"] if request["path"] is None else request["path"]
        fields.update(method=request["method"], path=path, host=request["host"])
        head = head[: request.start()] + head[request.end() :]
    elif arrow:
        fields.update({key: value for key, value in arrow.groupdict().items() if value is not None})
        head = ""
    for found in PAIR.finditer(tail):
        fields.setdefault("dyno" if found["key"] == "web" else found["key"], _plain(found["value"]))
    for found in PAIR.finditer(head):
        fields.setdefault(found["key"], _plain(found["value"]))
    if fields.get("dyno") == "none":
        fields["dyno"] = ""
    return fields


def mend_doubled_quotes(message: str) -> str:
    """Undo `path=""/x""`, which is left of a cell of a CSV table; an empty `fwd=""` stays."""
    return DOUBLED.sub(r'="\g<value>"', message) if '=""' in message else message


def _plain(value: str) -> str:
    """Take the quotes off, also off a value whose end is cut."""
    if not value.startswith('"'):
        return value
    inner = value[1:-1] if len(value) > 1 and value.endswith('"') else value[1:]
    return ESCAPED.sub(r"\1", inner) if "\\" in inner else inner
