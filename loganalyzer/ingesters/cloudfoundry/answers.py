"""Answers: JSON of the Cloud Controller's API, as `cf curl` prints it; reading has put each record on one line.

Format facts:
1. An event of version 3 is `{created_at, type, actor: {type, name}, target: {name}, data: {index, reason,
   exit_description, …}}`, one of version 2 `{metadata, entity: {timestamp, type, actor_name, actee_name, metadata:
   {index, reason, …}}}` (cloudfoundry/cloud_controller_ng, app/presenters/v3/event_presenter.rb; cloudfoundry/cli,
   cf/api/resources/events.go).
2. Instances of version 2 are `{"0": {state, since, uptime, details}}`, of version 3 `resources` with `{type, index,
   state, uptime, details, …}`; *details* is the reason why the platform could not place one. States: RUNNING, STARTING,
   DOWN, CRASHED, FLAPPING, UNKNOWN (cloud_controller_ng, lib/cloud_controller/diego/reporters).
3. A build has `state` (STAGING, STAGED, FAILED) and `error`, an app of version 2 `package_state`,
   `staging_failed_reason` and `staging_failed_description` (cloud_controller_ng, app/presenters/v3/build_presenter.rb;
   app/controllers/runtime/apps_controller.rb).
4. A refusal is `{"errors": [{code, title, detail}]}`, in version 2 `{code, description, error_code}`; titles begin with
   `CF-` (cloud_controller_ng, lib/cloud_controller/errors).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from loganalyzer.ingesters.cloudfoundry.crashes import crash_process
from loganalyzer.ingesters.cloudfoundry.tags import PLATFORM
from loganalyzer.ingesters.cloudfoundry.times import read_time
from loganalyzer.late import late_regex
from loganalyzer.model import Claim, Event, Line
from loganalyzer.text import strip_ansi

__all__ = ["parse_answer"]

MARKS = ('"type"', '"state"', '"errors"', '"error_code"', '"entity"')
EVENT_TYPE = late_regex(r"(?:app\.crash|audit\.[a-z_.]{3,80})$")
DETAILS = ("index", "reason", "exit_status", "exit_description", "instance", "cell_id", "crash_count")
STATES = frozenset({"RUNNING", "STARTING", "DOWN", "CRASHED", "FLAPPING", "UNKNOWN"})
OF_AN_INSTANCE = frozenset({"since", "uptime", "usage", "details", "stats", "mem_quota"})


def parse_answer(line: Line) -> Event | None:
    """Turn a line with one record of the API into an event.

    Returns:
        The event, its message as the client words such a record; None when the line is no such record. Never raises.

    Examples:
        >>> parse_answer(Line(1, '{"0":{"state":"DOWN","since":1,"details":"insufficient resources: memory"}}')).message
        'instance 0 "DOWN": insufficient resources: memory'
    """
    text = line.text.strip().rstrip(",")
    if not text.startswith("{") or not any(mark in text for mark in MARKS):
        return None
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    entity = record.get("entity")
    record = entity if isinstance(entity, dict) else record
    return (
        _read_event(line, record)
        or _read_instance(line, record)
        or _read_staging(line, record)
        or _read_refusal(line, record)
    )


def _read_event(line: Line, record: Mapping[str, Any]) -> Event | None:
    """Read an event (fact 1); one of the first API has no type, and its instance is `instance_index`."""
    kind, data = _text(record, "type"), record.get("data", record.get("metadata"))
    if not kind and "exit_description" in record and "instance_index" in record:
        kind, data = "app.crash", {**record, "index": record["instance_index"]}
    if not EVENT_TYPE.match(kind) or not isinstance(data, dict):
        return None
    at = read_time(_text(record, "created_at") or _text(record, "timestamp"))
    fields = {key: _plain(data[key]) for key in DETAILS if isinstance(data.get(key), str | int)}
    told = ", ".join(f"{key}: {value}" for key, value in fields.items() if key in DETAILS[:4])
    actor = record.get("actor")
    if isinstance(actor, dict) and actor.get("type") == "process":
        fields["process_type"] = _text(actor, "name") or "web"
    process = crash_process(told, fields)
    app = _named(record, "target") or _text(record, "actee_name") or None
    return Event(line.number, line.text, PLATFORM, "api", f"{kind} {told}".rstrip(), process, at, app, fields=fields)


def _read_instance(line: Line, record: Mapping[str, Any]) -> Event | None:
    """Read the state of an instance, of several the first that does not run (fact 2)."""
    found: list[tuple[str, str, Mapping[str, Any]]] = []
    for index, one in record.items() if all(re.fullmatch(r"\d{1,5}", key) for key in record) else [("", record)]:
        state = one.get("state") if isinstance(one, dict) else None
        number = index or _plain(one.get("index", ""))
        if state not in STATES or not number.isdigit() or not OF_AN_INSTANCE.intersection(one):
            return None
        found.append((number, state, one))
    if not found:
        return None
    number, state, one = min(found, key=lambda instance: instance[1] == "RUNNING")
    details = _text(one, "details")
    kind = _text(one, "type") or "web"
    message = f'instance {number} "{state}"' + (f": {details}" if details else "")
    fields = {"index": number, "state": state}
    return Event(line.number, line.text, PLATFORM, "platform", message, f"{kind}.{number}", None, None, fields=fields)


def _read_staging(line: Line, record: Mapping[str, Any]) -> Event | None:
    """Read how a staging went (fact 3)."""
    if "package_state" in record:
        state = _text(record, "package_state")
        reasons = (_text(record, "staging_failed_reason"), _text(record, "staging_failed_description"))
        why = " - ".join(reason for reason in reasons if reason)
    elif "error" in record and "lifecycle" in record:
        state, why = _text(record, "state"), _text(record, "error")
    else:
        return None
    message = f'build "{state}"' + (f": {why}" if why else "")
    at = read_time(_text(record, "updated_at") or _text(record, "created_at"))
    return Event(line.number, line.text, PLATFORM, "build", message, "staging", at, claim=Claim.BARE)


def _read_refusal(line: Line, record: Mapping[str, Any]) -> Event | None:
    """Read what the API refused (fact 4)."""
    errors = record.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else record
    title, code = _text(first, "title") or _text(first, "error_code"), first.get("code")
    if not title.startswith("CF-") or not isinstance(code, int):
        return None
    told = _text(first, "detail") or _text(first, "description")
    message = f"{title}({code}): {told}"
    return Event(line.number, line.text, PLATFORM, "api", message, claim=Claim.BARE)


def _text(record: Mapping[str, Any], key: str) -> str:
    """Give a text member; empty without one."""
    value = record.get(key)
    return _plain(value) if isinstance(value, str) else ""


def _named(record: Mapping[str, Any], key: str) -> str:
    """Give the name of a member that is an object; empty without one."""
    value = record.get(key)
    return _text(value, "name") if isinstance(value, dict) else ""


def _plain(value: object) -> str:
    r"""Write a scalar on one line, without colour codes and halves of surrogate pairs (`\ud83d`)."""
    text = strip_ansi(str(value)).encode("utf-8", "replace").decode("utf-8")
    return re.sub(r"\s*[\r\n\t]\s*", " ", text)
