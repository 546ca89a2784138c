"""Records that are laid out in lines: server-sent events, and the YAML of Render's command line.

Format facts:
1. Server-sent events are fields `data:`, `event:`, `id:`, `retry:`, comments that begin with a colon, and a blank line
   behind each event (HTML Living Standard, 9.2.6). Log Cache's gateway sends `data: {"batch":[…]}` and heartbeats with
   a number (cloudfoundry/loggregator-release, src/rlp-gateway/internal/web/read.go); Heroku's log stream sends plain
   lines.
2. `render logs -o yaml` prints mappings with nothing between them, whose members are `id`, `labels`, `message` and
   `timestamp`, in this order (render-oss/cli, cmd/logs.go, pkg/client/logs/logs_gen.go). A YAML reader that takes them
   for one document keeps the last one only.
"""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from loganalyzer.late import late_regex
from loganalyzer.reading.lines import RECORD_LIMIT, Collector, LineSplitter, Piece
from loganalyzer.reading.records import list_records, write_record

__all__ = ["EventStreamSplitter", "YamlSplitter"]

FIELD = late_regex(rb"(?P<name>data|event|id|retry|): ?(?P<value>.*)", re.DOTALL)
YAML_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _LineReader:
    """What both splitters share: lines come in one by one, and go out as they are or as records."""

    def __init__(self, remarks: set[str]) -> None:
        """Start at the first line."""
        self._remarks = remarks
        self._lines = LineSplitter(remarks, RECORD_LIMIT)
        self._out = Collector(remarks)

    @property
    def ready(self) -> int:
        """Bytes of whole lines that `take` would give."""
        return self._out.ready

    @property
    def held(self) -> int:
        """Bytes of the line that is still open."""
        return self._lines.held

    def feed(self, data: bytes) -> None:
        """Take in the next bytes, normalised."""
        self._lines.feed(data)
        if self._lines.ready:
            for line in self._lines.take().data.split(b"\n")[:-1]:
                self._read(line)

    def finish(self) -> None:
        """Take in the end of the input."""
        self._lines.finish()
        self.feed(b"")

    def take(self) -> Piece:
        """Hand out what is ready."""
        return self._out.take()

    def _read(self, line: bytes) -> None:
        """Take in one line, without its end."""
        raise NotImplementedError


class EventStreamSplitter(_LineReader):
    """Unpacks server-sent events (fact 1): each `data` line is records or a line; heartbeats are left out."""

    def __init__(self, remarks: set[str]) -> None:
        """Start before the first event; *remarks* gets "event-stream"."""
        super().__init__(remarks)
        self._event = b""

    def _read(self, line: bytes) -> None:
        """Take in one field."""
        field = FIELD.fullmatch(line)
        if line and field is None:
            self._out.text(line + b"\n")
            return
        name, value = (field["name"], field["value"]) if field else (b"", b"")
        if name == b"event" or not line:
            self._event = value
        if name == b"data":
            self._remarks.add("event-stream")
            if self._event != b"heartbeat":
                for record in self._unpack(value):
                    self._out.record(record)
        self._out.skip(1)

    def _unpack(self, value: bytes) -> list[bytes]:
        """Give the records of one `data` line; the line itself when it is no JSON."""
        if value.startswith(b"{"):
            try:
                records = list_records(json.loads(value.decode("utf-8", "surrogateescape")))
                return [write_record(record, self._remarks) for record in records]
            except (ValueError, RecursionError):
                pass
        return [value]


class YamlSplitter(_LineReader):
    """Makes JSON of Render's YAML records (fact 2); other lines stay as they are."""

    def __init__(self, remarks: set[str]) -> None:
        """Start before the first record; *remarks* gets "yaml-records"."""
        super().__init__(remarks)
        self._record: list[bytes] = []
        self._size = 0

    @property
    def held(self) -> int:
        """Bytes of the record and the line that are still open."""
        return self._lines.held + self._size

    def finish(self) -> None:
        """Take in the end of the input; a record that has not ended stays as it is."""
        super().finish()
        self._give_up()

    def _read(self, line: bytes) -> None:
        """Take in one line."""
        if line.startswith(b"id: ") or self._size > RECORD_LIMIT:
            self._give_up()
        if not self._record and not line.startswith(b"id: "):
            self._out.text(line + b"\n")
            return
        self._record.append(line)
        self._size += len(line) + 1
        if line.startswith(b"timestamp: "):
            record = _read_yaml(b"\n".join(self._record).decode("utf-8", "surrogateescape"))
            if record is None:
                self._give_up()
                return
            self._out.record(write_record(record, self._remarks))
            self._remarks.add("yaml-records")
            self._out.skip(len(self._record))
            self._clear()

    def _give_up(self) -> None:
        """Pass the lines of what is no whole record."""
        for line in self._record:
            self._out.text(line + b"\n")
        self._clear()

    def _clear(self) -> None:
        """Have no record open."""
        self._record = []
        self._size = 0


def _read_yaml(text: str) -> dict[str, Any] | None:
    """Read one record, all values as text; None when it is none, or has aliases, which could make it endless."""
    try:
        if "*" in text and any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text, YAML_LOADER)):
            return None
        record = yaml.load(text, YAML_LOADER)  # noqa: S506 (the base loader makes only texts, lists and mappings)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) and {"message", "timestamp"} <= record.keys() else None
