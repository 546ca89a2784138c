"""Entry: whether the class that a JVM does not find is the one that it was told to start."""

from __future__ import annotations

from loganalyzer.diagnosis.facts import Facts
from loganalyzer.summary import Sighting

__all__ = ["names_entry"]


def names_entry(facts: Facts, missing: Sighting) -> bool:
    """Say whether a missing class is the main class: the start command or the launcher names it.

    Args:
        facts: of the run.
        missing: a line that says that a dependency is missing.
    """
    name = str(missing.values.get("module", "")).replace("/", ".")
    if missing.values.get("framework") != "java" or "." not in name:
        return False
    launched = [str(one.values.get("missing")) for one in facts.run.of("command-missing")]
    return name in launched or name in (facts.command or "").split()
