"""Reading: standard input, files, folders and compressed files → blocks of whole, normalised lines.

    pieces of bytes ─► archives ─► encoding ─► mending ─► a splitter ─► blocks

The splitter is chosen by the first line that is not blank: `lines` for nearly everything, `frames` for octet-counted
syslog, `json_records` and `line_records` for records that do not fill exactly one line. What turns out to be no such
record passes as lines, untouched. No content raises: any bytes are data.
"""

from __future__ import annotations

from loganalyzer.reading.block import Block
from loganalyzer.reading.sources import SkippedInput, Source, find_sources, read_blocks
from loganalyzer.reading.stream import BLOCK_BYTES, read_stream

__all__ = ["BLOCK_BYTES", "Block", "SkippedInput", "Source", "find_sources", "read_blocks", "read_stream"]
