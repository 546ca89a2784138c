"""Calibration: from what a cause says of itself to the share of such findings that is right.

A cause weighs its lines against those of its neighbours, which orders causes but is no frequency. The table below was
read off labelled logs and composed ones (`python -m tests.scenarios.measuring` prints the reliability that comes of
it). It rises everywhere, so it never changes which cause is the verdict.
"""

from __future__ import annotations

from itertools import pairwise

__all__ = ["HEALTHY", "HEALTHY_UNSHOWN", "INCOMPLETE", "UNKNOWN", "calibrate"]

STEPS = (
    (0.0, 0.0),
    (0.3, 0.3),
    (0.4, 0.58),
    (0.5, 0.68),
    (0.57, 0.74),
    (0.6, 0.905),
    (0.7, 0.91),
    (0.8, 0.94),
    (0.9, 0.96),
    (1.0, 0.99),
)
"""Weight of a cause and the share of such findings that is right; between them a straight line."""

HEALTHY, HEALTHY_UNSHOWN = 0.97, 0.62
"""The app is seen to take traffic; nothing is seen that keeps it from it."""

UNKNOWN = 0.6
INCOMPLETE = 0.97
"""What is left of a confidence when lines are known to be missing."""


def calibrate(weight: float) -> float:
    """Give the confidence to state for what a cause says of itself.

    Examples:
        >>> round(calibrate(0.75), 2)
        0.93
    """
    for (low, least), (high, most) in pairwise(STEPS):
        if weight <= high:
            return least + (most - least) * (max(weight, low) - low) / (high - low)
    return STEPS[-1][1]
