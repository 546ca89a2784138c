"""Scenarios: whole logs that are composed, with the verdict that follows from their composition alone.

The analyzer is never asked what is right. A scenario is a platform, a history, a play (one fault or none), a shape and some
damage; `compose` puts them together from one seeded source of chance.
"""

from __future__ import annotations

from .compose import compose, scenarios
from .model import Scenario

__all__ = ["Scenario", "compose", "scenarios"]
