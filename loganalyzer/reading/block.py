"""The record that the reading room hands on, and the words for what was mended on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["REMARKS", "Block"]

REMARKS: Mapping[str, str] = MappingProxyType(
    {
        "base64-payloads": "base64 payloads of Cloud Foundry envelopes were decoded",
        "carriage-returns": "carriage returns were taken as line ends",
        "colours": "terminal colour codes were removed",
        "corrupt-archive": "a compressed input is damaged; what could be read of it was used",
        "cut-lines": "lines longer than 1 MiB were cut to their first 64 KiB",
        "event-stream": "server-sent events were unpacked to one line each",
        "html-entities": "HTML entities such as &gt; were turned back into characters",
        "json-records": "JSON records were brought to one line each",
        "nul-bytes": "NUL bytes were removed",
        "octet-frames": "octet-counted syslog frames were brought to one line each",
        "read-error": "the input could not be read to its end",
        "truncated-archive": "a compressed input ends too early; what could be read of it was used",
        "utf-16": "UTF-16 was read as text",
        "yaml-records": "YAML records were brought to one line of JSON each",
    }
)
"""What may have been mended, each with a sentence for the user."""


@dataclass(frozen=True, slots=True)
class Block:
    r"""Some whole lines of one input, in their order.

    All blocks of an input, put one behind the other, are the input; how it is cut depends on block size and arrival,
    the lines do not.

    Attributes:
        data: UTF-8 with invalid bytes kept; each line ends with `\n`, the last one too; no NUL, no carriage return, no
            whole colour code.
        lines: number of lines in *data*.
        raw_bytes: bytes of input, after decompression, that the block stands for; over all blocks they add up to the
            size of the input.
        numbers: the original line number of each line in *data*, the block's first original line being 1; None when
            they are 1, 2, 3, ….
        raw_lines: number of original line ends that the block stands for, so that the next block's numbers go on
            behind it.
        remarks: what was mended in it, keys of REMARKS.
    """

    data: bytes
    lines: int
    raw_bytes: int
    numbers: tuple[int, ...] | None
    raw_lines: int
    remarks: frozenset[str]
