"""The catalogue: every root cause, in order of precedence.

Of causes that hold equally the earlier one counts: what stands before the start of the app first, then what ends it,
then the port, then what fails while it runs.
"""

from __future__ import annotations

from loganalyzer.diagnosis.cause import Cause
from loganalyzer.diagnosis.causes import (
    before,
    binding,
    crashes,
    platforms,
    ports,
    resources,
    routing,
    running,
    startup,
)

__all__ = ["CAUSES", "CAUSES_BY_ID"]

CAUSES: tuple[Cause, ...] = (
    *before.CAUSES,
    *resources.CAUSES,
    *crashes.CAUSES,
    *startup.CAUSES,
    *binding.CAUSES,
    *ports.CAUSES,
    *running.CAUSES,
    *routing.CAUSES,
    *platforms.CAUSES,
)

CAUSES_BY_ID = {cause.id: cause for cause in CAUSES}
