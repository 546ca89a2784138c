"""The check of patterns refuses what it promises to refuse, one fault at a time."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from loganalyzer.errors import LibraryError, Problem
from loganalyzer.library import find_patterns
from loganalyzer.library.load import read_folders
from loganalyzer.library.samples import read_samples
from loganalyzer.selfcheck import check_folder, check_library

PATTERN = """\
id: zorp-up
title: zorp says that it is up
states: listening
sources: [app]
match:
  - hint: zorp is up
    regex: '^zorp is up at (?P<bound_port>\\d{1,5})$'
written_by:
  - nobody
limits: None are known.
"""
SAMPLES = """\
#= bound_port=3000
zorp is up at 3000

#= bound_port=80
2026-05-01T10:00:00.000000+00:00 app[web.1]: zorp is up at 80
#~ "80" => "http"

#! a question
zorp is up at what?
"""


def problems_of(folder: Path, pattern: str = PATTERN, samples: str | None = SAMPLES) -> list[Problem]:
    """Check one pattern in a folder of its own."""
    family = folder / "odd"
    family.mkdir(exist_ok=True)
    (family / "zorp-up.yaml").write_text(pattern, encoding="utf-8")
    if samples is not None:
        (family / "zorp-up.log").write_text(samples, encoding="utf-8")
    shutil.copy(find_patterns() / "vocabulary.yaml", folder)
    try:
        library = read_folders([folder])
    except LibraryError as error:
        return error.problems
    return check_library(library, [library.by_id["zorp-up"]])[2]


def test_good_pattern(tmp_path: Path) -> None:
    """A good pattern has no problems, so each fault below is alone."""
    assert problems_of(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("states: listening", "states: zorping", 'statement "zorping" is not declared'),
        ("bound_port", "zorp_port", 'value name "zorp_port" is not declared'),
        ("limits: None are known.", "limits: None.\ngives: {zorp: 1}", 'value name "zorp" is not declared'),
        ("[app]", "[application]", '"application" is none of sources'),
        ("limits: None are known.", "limits: None.\nplatforms: [openshift]", '"openshift" is none of platforms'),
        ("'^zorp", "'^[info]? ?zorp", "unescaped word [info]"),
        ("'^zorp is up at (?P", "'zorp is up.*(?P", "greedy catch-all before a capture"),
        ("(?P<bound_port>", "(", "group without a name"),
        ("'^zorp", "'^(zorp", "does not compile"),
        ("hint: zorp is up", 'hint: "is"', "shorter than 3"),
        ("title:", "titel:", 'key "title" is missing'),
        ("id: zorp-up", "id: zorp-down", "differs from the file name"),
        (r"(?P<bound_port>\d{1,5})$", r"(?P<bound_port>\d{1,5})(?:(?:\w+\s?)+)+$", "slow on a hostile line"),
        (
            "written_by",
            "  - hint: zorp is down\n    regex: '^zorp is down'\nwritten_by",
            "regex 2 has no sample",
        ),
        (
            "written_by",
            "  - hint: zorp is up\n    regex: '^zorp is up at (?P<bound_port>3000)$'\nwritten_by",
            "regex 2 has no sample",
        ),
    ],
)
def test_fault_of_the_pattern(tmp_path: Path, old: str, new: str, message: str) -> None:
    """A fault in the pattern is reported in words that name it, with the file."""
    assert old in PATTERN
    found = problems_of(tmp_path, PATTERN.replace(old, new, 1))
    assert message in " ".join(str(one) for one in found)
    assert {Path(one.path).name for one in found} <= {"zorp-up.yaml", "zorp-up.log"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("#! a question\nzorp is up at what?\n", "", 'no near miss under "#!"'),
        ("#= bound_port=3000\nzorp is up at 3000\n", "", '1 lines under "#="'),
        ("bound_port=3000", "bound_port=3001", "captures differ"),
        ("zorp is up at 3000", "zorp is up at last", "zorp-up does not match"),
        ("at what?", "at 99", "matches a line that it must not"),
        ("#! a question", "#!", "a near miss without its reason"),
        ("#! a question\n", "", "a line without an expectation"),
        ("zorp is up at what?\n", "\n", "an expectation without a line"),
        ("app[web.1]", "heroku[web.1]", "the line's source is platform"),
        ('"http"', '"81"', "matches a line that it must not"),
        ('"http"', '"http" #= bound_port=80', "zorp-up does not match"),
        ('"http"', '"81" #= bound_port=82', "captures differ"),
        ('"80" => "http"', '"81" => "http"', "changes nothing"),
        ('"80" => "http"', '"80" => "80"', "changes nothing"),
        ('"80" => "http"', "80 to http", "no change"),
        ('#~ "80"', '\n#~ "80"', "without a line that must match right above"),
        ("at what?", 'at what?\n#~ "what" => "last"', "without a line that must match right above"),
    ],
)
def test_fault_of_the_samples(tmp_path: Path, old: str, new: str, message: str) -> None:
    """A fault in the samples is reported in words that name it."""
    assert old in SAMPLES
    assert message in " ".join(str(one) for one in problems_of(tmp_path, samples=SAMPLES.replace(old, new, 1)))


def test_a_family_of_ones_own_beside_the_library(tmp_path: Path) -> None:
    """A folder without a vocabulary is checked beside the shipped library, and only its own patterns are reported."""
    problems_of(tmp_path)
    (tmp_path / "vocabulary.yaml").unlink()
    assert check_folder(tmp_path) == (1, 4, [])


def test_no_samples(tmp_path: Path) -> None:
    """A pattern without a sample file is refused."""
    assert "the pattern has no samples" in str(problems_of(tmp_path, samples=None)[0])


def test_two_patterns_claim_a_sample(tmp_path: Path) -> None:
    """A second pattern must not make the same statement about a sample, unless one yields to the other."""
    family = tmp_path / "odd"
    family.mkdir()
    rival = PATTERN.replace("zorp-up", "zorp-rival").replace(r"\d{1,5}", r"\d+")
    (family / "zorp-rival.log").write_text(SAMPLES, encoding="utf-8")
    (family / "zorp-rival.yaml").write_text(rival, encoding="utf-8")
    found = [str(one) for one in problems_of(tmp_path)]
    assert any("zorp-rival makes the same statement (listening)" in one for one in found)
    (family / "zorp-rival.yaml").write_text(rival + "unless: [zorp-up]\n", encoding="utf-8")
    assert not any("makes the same statement" in str(one) for one in problems_of(tmp_path))


def test_changed_samples(tmp_path: Path) -> None:
    """A change replaces the first place alone, and a quoted text may hold quotes."""
    path = tmp_path / "x.log"
    path.write_text('#= a=1\nsay "a" a\n#~ "\\"a\\"" => "b"\n#~ "a" => "o" #= a=2\n', encoding="utf-8")
    samples, problems = read_samples(path)
    assert problems == []
    assert [(one.text, one.matches, one.values, one.line, one.is_derived) for one in samples] == [
        ('say "a" a', True, {"a": "1"}, 2, False),
        ("say b a", False, {}, 3, True),
        ('soy "a" a', True, {"a": "2"}, 4, True),
    ]


@pytest.mark.parametrize(
    ("hint", "sources", "where"),
    [
        ("APP/", "[app]", "the app on Cloud Foundry"),
        ("app[", "[app]", "the app on Heroku"),
        ("[web.", "[app]", "the app on Heroku"),
        ("+00:00", "[platform]", "the app on Heroku"),
        ("2026-", "[app]", "the app on"),
        ("info", "[app]", "the app on"),
        ("heroku[router]", "[router]", "the router on Heroku"),
        ("status=200", "[router]", "the router on Heroku"),
        ("[RTR", "[router]", "the router on Cloud Foundry"),
        ("x_cf_routererror", "[router]", "the router on Cloud Foundry"),
        ("clientIP=", "[app, router]", "the router on Render"),
    ],
)
def test_hint_that_most_lines_have(tmp_path: Path, hint: str, sources: str, where: str) -> None:
    """A tag, a head or a word of every day is refused as a hint, with the platform whose lines have it."""
    pattern = PATTERN.replace("hint: zorp is up", f"hint: '{hint}'").replace("[app]", sources)
    assert f"everyday lines of {where}" in " ".join(str(one) for one in problems_of(tmp_path, pattern))


@pytest.mark.parametrize(("hint", "sources"), [("error:", "[app]"), ("==> ", "[platform]"), ("code=h10", "[router]")])
def test_hint_that_few_lines_have(tmp_path: Path, hint: str, sources: str) -> None:
    """A word of lines that tell something is none of them, though lines of requests may have it in a key."""
    pattern = PATTERN.replace("hint: zorp is up", f"hint: '{hint}'").replace("[app]", sources)
    assert "everyday lines" not in " ".join(str(one) for one in problems_of(tmp_path, pattern))
