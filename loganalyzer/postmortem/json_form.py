"""JSON of a postmortem, schema loganalyzer-postmortem/1."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from loganalyzer import __version__
from loganalyzer.postmortem.record import Postmortem

__all__ = ["SCHEMA", "render", "to_mapping"]

SCHEMA = "loganalyzer-postmortem/1"


def render(postmortem: Postmortem) -> str:
    """Write one JSON document, ended by a line feed."""
    return json.dumps(to_mapping(postmortem), ensure_ascii=False, indent=2) + "\n"


def to_mapping(postmortem: Postmortem) -> dict[str, Any]:
    """Give the document as a mapping; the keys are the attributes of the records."""
    return {"schema": SCHEMA, "tool": {"name": "loganalyzer", "version": __version__}, **_plain(postmortem)}


def _plain(value: Any) -> Any:  # noqa: ANN401 (records hold anything)
    """Turn a record into what JSON knows."""
    if isinstance(value, datetime):
        text = value.replace(tzinfo=None).isoformat()
        return (text.rstrip("0") if "." in text else text) + "Z"
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return value
