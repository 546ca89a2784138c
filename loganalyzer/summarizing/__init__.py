"""Summarizing: blocks of lines → what they say, counted and judged, in a Summary.

    block ─► requests ──────────────────► lines ───────────────────► judging ─► tally ─► Summary
             request_columns: the most     head_columns: common heads  what a     group by
             common lines of routers       headed: all heads, and      line says  group
             request_lines: all forms      odd lines one by one

`summarizer` goes through these steps; each takes lines out of the block and leaves the rest to the next one, the
fastest first. `counting` counts what is taken, `spots` makes the lines that are kept as evidence, `settings` says what
the user wants. Why so: docs/decisions/0004.
"""

from __future__ import annotations

from loganalyzer.summarizing.settings import Settings
from loganalyzer.summarizing.summarizer import LEAST_OF_MANY, Summarizer, summarize_blocks

__all__ = ["LEAST_OF_MANY", "Settings", "Summarizer", "summarize_blocks"]
