r"""Crashes: what the Cloud Controller says about an instance that ended.

Format facts:
1. `App instance exited with guid G payload: {…}` carries a Ruby hash, `"key"=>value`, with blanks around the arrow
   from Ruby 3.4 on; a newline inside is the two characters `\n` (cloudfoundry/cloud_controller_ng,
   app/controllers/internal/app_crashed_controller.rb; runtimeschema, cc_messages/app_crashed.go).
2. `exit_status` is only written by the DEA runtime; there the DEA's own line has `(index N)` (cloudfoundry/dea_ng,
   lib/dea/bootstrap.rb).
3. `exit_description` begins with the tag of the process that ended, `APP/PROC/WEB: Exited with status 1`, since
   2017-07 (cloudfoundry/executor, depot/containerstore).
4. Lists of events print the same as `key: value, key: value` (cloudfoundry/docs-dev-guide, troubleshoot-app-health).
"""

from __future__ import annotations

import html
import re

from loganalyzer.late import late_regex

__all__ = ["crash_process", "listed_fields", "payload_fields"]

LONGEST = 65_536
KEYS = (
    "index", "instance", "reason", "exit_description", "exit_status", "crash_count", "crash_timestamp", "cell_id",
    "version", "state", "instances", "memory", "process_type",
)  # fmt: skip
HASH_PAIR = late_regex(  # fact 1
    r'"(?P<key>\w+)"\s*(?:=>|:)\s*(?P<value>"(?:[^"\\]|\\.)*"|-?\d+|[A-Za-z]+|"[^"]*$)', re.DOTALL
)
LISTED = late_regex(  # fact 4
    rf"(?:^|[,\s])(?P<key>{'|'.join(KEYS)}): (?P<value>.*?)(?=,\s+(?:{'|'.join(KEYS)}): |$)", re.DOTALL
)
PROCESS = late_regex(r"APP/(?:REV/\d+/)?PROC/(?P<type>[^/:\s]+)")  # fact 3
ESCAPED = late_regex(r"\\(.)", re.DOTALL)
STATED = late_regex(r'[Pp]rocess(?: has crashed with type)?: "(?P<type>[^"]+)"(?:, index: "(?P<index>\d+)")?')
DEA_INDEX = late_regex(r"\(index (?P<index>\d+)\)")  # fact 2


def payload_fields(message: str) -> dict[str, str]:
    r"""Read the pairs of a Ruby hash that tell about the instance.

    Args:
        message: a line of the Cloud Controller; the hash may be cut or have been made HTML.

    Returns:
        The known keys; in texts a newline has become a blank.

    Examples:
        >>> payload_fields('x payload: {"index"=>2, "exit_description"=>"2 error(s) occurred:\\n\\n* cancelled"}')
        {'index': '2', 'exit_description': '2 error(s) occurred:  * cancelled'}
    """
    if "&" in message:
        message = html.unescape(message)
    fields: dict[str, str] = {}
    for pair in HASH_PAIR.finditer(message[:LONGEST]):
        if pair["key"] in KEYS:
            fields.setdefault(pair["key"], _plain(pair["value"]))
    return fields


def _plain(value: str) -> str:
    """Take quotes and escapes off a value."""
    if not value.startswith('"'):
        return value
    return ESCAPED.sub(lambda found: " " if found[1] in "nrt" else found[1], value[1:].removesuffix('"'))


def listed_fields(description: str) -> dict[str, str]:
    """Read `key: value` pairs of a list of events (fact 4).

    Examples:
        >>> listed_fields("index: 2, exit_description: APP/PROC/WEB: Exited with status 1, reason: CRASHED")
        {'index': '2', 'exit_description': 'APP/PROC/WEB: Exited with status 1', 'reason': 'CRASHED'}
    """
    fields: dict[str, str] = {}
    for pair in LISTED.finditer(description[:LONGEST].strip(" |")):
        fields.setdefault(pair["key"], pair["value"])
    return fields


def crash_process(message: str, fields: dict[str, str]) -> str | None:
    """Name the instance that a line of the Cloud Controller or of the DEA is about.

    Args:
        message: the line without prefix.
        fields: what the functions above found in it.

    Returns:
        `web.0`; None when the line gives no index.

    Examples:
        >>> crash_process('Terminating process: "worker", index: "1"', {})
        'worker.1'
    """
    stated = STATED.search(message)
    index = fields.get("index") or (stated["index"] if stated else None)
    if index is None:
        found = DEA_INDEX.search(message)
        index = found["index"] if found else None
    if index is None or not index.isdigit():
        return None
    named = PROCESS.match(fields.get("exit_description", ""))
    kind = fields.get("process_type") or (stated["type"] if stated else named["type"] if named else "web")
    return f"{kind.lower()}.{index}"
