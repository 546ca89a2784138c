"""The reading room: any bytes in, whole normalised lines out."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import itertools
import json
import lzma
import os
import socket
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loganalyzer.errors import InputError
from loganalyzer.reading import (
    Block,
    SkippedInput,
    Source,
    find_sources,
    read_blocks,
    read_stream,
)
from loganalyzer.reading.lines import LINE_HEAD, LINE_LIMIT
from loganalyzer.remarks import REMARKS

RECORD = {
    "id": "r1",
    "labels": [{"name": "type", "value": "app"}],
    "message": "GET /naïve took 5 ms",
    "timestamp": "2024-05-01T10:00:00.123456789Z",
}
COMPACT = json.dumps(RECORD, ensure_ascii=False, separators=(",", ":")).encode()
INDENTED = json.dumps(RECORD, indent=2)
GLUED = b"2024-05-01T10:00:%02d+00:00 heroku[web.1]: Process exited with status %d"
LOG = b"".join(b"2024-05-01T10:00:%02dZ line %d\n" % (n % 60, n) for n in range(3000))


class Outcome(NamedTuple):
    """All blocks of an input, put together."""

    data: bytes
    numbers: list[int]
    raw_lines: int
    raw_bytes: int
    remarks: frozenset[str]


def gather(blocks: Iterable[Block]) -> Outcome:
    """Put blocks together, and check what must hold for each."""
    data, numbers, raw_lines, raw_bytes, remarks = b"", list[int](), 0, 0, frozenset[str]()
    for block in blocks:
        assert block.lines == block.data.count(b"\n")
        assert block.data.endswith(b"\n") or not block.data
        assert block.numbers is None or len(block.numbers) == block.lines
        assert block.raw_bytes >= 0
        data += block.data
        numbers += [raw_lines + number for number in block.numbers or range(1, block.lines + 1)]
        raw_lines += block.raw_lines
        raw_bytes += block.raw_bytes
        remarks |= block.remarks
    assert remarks <= REMARKS.keys()
    return Outcome(data, numbers, raw_lines, raw_bytes, remarks)


def arriving(pieces: Iterable[bytes]) -> Callable[[int], bytes]:
    """Read like a pipe on which just these pieces arrive, one after the other."""
    waiting = [piece for piece in pieces if piece]

    def read(size: int) -> bytes:
        if not waiting:
            return b""
        piece = waiting.pop(0)
        if len(piece) > size:
            waiting.insert(0, piece[size:])
        return piece[:size]

    return read


def read_bytes(data: bytes, *, block_bytes: int = 1 << 20, live: bool = False) -> Outcome:
    """Read bytes that are all there."""
    return gather(read_stream(io.BytesIO(data).read, "x", block_bytes=block_bytes, live=live))


def lines_of(data: bytes) -> list[bytes]:
    """Read bytes and give the lines."""
    return read_bytes(data).data.split(b"\n")[:-1]


def octet_counted(*messages: bytes) -> bytes:
    """Frame messages as a drain does."""
    return b"".join(b"%d %s" % (len(message), message) for message in messages)


HOSTILE = (
    "\n", "\r", "\r\n", " ", "\t", "\0", "a", "word ", "é", "😀", "\u2028", "\ufeff", "\x1b", "\x1b[", "\x1b[31m", "\x1b[0;1m",
    "\x1b]0;title\x07", "\x1b]0;title\x1b\\", "\x1b(B", "[0m", "&gt;", "&quot;", "&amp;", '"', "{", "}", "[", "]", ",",
    "{}", '{"a":', '"a"', ":", "1", "-1.5e3", "true", "tru", '{"a":1}', '{"a":"\\u001b[1mé"}\n', '{\n "b": [1, "x"]\n}', '{"logs":[',
    '"events": [', '{"envelopes":{"batch":[', ',"next":null}', "...", "<14>1 ", "12 <14>1 abcdef", "13 <14>1 abcdef\n", "20 ",
    "data: ", "event: heartbeat\n", "id: x\n", "labels:\n", "  - name: a\n", "message: 'it''s'\n", "timestamp: 2024\n", "*a", "\\", "\\u00",
)  # fmt: skip
hostile_bytes = st.lists(
    st.one_of(st.sampled_from([text.encode() for text in HOSTILE]), st.binary(max_size=3)), max_size=30
).map(b"".join)


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    """Cut bytes at places, taken modulo the length."""
    at = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    return [data[start:end] for start, end in itertools.pairwise(at)]


class TestAnyArrival:
    @settings(max_examples=400, deadline=None)
    @given(hostile_bytes, st.lists(st.integers(0, 10_000), max_size=12), st.integers(1, 60), st.booleans())
    @example(b"a\r\r\nb\r\rc\r", [2, 3, 4], 1, True)
    @example(b"\x1b]0;t\x1b\\x\x1b[3\r1m\n", [7, 8], 1, True)
    @example(b'{"a":1}', [3], 3, True)
    @example(b'{"a":"x\n', [3], 3, False)
    @example(b"16 <14>1 hello abcd\n16 <14>1 hello abcd", [5, 21], 4, True)
    def test_same_lines_however_they_arrive(self, data: bytes, places: list[int], block_bytes: int, live: bool) -> None:
        """Neither the way the bytes arrive nor the block size changes lines, numbers or remarks, and nothing raises."""
        whole = read_bytes(data)
        parts = gather(read_stream(arriving(cut(data, places)), "x", block_bytes=block_bytes, live=live))
        assert parts == whole
        assert whole.raw_bytes == len(data)
        assert b"\0" not in whole.data
        assert b"\r" not in whole.data

    @settings(max_examples=100, deadline=None)
    @given(hostile_bytes, st.lists(st.integers(0, 10_000), max_size=6), st.sampled_from(["utf-16", "utf-16-be"]))
    def test_same_lines_of_utf_16_however_they_arrive(self, data: bytes, places: list[int], encoding: str) -> None:
        """UTF-16 gives the same lines, wherever it is cut."""
        wide = ("ab" + data.decode("utf-8", "replace")).encode(encoding)
        assert gather(read_stream(arriving(cut(wide, places)), "x", live=True)) == read_bytes(wide)

    @settings(max_examples=60, deadline=None)
    @given(hostile_bytes, st.lists(st.integers(0, 10_000), max_size=6), st.integers(0, 3), st.integers(0, 40))
    def test_damaged_archives_never_raise(self, data: bytes, places: list[int], kind: int, damage: int) -> None:
        """An archive that is cut or changed anywhere is read as far as it goes, the same however it arrives."""
        packed = bytearray(PACKERS[kind][1](data * 3))
        place = 12 + damage
        if place < len(packed):
            packed[place] ^= 0x55
        pieces = cut(bytes(packed[: len(packed) - damage % 3]), places)
        gather(read_stream(arriving(pieces), "x", live=True))

    @given(st.lists(st.text(st.characters(exclude_characters="\n\r\0\x1b&", exclude_categories=["Cs"])), max_size=20))
    def test_ordinary_text_passes_untouched(self, texts: list[str]) -> None:
        """Text without anything to mend comes out byte by byte, numbered line by line."""
        data = b"".join(b"- " + text.encode() + b"\n" for text in texts)
        outcome = read_bytes(data)
        assert outcome == Outcome(data, list(range(1, len(texts) + 1)), len(texts), len(data), frozenset())

    def test_a_line_is_given_as_soon_as_it_is_whole(self) -> None:
        """A live stream gives each line before the next one arrives, and holds half a line back."""
        seen: list[bytes] = []
        given_before: list[int] = []

        def read(_size: int) -> bytes:
            given_before.append(len(seen))
            return [b"one\n", b"two\nth", b"ree\n", b""][len(given_before) - 1]

        seen.extend(block.data for block in read_stream(read, "x", live=True))
        assert seen == [b"one\n", b"two\n", b"three\n"]
        blocks = read_stream(arriving([b"one\n", b"two\nth", b"ree\n"]), "x", live=True)
        assert next(blocks).data == b"one\n"

    def test_an_open_pipe_gives_its_lines(self, tmp_path: Path) -> None:
        """A named pipe is a source, and its lines come while the writer still holds it open."""
        path = tmp_path / "pipe"
        os.mkfifo(path)
        got_first = threading.Event()

        def write() -> None:
            with path.open("wb", buffering=0) as pipe:
                pipe.write(b"first\n")
                assert got_first.wait(10)
                pipe.write(b"second")

        writer = threading.Thread(target=write)
        writer.start()
        sources, problems = find_sources([str(path)])
        assert not problems
        blocks = read_blocks(sources[0], live=True)
        assert next(blocks).data == b"first\n"
        got_first.set()
        assert [block.data for block in blocks] == [b"second\n"]
        writer.join()


class TestLines:
    @pytest.mark.parametrize(
        ("data", "lines"),
        [
            (b"", []),
            (b"\n", [b""]),
            (b"a\n\n b \n", [b"a", b"", b" b "]),
            (b"no end", [b"no end"]),
            (b"a\r\nb\r\n", [b"a", b"b"]),
            (b"10%\r50%\r100%\n", [b"10%", b"50%", b"100%"]),
            (b"a\r\r\nb\r", [b"a", b"b"]),
            ("a\u2028b\u0085c\x0bd\n".encode(), ["a\u2028b\u0085c\x0bd".encode()]),
            (b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n", [b"a", b"\xef\xbb\xbfb"]),
            (b"a\xff\xfeb\xc3\n", [b"a\xff\xfeb\xc3"]),
            (b"a\0b\0\n\0", [b"ab"]),
            (b"a\x1b[1;31mb\x1b[0m\x1b(Bc\x1b]0;t\x07d\n", [b"abcd"]),
            (b"open \x1b[31\nb\n", [b"open \x1b[31", b"b"]),
            ("aé\nß\n".encode("utf-16"), ["aé".encode(), "ß".encode()]),
            ("aé\r\nß\n".encode("utf-16-le"), ["aé".encode(), "ß".encode()]),
            ("aé\nß\n".encode("utf-16-be"), ["aé".encode(), "ß".encode()]),
            (b"\xff\xfea\0\n\0b", [b"a", "\ufffd".encode()]),
        ],
    )
    def test_line_ends_marks_and_colours(self, data: bytes, lines: list[bytes]) -> None:
        """Every kind of line end, mark, encoding and colour code becomes plain UTF-8 lines."""
        assert lines_of(data) == lines

    @pytest.mark.parametrize(
        ("line", "mended"),
        [
            (b"Error R10 (Boot timeout) -&gt; Web", b"Error R10 (Boot timeout) -> Web"),
            (b"path=&quot;/x?a=1&amp;b=2&quot; it&#39;s", b'path="/x?a=1&b=2" it\'s'),
            (b'{"html":"&quot;"}', b'{"html":"&quot;"}'),
            (b'{"html":"&lt;b&quot;"}', b'{"html":"<b&quot;"}'),
            (b"a=1&amp;b=2; c", b"a=1&amp;b=2; c"),
            (b"&amp;gt; &gt;", b"&gt; >"),
        ],
    )
    def test_html_entities(self, line: bytes, mended: bytes) -> None:
        """Entities of a copied page are mended line by line, and never where that would break JSON."""
        assert lines_of(b"a &amp; b;\n" + line + b"\nc") == [b"a &amp; b;", mended, b"c"]

    @pytest.mark.parametrize("gap", [b"", b" " * 60])
    @pytest.mark.parametrize("block_bytes", [1, 90, 1 << 20])
    def test_records_without_line_ends(self, gap: bytes, block_bytes: int) -> None:
        """Records on one line become lines that keep its number, with nothing or with blanks between them."""
        records = [GLUED % (second, second) for second in range(4)]
        outcome = read_bytes(b"The log:\n> " + gap.join(records) + b"\nend\n", block_bytes=block_bytes)
        assert outcome.data.split(b"\n")[:-1] == [b"The log:", b">", *records, b"end"]
        assert outcome.numbers == [1, 2, 2, 2, 2, 2, 3]
        assert outcome.remarks == {"glued-records"}

    @pytest.mark.parametrize(
        ("glued", "lines"),
        [
            (
                (
                    b"   2026-05-01T10:00:00.12-0700 [API/0] OUT Created   2026-05-01T10:00:05.50-0700 [APP/PROC/WEB/0]ERR "
                    b"no2026-05-01T10:00:06.00-0700 [CELL/0] OUT Exit status 1"
                ),
                [
                    b"",
                    b"2026-05-01T10:00:00.12-0700 [API/0] OUT Created",
                    b"2026-05-01T10:00:05.50-0700 [APP/PROC/WEB/0]ERR no",
                    b"2026-05-01T10:00:06.00-0700 [CELL/0] OUT Exit status 1",
                ],
            ),
            (
                b"2026-05-01T10:00:00.5Z ==> Running 'a'2026-05-01T10:00:01Z up on 100002026-05-01T10:00:02Z ==> Timed Out",
                [
                    b"2026-05-01T10:00:00.5Z ==> Running 'a'",
                    b"2026-05-01T10:00:01Z up on 10000",
                    b"2026-05-01T10:00:02Z ==> Timed Out",
                ],
            ),
            (
                b"May 1 10:00:00 AM  ==> Running 'a' May 1 10:00:01 AM  up May 1 10:00:02 AM  ==> Timed Out",
                [b"May 1 10:00:00 AM  ==> Running 'a'", b"May 1 10:00:01 AM  up", b"May 1 10:00:02 AM  ==> Timed Out"],
            ),
            (
                b"==> Deploying...==> Running 'node a.js'up on 10000==> Exited with status 1npm ERR! x==> Running 'node a.js'",
                [
                    b"==> Deploying...",
                    b"==> Running 'node a.js'",
                    b"up on 10000",
                    b"==> Exited with status 1",
                    b"npm ERR! x",
                    b"==> Running 'node a.js'",
                ],
            ),
        ],
        ids=["cf logs", "download", "dashboard", "messages"],
    )
    def test_records_of_other_platforms_without_line_ends(self, glued: bytes, lines: list[bytes]) -> None:
        """Records of Cloud Foundry and Render on one line are taken apart as Heroku's are."""
        outcome = read_bytes(glued + b"\n")
        assert [line for line in outcome.data.split(b"\n")[:-1] if line] == [line for line in lines if line]
        assert set(outcome.numbers) == {1}
        assert outcome.remarks == {"glued-records"}

    @pytest.mark.parametrize(
        "line",
        [
            b"from 2026-05-01T10:00:00Z to 2026-05-02T10:00:00Z or 2026-05-03T10:00:00Z at most",
            b"2026-05-01T10:00:00Z ==> a ==> b ==> c ==> d",
            b"open at 10:00:00 AM or 11:00:00 AM or 12:00:00 PM on Sundays",
            b"==> a ==> b ==> c",
        ],
    )
    def test_times_and_arrows_of_other_programs_stay(self, line: bytes) -> None:
        """A line with several times or arrows is whole where nothing in it is the platform's."""
        outcome = read_bytes(line + b"\n")
        assert outcome.data == line + b"\n"
        assert outcome.remarks == frozenset()

    @pytest.mark.parametrize("block_bytes", [1, 90, 1 << 20])
    def test_answers_of_an_api_within_a_text(self, block_bytes: int) -> None:
        """The instances that `cf curl` lays out over several lines are records with the number of the first line."""
        answer = (
            b'{\n   "0": {\n      "state": "RUNNING",\n      "since": 1\n   },\n'
            b'   "1": {\n      "state": "DOWN",\n      "since": 1,\n      "details": "no room"\n   }\n}\n'
        )
        outcome = read_bytes(b"$ cf curl /v2/apps/1/instances\n" + answer + b"that is all\n", block_bytes=block_bytes)
        assert outcome.data.split(b"\n")[:-1] == [
            b"$ cf curl /v2/apps/1/instances",
            b'{"index":0,"state":"RUNNING","since":1}',
            b'{"index":1,"state":"DOWN","since":1,"details":"no room"}',
            b"that is all",
        ]
        assert outcome.numbers == [1, 2, 2, 13]
        assert outcome.remarks == {"json-records"}

    @pytest.mark.parametrize(
        "text",
        [
            b'the app says\n{\n  "id": 1\n}\nend\n',
            b'a\n{\n  "since": 1,\n  "state":\nend\n',
            b'a\n{\n  "since": 1\n} behind it\nend\n',
            b'a\n{\nnode: 1\n}\n"since": 1\n',
        ],
        ids=["no answer", "cut", "more on the line", "no JSON"],
    )
    def test_other_objects_within_a_text_stay(self, text: bytes) -> None:
        """What is no whole answer of the API stays as it is, line by line."""
        for block_bytes in (1, 30, 1 << 20):
            outcome = read_bytes(text, block_bytes=block_bytes)
            assert outcome.data == text
            assert outcome.numbers == list(range(1, text.count(b"\n") + 1))
            assert outcome.remarks == frozenset()

    @pytest.mark.parametrize(
        "data",
        [
            GLUED % (1, 1) + GLUED % (2, 2),
            GLUED % (0, 0) + b"\n" + b"".join(GLUED % (second, second) for second in range(4)),
            b"x\n" * (33 << 10) + b"".join(GLUED % (second, second) for second in range(4)),
        ],
        ids=["a line in a line", "a line of lines behind an ordinary one", "far behind the start"],
    )
    def test_what_an_app_printed_stays_whole(self, data: bytes) -> None:
        """What looks like other records within the line of an ordinary log is text of that line."""
        outcome = read_bytes(data, block_bytes=100)
        assert outcome.data.rstrip(b"\n") == data
        assert outcome.remarks == frozenset()

    @pytest.mark.parametrize("excess", [-1, 0, 1, 5 << 20])
    def test_long_lines_keep_their_head(self, excess: int) -> None:
        """A line beyond the limit is cut to its head, at a character; lines and numbers around it stay."""
        line = "é".encode() * ((LINE_LIMIT + excess) // 2) + b"x" * ((LINE_LIMIT + excess) % 2)
        outcome = read_bytes(b"a\n" + line + b"\nb\n", block_bytes=300_000)
        first, middle, last = outcome.data.split(b"\n")[:-1]
        assert (first, last) == (b"a", b"b")
        assert middle == (line if excess <= 0 else line[:LINE_HEAD])
        assert ("cut-lines" in outcome.remarks) == (excess > 0)
        assert outcome.numbers == [1, 2, 3]

    def test_a_cut_is_never_within_a_character(self) -> None:
        """A long line's head is UTF-8 where the line is."""
        (line,) = lines_of("x😀".encode() * (1 << 19))
        assert line.decode().startswith("x😀")
        assert LINE_HEAD - 4 <= len(line) <= LINE_HEAD

    @pytest.mark.parametrize("end", [b"\n", b"\r", b""])
    def test_a_huge_line_needs_little_memory(self, end: bytes) -> None:
        """A line of 100 MB is read in bounded memory."""
        pieces: Iterator[bytes] = iter([b"x" * (1 << 18)] * 400 + [end or b"y", b"last"])
        tracemalloc.start()
        outcome = gather(read_stream(lambda _size: next(pieces, b""), "x"))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert outcome.data.count(b"\n") == (2 if end else 1)
        assert outcome.raw_bytes > 100_000_000
        assert peak < 20 << 20

    def test_blocks_are_about_as_large_as_asked_for(self) -> None:
        """Blocks are cut at line ends, about at the size asked for, and their bytes add up."""
        blocks = list(read_stream(io.BytesIO(LOG).read, "x", block_bytes=10_000))
        assert b"".join(block.data for block in blocks) == LOG
        assert all(10_000 <= len(block.data) < 20_100 for block in blocks[:-1])
        assert [block.raw_bytes for block in blocks] == [len(block.data) for block in blocks]
        assert all(block.numbers is None and block.raw_lines == block.lines for block in blocks)


PACKERS: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    ("gzip", gzip.compress),
    ("bzip2", bz2.compress),
    ("xz", lzma.compress),
    ("zstd", zstandard.ZstdCompressor(write_checksum=True).compress),
    ("lzma", lambda data: lzma.compress(data, lzma.FORMAT_ALONE)),
)
packers = pytest.mark.parametrize("pack", [pack for _, pack in PACKERS], ids=[name for name, _ in PACKERS])


class TestArchives:
    @packers
    def test_members_behind_one_another(self, pack: Callable[[bytes], bytes]) -> None:
        """Several members, padding between them, and an archive within an archive are read to the end."""
        packed = pack(LOG) + pack(b"") + b"\0" * 1024 + pack(b"more\n") + b"\0" * 8
        assert read_bytes(packed).data == LOG + b"more\n"
        assert not read_bytes(packed).remarks
        assert read_bytes(packed, block_bytes=100, live=True).data == LOG + b"more\n"
        assert lines_of(gzip.compress(pack(b"a\nb"))) == [b"a", b"b"]

    def test_members_of_different_formats(self) -> None:
        """Archives of several formats, put together, are one input."""
        packed = b"".join(pack(b"%s\n" % name.encode()) for name, pack in PACKERS)
        assert lines_of(packed) == [name.encode() for name, _ in PACKERS]

    @packers
    def test_truncated(self, pack: Callable[[bytes], bytes]) -> None:
        """An archive that ends too early gives what could be read, and says so."""
        packed = pack(os.urandom(300_000).hex().encode() + b"\n" + LOG)
        outcome = read_bytes(packed[: len(packed) // 2])
        assert outcome.remarks >= {"truncated-archive"}
        assert read_bytes(packed[:20]).remarks == {"truncated-archive"}

    def test_a_truncated_log_is_read_to_its_last_byte(self) -> None:
        """Of a gzip file that was cut, everything before the cut is given."""
        packed = gzip.compress(LOG)
        data = read_bytes(packed[: len(packed) * 9 // 10]).data
        assert len(data) > len(LOG) * 7 // 10
        assert LOG.startswith(data[:-1])

    @packers
    def test_corrupt(self, pack: Callable[[bytes], bytes]) -> None:
        """A damaged archive gives what stands before the damage, and says so."""
        packed = pack(b"good\n") + pack(LOG)
        place = len(packed) - len(pack(LOG)) // 3
        damaged = packed[:place] + b"\xff\x00\xff\x13" * 8 + packed[place + 32 :]
        outcome = read_bytes(damaged)
        assert outcome.data.startswith(b"good\n")
        assert outcome.remarks & {"corrupt-archive", "truncated-archive"}

    def test_a_wrong_checksum_loses_nothing(self) -> None:
        """A gzip file whose checksum is wrong still gives all of its lines."""
        packed = bytearray(gzip.compress(LOG))
        packed[-6] ^= 1
        outcome = read_bytes(bytes(packed))
        assert outcome.data == LOG
        assert outcome.remarks == {"corrupt-archive"}

    def test_rubbish_behind_an_archive(self) -> None:
        """What stands behind an archive and is none is left out, and said."""
        outcome = read_bytes(gzip.compress(b"a\n") + b"rubbish")
        assert (outcome.data, outcome.remarks) == (b"a\n", frozenset({"corrupt-archive"}))

    def test_a_bomb_needs_little_memory(self) -> None:
        """A small archive that unpacks to one huge line is read in bounded memory."""
        for _, pack in PACKERS[:-1]:
            data = pack(b"x" * (48 << 20))
            tracemalloc.start()
            outcome = read_bytes(data)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert outcome.raw_bytes == 48 << 20
            assert peak < 32 << 20


class TestFrames:
    HEROKU = b"<190>1 2024-05-01T10:00:00.000000+00:00 host app web.1 - listening on 3000\n"
    L10 = (
        b"<172>1 2024-05-01T10:00:01+00:00 host heroku logplex - Error L10 (output buffer overflow): 5 messages dropped"
    )
    CF = b'<14>1 2024-05-01T10:00:00Z org.space.app 6f1c [APP/PROC/WEB/0] - [tags@47450 a="b"] two\nlines\n'

    def test_glued_frames(self) -> None:
        """Frames without anything between them are a line each, also behind one that has no line end."""
        outcome = read_bytes(octet_counted(self.HEROKU, self.L10, self.HEROKU, self.L10))
        assert outcome.data == b"\n".join([self.HEROKU[:-1], self.L10, self.HEROKU[:-1], self.L10]) + b"\n"
        assert outcome.numbers == [1, 2, 2, 3]
        assert outcome.raw_lines == 3
        assert outcome.remarks == {"octet-frames"}

    def test_line_ends_within_a_frame(self) -> None:
        """A frame with several lines is one line, and those behind it have their original numbers."""
        outcome = read_bytes(octet_counted(self.CF, self.HEROKU))
        assert outcome.data.split(b"\n")[0] == self.CF[:-1].replace(b"\n", "\u2028".encode())
        assert outcome.numbers == [1, 3]

    def test_mixed_with_lines(self) -> None:
        """Lines between frames stay lines; frames behind them are still taken by their count."""
        outcome = read_bytes(octet_counted(self.HEROKU) + b"plain\n\n" + octet_counted(self.CF, self.L10) + b"\r\nend")
        assert outcome.data.split(b"\n")[1:3] == [b"plain", b""]
        assert outcome.data.endswith(self.L10 + b"\nend\n")
        assert outcome.numbers == [1, 2, 3, 4, 6, 7]

    def test_wrong_counts(self) -> None:
        """Where counts do not fit, as after a change of line ends, every line stays as it is."""
        body = octet_counted(self.HEROKU, self.HEROKU, self.HEROKU).replace(b"\n", b"\r\n")
        body = body.replace(b"3000", b"3001, at last")
        assert lines_of(body) == body.replace(b"\r", b"").split(b"\n")[:-1]
        short = b"9 " + self.HEROKU + b"70 " + self.HEROKU
        assert read_bytes(short).data == short

    def test_lines_that_were_counted_with_their_end(self) -> None:
        """A file with one frame a line is read by its counts."""
        assert lines_of(octet_counted(*[self.HEROKU] * 3)) == [self.HEROKU[:-1]] * 3

    def test_a_number_at_the_start_is_no_frame(self) -> None:
        """A log that merely begins with a number passes untouched."""
        for data in (b"12 <b>bold</b>\n", b"12345 requests\n", b"1", b"12 <190>2 x\n"):
            assert read_bytes(data).data == data.rstrip(b"\n") + b"\n"


class TestJson:
    @pytest.mark.parametrize(
        ("document", "numbers"),
        [
            (INDENTED * 3, [1, 11, 21]),
            (f"{INDENTED}\n" * 3, [1, 12, 23]),
            (f"{INDENTED},\n" * 3, [1, 12, 23]),
            (f"\n  {INDENTED}\n\n" * 3, [2, 15, 28]),
            (json.dumps([RECORD] * 3, indent=2), [2, 13, 24]),
            (json.dumps([RECORD] * 3), [1, 1, 1]),
            (json.dumps(RECORD) * 3, [1, 1, 1]),
            (json.dumps({"hasMore": False, "logs": [RECORD] * 3, "nextEndTime": "x"}, indent=2), [4, 15, 26]),
            (json.dumps({"min_id": "1", "events": [RECORD] * 3, "sawmill": True}) + "\n", [1, 1, 1]),
            (json.dumps({"batch": [RECORD] * 3}), [1, 1, 1]),
            (json.dumps({"envelopes": {"batch": [RECORD] * 3}}, indent=1), [4, 15, 26]),
            (json.dumps({"logs": [RECORD]}) + json.dumps({"logs": [RECORD], "n": [{}]}) + "\n" + INDENTED, [1, 1, 2]),
            ("\ufeff" + INDENTED + "\r\n" + INDENTED.replace("\n", "\r\n") + "\x1b[0m" + INDENTED, [1, 12, 22]),
        ],
    )
    def test_layouts(self, document: str, numbers: list[int]) -> None:
        """Glued and indented objects, arrays and pages become one compact line a record, in their order."""
        outcome = read_bytes(document.encode())
        assert outcome.data == (COMPACT + b"\n") * 3
        assert outcome.numbers == numbers
        assert outcome.raw_lines == len(document.removeprefix("\ufeff").splitlines())
        assert "json-records" in outcome.remarks

    def test_an_empty_page(self) -> None:
        """A page without records has no lines."""
        assert read_bytes(b'{"logs": [], "hasMore": false}\n').data == b""

    @pytest.mark.parametrize(
        "data",
        [
            (json.dumps(RECORD) + "\n").encode() * 3,
            json.dumps(RECORD).encode(),
            b'{"a":1}\n\nnot JSON\n  {"b":2}\n{\n  "c": 3\n}\n{"broken": \n',
            b'{"a": "\\u001b[31m"}\n{"b": 1}{"c": 2}\n',
            b'{"time":"x","level":"info","events":[{"a":1}],"msg":"y"}\n{"a":1}\n',
            b'{"a":1} GET /\n{"b":2}\n',
            b'2024-05-01T10:00:00Z start\n{\n  "labels": {\n    "app": "shop"\n  }\n}\n' + COMPACT + b"\n",
            b"{ Error: connect ECONNREFUSED\n  code: 'ECONNREFUSED' }\n{\"a\":1}\n",
            b"{\n  code: 'ECONNREFUSED',\n}\n",
            b'{\n  "a": 1,\n  "b": oops\n}\n{\n"c": 1\n}\n',
            b'{\n  "a": "not\nclosed"\n}\n',
            b"[\n  { a: 1 },\n]\n",
            b'[\n  {"a": 1, },\n]\n',
            b'[APP/PROC/WEB/0] OUT {"a":1}\n',
            b"[2024-05-01 10:00:00 +0000] [4] [INFO] Starting\n",
            b"[\n]\n",
            b"{\n",
            b'{"a": ' + b"[" * 5000 + b"\n",
            b'{"n": ' + b"9" * 5000 + b",\n 1}\n",
            b'{"a": "\xff\xfe\xc3", "b": \n',
        ],
    )
    def test_what_is_left_untouched(self, data: bytes) -> None:
        """Objects that fill a line each, logs that only hold JSON, and broken JSON at the start stay as they are."""
        outcome = read_bytes(data)
        assert outcome.data == data.rstrip(b"\n") + b"\n"
        assert outcome.numbers == list(range(1, outcome.data.count(b"\n") + 1))
        assert not outcome.remarks

    def test_records_behind_a_command(self) -> None:
        """What `render logs -o json` printed is found behind the command, though nothing stands between its records."""
        document = f"$ render logs -o json\n{INDENTED}{INDENTED}\n[\n{INDENTED},\n{INDENTED}\n]\nthat is all\n"
        assert lines_of(document.encode()) == [b"$ render logs -o json", *[COMPACT] * 4, b"that is all"]

    def test_text_between_records(self) -> None:
        """What is no record stays in its place as text, and the records behind it are found again."""
        document = f"{INDENTED}\nReconnecting...\n  in 5 s\n\n{INDENTED}{INDENTED} tail\n{INDENTED[:-9]}"
        lines = lines_of(document.encode())
        assert lines[:5] == [COMPACT, b"Reconnecting...", b"  in 5 s", b"", COMPACT]
        assert lines[5:7] == [COMPACT, b" tail"]
        assert "\n".join(line.decode() for line in lines[7:]) == INDENTED[:-9]

    def test_a_page_with_something_left_out(self) -> None:
        """Records behind an omission in a page are found by their indentation."""
        page = json.dumps({"logs": [RECORD] * 2}, indent=2)
        page = page.replace("    },\n", "    },\n    ...\n")
        assert lines_of(page.encode())[:3] == [COMPACT, b"    ...", COMPACT]

    def test_colours_and_escapes_within_records(self) -> None:
        """Colour codes within texts are stripped, escapes of readable characters undone, others kept."""
        document = '{"m": "\\u001b[0;32m==\\u003e\\u001b[0m caf\\u00e9\\nend \\ud800"}'
        assert lines_of((document * 2).encode())[0] == b'{"m":"==> caf\\u00e9\\nend \\ud800"}'
        assert lines_of((document.replace("\\ud800", "") * 2).encode())[0] == '{"m":"==> café\\nend "}'.encode()
        assert lines_of(b'{"m":\n"\xff"}')[0] == b'{"m":"\xff"}'

    @pytest.mark.parametrize("layout", ["{}\n{}\n", "{}{}", '{{"batch":[{},{}]}}'])
    def test_base64_payloads(self, layout: str) -> None:
        """Payloads of Cloud Foundry envelopes are decoded, so that their words can be found; others are left alone."""
        payload = base64.b64encode(b"Exit status 137 (out of memory)\n").decode()
        envelope = {"timestamp": "1714557600000000000", "log": {"payload": payload, "type": "ERR"}}
        plain = {"timestamp": "1714557600000000001", "log": {"payload": "abcd", "type": "OUT"}}
        outcome = read_bytes(layout.format(json.dumps(envelope), json.dumps(plain)).encode())
        records = [json.loads(line) for line in outcome.data.splitlines()]
        assert [record["log"]["payload"] for record in records] == ["Exit status 137 (out of memory)\n", "abcd"]
        assert outcome.remarks == {"json-records", "base64-payloads"}

    def test_a_record_is_given_when_it_ends(self) -> None:
        """A live stream gives an indented record at its last brace, without waiting for the next one."""
        blocks = read_stream(arriving([INDENTED.encode(), b"", INDENTED.encode()[:10]]), "x", live=True)
        assert next(blocks).data == COMPACT + b"\n"

    @pytest.mark.parametrize("separator", ["", ",", ",\n"])
    def test_a_long_document_needs_little_memory(self, separator: str) -> None:
        """Tens of megabytes of records, on one line or many, are read in bounded memory."""
        record = json.dumps({**RECORD, "message": "x" * 20_000})
        start = b'{"logs":[' if separator else b"{}"
        pieces = iter([start, *[(record + separator).encode()] * 1500, b"{}]}"])
        tracemalloc.start()
        lines = sum(block.lines for block in read_stream(lambda _size: next(pieces, b""), "x", block_bytes=1 << 20))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert lines == (1501 if separator else 1503)
        assert peak < 12 << 20

    def test_a_record_without_end_is_text(self) -> None:
        """A record of more than some megabytes is given up, and its lines pass."""
        data = b'{"a": [\n' + b'"0123456789012345678901234567890123456789",\n' * 250_000
        assert read_bytes(data).data == data


class TestOtherRecords:
    YAML = (
        "id: r1\nlabels:\n    - name: type\n      value: app\nmessage: |-\n    it's *bold\n    id: no\n"
        "timestamp: 2024-05-01T10:00:00.123456789Z\n"
    )
    YAML_LINE = (
        b'{"id":"r1","labels":[{"name":"type","value":"app"}],"message":"it\'s *bold\\nid: no",'
        b'"timestamp":"2024-05-01T10:00:00.123456789Z"}'
    )

    def test_yaml_records(self) -> None:
        """YAML records without anything between them are a line of JSON each; half a record stays as it is."""
        outcome = read_bytes((self.YAML * 2 + "---\n" + self.YAML[:20]).encode())
        lines = outcome.data.split(b"\n")[:-1]
        assert lines[:3] == [self.YAML_LINE, self.YAML_LINE, b"---"]
        assert b"\n".join(lines[3:]) == self.YAML[:20].encode()
        assert outcome.numbers == [1, 9, 17, 18, 19, 20]

    def test_yaml_that_refers_to_itself(self) -> None:
        """YAML with aliases, which could be endless, stays as it is."""
        data = b"id: a\nlabels:\n    - &a [x]\n    - *a\nmessage: m\ntimestamp: 2024-05-01\n"
        assert read_bytes(data).data == data

    def test_server_sent_events(self) -> None:
        """Events become their records or lines; heartbeats, ids and comments are no lines."""
        stream = (
            b'data: {"batch":[{"a":1},{"b":2}]}\n\nevent: heartbeat\ndata: 1714557600\n\n: ping\n'
            b"id: 7\ndata: 2024-05-01T10:00:00Z app[web.1]: up\n\ndata: {broken\ndata:{}\nnot a field\n"
        )
        outcome = read_bytes(stream)
        lines = [b'{"a":1}', b'{"b":2}', b"2024-05-01T10:00:00Z app[web.1]: up", b"{broken", b"{}", b"not a field"]
        assert outcome.data == b"\n".join(lines) + b"\n"
        assert outcome.numbers == [1, 1, 8, 10, 11, 12]
        assert lines_of(b"id: 7\ndata: up\n") == [b"up"]

    def test_lines_that_look_like_fields(self) -> None:
        """Text that begins like a field passes untouched."""
        for data in (b"id: 5 is wrong\nfoo\n", b"data: missing\n", b"id: x\n", b"event: a b\n"):
            assert read_bytes(data).data == data


class TestSources:
    def write(self, folder: Path, **files: bytes) -> None:
        """Write files; a double underscore stands for a dot."""
        for name, data in files.items():
            (folder / name.replace("__", ".")).write_bytes(data)

    def test_folders_are_walked_in_order(self, tmp_path: Path) -> None:
        """A folder gives its files and those of its folders in the order of names, without hidden ones."""
        self.write(tmp_path, b__log=b"b\n", a__log__gz=gzip.compress(b"a\n"), __hidden=b"h\n", empty=b"")
        (tmp_path / ".git").mkdir()
        (tmp_path / "sub").mkdir()
        self.write(tmp_path / ".git", config=b"x\n")
        self.write(tmp_path / "sub", c__txt=b"c\n")
        sources, problems = find_sources([str(tmp_path)])
        assert [Path(source.name).name for source in sources] == ["a.log.gz", "b.log", "empty", "c.txt"]
        assert [gather(read_blocks(source)).data for source in sources] == [b"a\n", b"b\n", b"", b"c\n"]
        assert not problems

    def test_files_that_are_no_logs(self, tmp_path: Path) -> None:
        """Images, programs and archives of files are told apart; those of a folder are skipped, not wrong."""
        tar = b"a.log".ljust(257, b"\0") + b"ustar\0" + b"\0" * 300
        self.write(
            tmp_path, i__png=b"\x89PNG\r\n\x1a\n", z__zip=b"PK\x03\x04..", t__tgz=gzip.compress(tar), ok__log=b"ok\n"
        )
        sources, problems = find_sources([str(tmp_path)])
        assert [Path(source.name).name for source in sources] == ["ok.log"]
        assert [problem.reason for problem in problems] == [
            "is a PNG image, not a log",
            "is a tar archive, not a log",
            "is a ZIP archive, not a log",
        ]
        assert all(isinstance(problem, SkippedInput) for problem in problems)
        _, named = find_sources([str(tmp_path / "i.png")])
        assert not isinstance(named[0], SkippedInput)
        with pytest.raises(InputError, match="is a tar archive, not a log"):
            list(read_stream(io.BytesIO(tar).read, "-"))

    def test_texts_that_are_no_logs(self, tmp_path: Path) -> None:
        """Documents, source code and reports that lie beside logs are skipped, but read when they are named."""
        records = b"id: log-1\nlabels:\n- name: type\n"
        self.write(
            tmp_path, README__md=b"# Logs\n", main__py=b"import os\n", app__yaml=b"services:\n", render__yaml=records,
            api__json=b'{"logs": []}\n', old__json=b'{\n  "schema": "loganalyzer/1",\n', ok__log=b"ok\n",
        )  # fmt: skip
        sources, problems = find_sources([str(tmp_path)])
        assert [Path(source.name).name for source in sources] == ["api.json", "ok.log", "render.yaml"]
        assert {Path(problem.name).name: problem.reason for problem in problems} == {
            "README.md": "is a document by its name, not a log",
            "app.yaml": "is a configuration by its name, not a log",
            "main.py": "is source code by its name, not a log",
            "old.json": "is a report of loganalyzer, not a log",
        }
        assert all(isinstance(problem, SkippedInput) for problem in problems)
        named, none = find_sources([str(tmp_path / "README.md")])
        assert (len(named), none) == (1, [])

    def test_what_cannot_be_read(self, tmp_path: Path) -> None:
        """Missing files, sockets and empty folders are told by name and reason; the others are still read."""
        self.write(tmp_path, ok__log=b"ok\n")
        (tmp_path / "nothing").mkdir()
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(tmp_path / "s"))
            names = [str(tmp_path / name) for name in ("missing", "ok.log", "s", "nothing")]
            sources, problems = find_sources([*names, "", "-"])
        assert [source.name for source in sources] == [names[1], "-"]
        assert [(problem.name, problem.reason) for problem in problems] == [
            (names[0], "No such file or directory"),
            (names[2], "is a socket"),
            (names[3], "the folder has no files"),
            ("", "No such file or directory"),
        ]

    @pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may read everything")
    def test_forbidden_files(self, tmp_path: Path) -> None:
        """A file that may not be read is an error, also within a folder."""
        self.write(tmp_path, a__log=b"a\n")
        (tmp_path / "a.log").chmod(0)
        _, problems = find_sources([str(tmp_path)])
        assert [problem.reason for problem in problems] == ["Permission denied"]

    def test_files_that_changed_since(self, tmp_path: Path) -> None:
        """A file that has gone, or became a folder, is an error when it is read."""
        for path in (tmp_path / "gone", tmp_path):
            with pytest.raises(InputError) as caught:
                list(read_blocks(Source(str(path), path)))
            assert caught.value.name == str(path)

    def test_nothing_is_read_twice(self, tmp_path: Path) -> None:
        """A file that is named twice, by a link or within a folder, is one source."""
        self.write(tmp_path, a__log=b"a\n")
        (tmp_path / "latest").symlink_to(tmp_path / "a.log")
        sources, _ = find_sources(["-", str(tmp_path), str(tmp_path / "a.log"), "-"])
        assert [source.name for source in sources] == ["-", str(tmp_path / "a.log")]

    def test_an_error_while_reading(self) -> None:
        """An error behind the first bytes ends the input and is remarked; one before them is raised."""
        pieces = iter([b"a\nb"])

        def read(_size: int) -> bytes:
            for piece in pieces:
                return piece
            raise OSError(5, "Input/output error")

        outcome = gather(read_stream(read, "x"))
        assert (outcome.data, outcome.remarks) == (b"a\nb\n", frozenset({"read-error"}))
        with pytest.raises(InputError, match="x: Input/output error"):
            list(read_stream(read, "x"))

    def test_standard_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Standard input is read as bytes, compressed or not, as text where it was replaced, and may be missing."""
        source = Source("-", None)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(b"a\r\nb"))))
        assert gather(read_blocks(source)).data == b"a\nb\n"
        monkeypatch.setattr(sys, "stdin", io.StringIO("é\n"))
        assert gather(read_blocks(source, live=True)).data == "é\n".encode()
        monkeypatch.setattr(sys, "stdin", None)
        with pytest.raises(InputError, match="standard input: is closed"):
            list(read_blocks(source))

    def test_files_are_read_in_full_blocks(self, tmp_path: Path) -> None:
        """A file is all there, so that live reading does not cut it smaller."""
        self.write(tmp_path, a__log=LOG)
        source = Source("a", tmp_path / "a.log")
        assert list(read_blocks(source, live=True)) == list(read_blocks(source))
