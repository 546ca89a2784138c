"""All plays that scenarios are made of."""

from __future__ import annotations

from . import (
    faults_errors,
    faults_ports,
    faults_startup,
    healthy,
    plays_cloudfoundry,
    plays_heroku,
    plays_ports,
    plays_render,
)
from .model import Fault
from .plays import Play, fault_play, nodemon_play, supervised

__all__ = ["CAUSES", "FAULTS", "PLAYS", "starts"]

FAULTS: tuple[Fault, ...] = (*faults_ports.FAULTS, *faults_startup.FAULTS, *faults_errors.FAULTS)

PLAYS: tuple[Play, ...] = (
    *(fault_play(fault) for fault in FAULTS),
    *(nodemon_play(fault) for fault in FAULTS if supervised(fault)),
    *plays_ports.PLAYS,
    *plays_heroku.PLAYS,
    *plays_render.PLAYS,
    *plays_cloudfoundry.PLAYS,
    *healthy.PLAYS,
)

CAUSES = tuple(dict.fromkeys(play.cause for play in PLAYS))


def starts(platform: str) -> list[Play]:
    """Give the plays of a start that fails for a known reason on a platform."""
    return [
        play
        for play in PLAYS
        if play.is_start and platform in play.platforms and play.cause != "unknown" and not play.acceptable
    ]
