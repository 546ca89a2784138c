"""What may be odd about an input, each with a sentence for the user."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["REMARKS"]

REMARKS: Mapping[str, str] = MappingProxyType(
    {
        "base64-payloads": "base64 payloads of Cloud Foundry envelopes were decoded",
        "carriage-returns": "carriage returns were taken as line ends",
        "colours": "terminal colour codes were removed",
        "corrupt-archive": "a compressed input is damaged; what could be read of it was used",
        "cut-lines": "lines longer than 1 MiB were cut to their first 64 KiB",
        "event-stream": "server-sent events were unpacked to one line each",
        "folded": "so many different things happened that not all could be kept apart",
        "glued-records": "records that stood on one line were taken apart",
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
"""What was mended while an input was read, or could not be kept while it was summarized."""
