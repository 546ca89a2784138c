"""Watching: a pipe that stays open, with the timeline as it happens, the verdict when it changes, and an end for CI.

    feed (bytes, clock) ─► recorder ─► seams ─► the ordinary summary ─► diagnosis ─► voice (text, github, json-lines)

The stages are those of a file; only who calls them, and when, is different.
"""

from __future__ import annotations

from loganalyzer.watching.watch import Watch, WatchSettings, watch

__all__ = ["Watch", "WatchSettings", "watch"]
