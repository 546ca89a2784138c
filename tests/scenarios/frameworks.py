"""All servers and frameworks that scenarios use."""

from __future__ import annotations

from . import frameworks_jvm, frameworks_native, frameworks_node, frameworks_python
from .model import Framework

__all__ = ["FRAMEWORKS", "fitting"]

FRAMEWORKS: tuple[Framework, ...] = (
    *frameworks_node.FRAMEWORKS,
    *frameworks_python.FRAMEWORKS,
    *frameworks_jvm.FRAMEWORKS,
    *frameworks_native.FRAMEWORKS,
)


def fitting(runtimes: tuple[str, ...] = (), names: tuple[str, ...] = (), *, near: bool = False) -> list[Framework]:
    """Give the frameworks of some runtimes or names.

    Args:
        runtimes: empty for all.
        names: names of frameworks; empty for all.
        near: only those whose lines show a bind to this machine alone.
    """
    return [
        one
        for one in FRAMEWORKS
        if (not runtimes or one.runtime in runtimes) and (not names or one.name in names) and (one.loopback or not near)
    ]
