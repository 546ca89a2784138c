r"""gorouter: its access lines, its own log, and what it tells a client.

Format facts:
1. An access line is `host - [time] "request" status sizes "referer" "user agent" remote backend` and then `key:value`
   pairs. Host is never quoted and may be empty; quoted text has `"` and `\` escaped, so a quote directly behind a
   key's colon cannot be forged (cloudfoundry/gorouter, accesslog/schema/access_log_record.go).
2. Which pairs stand there, and in which order, is the operator's choice: read by key, never by position.
   `response_time` and `gorouter_time` are seconds; a value that the router lacks is `"-"`, earlier `-` or `Missing…`.
   Same file.
3. Until 2015-05 only one size was logged; until 2016-12 the values were not quoted; the index of the instance was
   `index:` for two weeks in 2016-08. Same file, its history.
4. The file on the router's machine has the same lines without the prefix of `cf logs`; collections of such files put
   `router/<guid>: stdout | ` or `<file>:<number>:` before them (bosh logs; grep), older releases their own time in
   brackets (cloudfoundry/routing-release, jobs/gorouter, prepend_datetime).
5. The router's own log is JSON with `"source":"vcap.gorouter…"`, a word such as `backend-endpoint-failed` as
   `message`, and the endpoint's tags, whose `instance_id` is the index (cloudfoundry/gorouter,
   proxy/round_tripper/proxy_round_tripper.go).
6. A client gets the header `X-Cf-Routererror` and a body of one line (cloudfoundry/gorouter, handlers/lookup.go,
   proxy/round_tripper/error_handler.go).
7. People shorten access lines to host, request and status (seen).
"""

from __future__ import annotations

import re

from loganalyzer.ingesters.cloudfoundry.tags import PLATFORM
from loganalyzer.ingesters.cloudfoundry.times import read_time
from loganalyzer.late import late_regex
from loganalyzer.model import Claim, Event, Line
from loganalyzer.text import unquote

__all__ = ["access_fields", "parse_access", "parse_client", "parse_operator", "router_process", "shortened_fields"]

LONGEST = 65_536

ACCESS = late_regex(  # fact 1
    r"(?P<host>[^\s\"]*|\"-\") ?- \[(?P<at>[^\]\n]{0,60})\] "
    r'"(?P<request>[^"\\]*(?:\\.[^"\\]*)*)" (?P<status>\d{3}\b|"-"|-|MissingResponseStatusCode)(?P<rest>.*)$',
    re.DOTALL,
)
SHORTENED = late_regex(  # fact 7
    r'(?P<host>[^\s"]{0,300}).{0,100}?"(?P<request>[A-Z]{3,7} [^"\n]{1,4000} HTTP/\d(?:\.\d)?)" (?P<status>\d{3})\b'
    r"(?P<rest>.*)$",
    re.DOTALL,
)
REQUEST = late_regex(r"(?P<method>\S+) (?P<path>.*?)(?: HTTP/\d(?:\.\d)?)?$", re.DOTALL)
TOKEN = late_regex(r'(?:(?P<key>[a-z][a-z0-9_]*):)?(?P<value>"[^"\\]*(?:\\.[^"\\]*)*"|[^\s"]+)')  # fact 2
GATHERED = late_regex(  # fact 4
    r"\s*(?:\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d{4}\] (?=\{)|(?:[\w.-]+/[0-9a-f-]{36}:? ?)?(?:stdout|stderr) ?[|:] ?"
    r"|[\w./-]{1,300}?(?::\d+:|\.(?:log|txt|out):(?:\d+:)?)(?=[\w{])|(?:[\w./-]{1,300}?-)?\d+[:-](?=\{))?\s*"
)
OPERATOR = late_regex(r'"source":\s*"(?:vcap\.)?gorouter[\w.-]*"')  # fact 5
MEMBER = late_regex(r'"(?P<key>[A-Za-z][\w-]*)":\s*(?P<value>"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false)')
OPERATOR_KEYS = {
    "message": "message",
    "error": "error",
    "attempt": "attempt",
    "retriable": "retriable",
    "conn-reused": "conn-reused",
    "vcap_request_id": "vcap_request_id",
    "app_id": "app_id",
    "ApplicationId": "app_id",
    "app_name": "app_name",
    "Addr": "backend",
    "instance_id": "app_index",
}
HEADER = late_regex(r"[\s<>*`'\"|]*x-cf-routererror['\"]?\s*:\s*['\"]?(?P<error>[^'\"`]*)", re.IGNORECASE)  # fact 6
BODY = late_regex(
    r"[\s<>*`'\"|]*(?:\d{3} [A-Z][\w ]{1,40}: )?(?:Requested (?:route|instance) \('(?P<requested>[^']*)'\)"
    r"(?: with guid \('[^']*'\) does not exist for route \('(?P<host>[^']*)'\)"
    r"| does not exist| has no available endpoints| has reached the connection limit)"
    r"|Registered endpoint failed to handle the request|Request had empty Host header"
    r"|Support for route services is disabled|Websocket requests are not supported for routes bound to Route Services"
    r"|Failed to validate Route Service Signature|Invalid X-CF-(?:App|Process)-Instance Header)"
)


PASTE_MARKS = "> *-+|`\t"
"""What quoting and lists put before a pasted line."""


def access_fields(message: str) -> dict[str, str]:
    """Read an access line.

    Args:
        message: the line behind every prefix; it may be cut anywhere.

    Returns:
        The values by their keys as printed, and `host`, `method`, `path`, `status` (digits only), `request_bytes`,
        `response_bytes`, `referer`, `user_agent`, `remote`, `backend`; empty when this is no access line.

    Examples:
        >>> access_fields('a.example.com - [2024-05-01T10:00:00Z] "GET / HTTP/1.1" 502 0 67 app_index:"1"')["status"]
        '502'
    """
    found = ACCESS.match(message[:LONGEST])
    if found is None:
        return {}
    fields = {"host": found["host"], "received": found["at"]}
    request = REQUEST.match(unquote(f'"{found["request"]}"'))
    if request is not None:
        fields |= {"method": request["method"], "path": request["path"]}
    if found["status"].isdigit():
        fields["status"] = found["status"]
    unnamed: list[str] = []
    named: dict[str, str] = {}
    for token in TOKEN.finditer(found["rest"]):
        if token["key"] is not None:
            named.setdefault(token["key"], unquote(token["value"]))
        elif not named:
            unnamed.append(unquote(token["value"]))
    fields |= named | _unnamed_fields(unnamed) | fields
    if "index" in fields:  # fact 3
        fields.setdefault("app_index", fields["index"])
    return fields


def shortened_fields(message: str) -> dict[str, str]:
    """Read an access line that somebody shortened (fact 7); empty when it is none."""
    found = SHORTENED.match(message) if '"' in message else None
    request = REQUEST.match(found["request"]) if found is not None else None
    if found is None or request is None:
        return {}
    return {
        "host": found["host"].rstrip("."),
        "method": request["method"],
        "path": request["path"],
        "status": found["status"],
    }


def _unnamed_fields(values: list[str]) -> dict[str, str]:
    """Name the values between status and the first key (facts 1 and 3)."""
    sizes = 0
    while sizes < min(2, len(values)) and values[sizes].isdigit():
        sizes += 1
    named = dict(zip(("request_bytes", "response_bytes")[2 - sizes :], values[:sizes], strict=True))
    return named | dict(zip(("referer", "user_agent", "remote", "backend"), values[sizes:], strict=False))


def router_process(fields: dict[str, str]) -> str | None:
    """Name the instance that the router chose; None when it chose none or does not say."""
    index = fields.get("app_index", "")
    return f"web.{index}" if index.isdigit() else None


def parse_access(line: Line) -> Event | None:
    """Read an access line of the router's own file (fact 4); None when it is none. Never raises."""
    if "vcap_request_id:" not in line.text and "x_forwarded_for:" not in line.text:
        return None
    message = line.text[_prefix_end(line.text) :].rstrip()
    fields = access_fields(message) or access_fields(message := message.lstrip(PASTE_MARKS))
    if not fields:
        return None
    at = read_time(fields["received"])
    return Event(line.number, line.text, PLATFORM, "router", message, router_process(fields), at, fields=fields)


def parse_operator(line: Line) -> Event | None:
    """Read a line of the router's own log (fact 5), also a cut or masked one; None when it is none. Never raises."""
    brace = line.text.find("{", 0, 500)
    if brace < 0 or OPERATOR.search(line.text[:LONGEST]) is None:
        return None
    if _prefix_end(line.text) < brace:
        return None
    message = line.text[brace:].rstrip()
    fields: dict[str, str] = {}
    at = None
    for member in MEMBER.finditer(message[:LONGEST]):
        value = unquote(member["value"])
        if member["key"] == "timestamp":
            at = at or read_time(value)
        elif member["key"] in OPERATOR_KEYS:
            fields.setdefault(OPERATOR_KEYS[member["key"]], value)
    return Event(line.number, line.text, PLATFORM, "router", message, router_process(fields), at, fields=fields)


def parse_client(line: Line) -> Event | None:
    """Read what the router tells a client (fact 6): the header or the body; None when it is neither. Never raises."""
    header = HEADER.match(line.text)
    if header is not None:
        fields = {"x_cf_routererror": header["error"].strip()}
        return Event(line.number, line.text, PLATFORM, "router", line.text.strip(), claim=Claim.BARE, fields=fields)
    body = BODY.match(line.text)
    if body is None:
        return None
    host = body["host"] or body["requested"]
    return Event(
        line.number,
        line.text,
        PLATFORM,
        "router",
        line.text.strip(),
        claim=Claim.BARE,
        fields={"host": host} if host else {},
    )


def _prefix_end(text: str) -> int:
    """Give where the text behind the prefixes of gathered logs begins (fact 4); 0 without one."""
    found = GATHERED.match(text)
    return found.end() if found else 0
