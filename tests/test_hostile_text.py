"""Hostile text and file names change the structure of no form of a postmortem."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from loganalyzer.postmortem import Postmortem, render
from loganalyzer.postmortem.export import Exporter
from loganalyzer.report.markdown import escape
from tests.documents import INCIDENTS, Reader, make, read_page, run
from tests.payloads import MARK, PAYLOADS, hostile_log


@pytest.mark.parametrize("name", PAYLOADS)
class TestHostileText:
    """Text of a log is text in every form."""

    @pytest.fixture
    def postmortem(self, name: str, tmp_path: Path) -> Postmortem:
        """Make the postmortem of a log that says a payload in every field."""
        path = tmp_path / "hostile.log"
        path.write_bytes(hostile_log(PAYLOADS[name]).encode())
        return make(path, redact=False)

    def test_html(self, name: str, postmortem: Postmortem) -> None:
        """The page has the elements of our template alone, and shows the payload as text."""
        reader = read_page(render(postmortem, "html"))
        tags = {tag for tag, _ in reader.elements}
        assert not tags & {"img", "iframe", "object", "embed", "details-open", "i", "b"}
        assert MARK in "".join(reader.text)
        assert name
        text = "".join(reader.text)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200f]", text)

    def test_markdown(self, name: str, postmortem: Postmortem) -> None:
        """The document has our headings, tables and links alone."""
        text = render(postmortem, "markdown")
        heads = [line for line in text.split("\n") if re.match(r"#{1,6} ", line)]
        assert [line for line in heads if line.startswith("## ")] == [
            line for line in heads if line[3:] in SECTIONS and line.startswith("## ")
        ]
        bare = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
        assert not re.search(r"(?<!\\)!\[|(?<!\\)\]\((?!https://)|(?<!\\)<(?!br>)\w", bare), name
        for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            columns = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
            assert len(columns) == 1, table

    def test_markdown_as_parsed(self, name: str, postmortem: Postmortem) -> None:
        """A parser of Markdown finds no HTML, no picture, no link of the log's, and no heading that is not ours."""
        parser = MarkdownIt("commonmark").enable("table").enable("strikethrough")
        tokens = parser.parse(render(postmortem, "markdown"))
        everything = [one for token in tokens for one in (token, *(token.children or ()))]
        assert not [one for one in everything if one.type in ("html_block", "image", "s_open")], name
        assert {one.content for one in everything if one.type == "html_inline"} <= {"<br>"}
        links = [str(one.attrs["href"]) for one in everything if one.type == "link_open"]
        assert not [link for link in links if not link.startswith("https://") or MARK in link or "evil" in link]
        heads = [
            tokens[place + 1].content
            for place, one in enumerate(tokens)
            if (one.type, one.tag) == ("heading_open", "h2")
        ]
        assert heads == [one for one in SECTIONS if one in heads]

    def test_own_layout(self, name: str, postmortem: Postmortem, tmp_path: Path) -> None:
        """A layout of the user's escapes what it puts in, and never runs what a log says."""
        layout = tmp_path / "mine.html.j2"
        layout.write_text("{% for one in postmortem.reviews[0].timeline %}<p>{{ one.text }}</p>{% endfor %}")
        reader = Reader()
        reader.feed(render(postmortem, "html", layout))
        assert {tag for tag, _ in reader.elements} == {"p"}, name
        assert MARK in "".join(reader.text)

    def test_json(self, name: str, postmortem: Postmortem) -> None:
        """The document has our keys alone."""
        document = json.loads(render(postmortem, "json"))
        assert set(document) == {"schema", "tool", "reviews", "unreadable", "redacted"}
        assert name in PAYLOADS

    def test_csv(self, name: str, tmp_path: Path) -> None:
        """No cell begins as a formula, and every row has all columns."""
        path = tmp_path / "hostile.log"
        path.write_bytes(hostile_log(PAYLOADS[name]).encode())
        run(path, "--export", tmp_path / "tables", "--no-redact", "-o", tmp_path / "p.json")
        for table in sorted((tmp_path / "tables").glob("*.csv")):
            rows = list(csv.reader(io.StringIO(table.read_text(encoding="utf-8"), newline="")))
            assert len({len(row) for row in rows}) == 1
            assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    "name",
    [
        "<img src=x onerror=zq9()>.log",
        "zq9|[x](javascript:y)`.log",
        "=zq9+cmd.log",
        "{{ 7*7 }}zq9.log",
        "zq9\u202e\x1b[2J\n# x.log",
    ],
)
def test_hostile_file_name(name: str, tmp_path: Path) -> None:
    """The name of a file is text in every form."""
    path = tmp_path / name
    path.write_bytes((INCIDENTS / "heroku-port-hardcoded-rolled-back.log").read_bytes())
    postmortem = make(path)
    reader = read_page(render(postmortem, "html"))
    assert MARK in "".join(reader.text)
    assert "img" not in {tag for tag, _ in reader.elements}
    text = render(postmortem, "markdown")
    assert [line for line in text.split("\n") if line.startswith("# ")] == [
        f"# {escape(postmortem.reviews[0].verdict.title)}"
    ]
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", text)
    with Exporter(tmp_path / "tables") as exporter:
        exporter.write_postmortem(postmortem)
    for table in (tmp_path / "tables").glob("*.csv"):
        rows = list(csv.reader(io.StringIO(table.read_text(encoding="utf-8"), newline="")))
        assert len(rows) > 1 or table.stem in ("events", "requests")
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


SECTIONS = (
    "Summary", "Incidents", "What changed", "Timeline", "Traffic", "Evidence", "Against the good log", "Fix and prevention", "Open questions",
)  # fmt: skip
