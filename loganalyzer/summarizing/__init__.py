"""Summarizing: blocks of lines → what they say, counted and judged, in a Summary.

    block ─► request_columns ─► request_lines ─► headed ─► judging ─► tally ─► Summary
             the router's most   its other      all other   what a     group by
             common lines        forms          lines       line says  group

Each step takes lines out of the block and leaves the rest to the next one, the fastest first; `counting` counts what
is taken, `spots` makes the lines that are kept as evidence. Why so: docs/decisions/0004.
"""

from __future__ import annotations

from loganalyzer.summarizing.summarizer import LEAST_OF_MANY, Settings, Summarizer, summarize_blocks

__all__ = ["LEAST_OF_MANY", "Settings", "Summarizer", "summarize_blocks"]
