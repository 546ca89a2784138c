"""Walks over records: a function of one text applied to every text in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

__all__ = ["map_texts"]

Record = TypeVar("Record")


def map_texts(record: Record, function: Callable[[str], str]) -> Record:
    """Apply a function to every text of a record, however deep.

    Args:
        record: a dataclass, tuple, list or mapping of such, or a plain value.
        function: gives the new text.

    Returns:
        A new one of the same form; what is no text stays as it is.
    """
    changed: Record = _walk(record, function)
    return changed


def _walk(value: Any, function: Callable[[str], str]) -> Any:  # noqa: ANN401 (records hold anything)
    """Walk a value of any kind."""
    if isinstance(value, str):
        return function(value)
    if isinstance(value, tuple | list):
        return type(value)(_walk(one, function) for one in value)
    if isinstance(value, Mapping):
        return {_walk(key, function): _walk(one, function) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        parts = {one.name: _walk(getattr(value, one.name), function) for one in fields(value) if one.init}
        return replace(value, **parts)
    return value
