r"""Regexes made slightly wrong are noticed by the samples.

A seeded choice of LOGANALYZER_MUTANTS mutants (600 when it is not set) runs here; all of them by hand with `python -m tests.mutants`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import regex

from loganalyzer.library import Rule, find_patterns
from loganalyzer.library.load import read_folders
from tests.mutants import KINDS, Judge, mutants_of, run
from tests.mutants.equivalent import why_equivalent
from tests.mutants.examples import example_of
from tests.mutants.mutate import SPOT
from tests.mutants.run import all_mutants, chosen
from tests.mutants.tree import parse, write

SEED = 20261124
COUNT = int(os.environ.get("LOGANALYZER_MUTANTS", "600"))
LEAST_CAUGHT = 0.85
LIBRARY = read_folders([find_patterns()])


@cache
def judge() -> Judge:
    """Give the samples of the whole library."""
    return Judge(LIBRARY)


def regexes() -> Iterator[str]:
    """Give every regex of the library."""
    return (rule.regex for pattern in LIBRARY.patterns for rule in pattern.rules)


def test_most_mutants_are_caught() -> None:
    """Of a choice of mutants over the whole library at least LEAST_CAUGHT are noticed."""
    tally = run(judge(), COUNT, SEED)
    assert tally.made.total() + sum(tally.equivalent.values()) == COUNT
    assert tally.share >= LEAST_CAUGHT, tally.describe()


def test_right_regexes_are_not_accused() -> None:
    """The judge finds nothing wrong with a regex as it is."""
    for pattern in LIBRARY.patterns[::40]:
        for number, rule in enumerate(pattern.rules):
            assert judge().ask(pattern, number, rule.regex).by == ""


def test_what_cannot_match_is_caught() -> None:
    """A regex that matches nothing, everything, or does not compile is always noticed."""
    pattern = LIBRARY.by_id["gunicorn-listening"]
    for wrong in ("(?!)", "", "("):
        assert judge().ask(pattern, 0, wrong).is_caught
    assert not judge().ask(pattern, 0, pattern.rules[0].regex).is_caught


def test_other_patterns_samples_count(tmp_path: Path) -> None:
    """A mutant that its own samples let pass is caught when it claims another pattern's sample."""
    (tmp_path / "odd").mkdir()
    shutil.copy(find_patterns() / "vocabulary.yaml", tmp_path)
    for name in ("at", "by"):
        regex_text = rf"^zorp is up {name} \d+$"
        (tmp_path / "odd" / f"zorp-{name}.yaml").write_text(
            f"id: zorp-{name}\ntitle: zorp\nstates: listening\nsources: [app]\nmatch:\n"
            f"  - hint: zorp is up\n    regex: '{regex_text}'\nwritten_by: [nobody]\nlimits: none\n",
            encoding="utf-8",
        )
        text = f"#=\nzorp is up {name} 1\n\n#=\nzorp is up {name} 2\n\n#! no number\nzorp is up {name} x\n"
        (tmp_path / "odd" / f"zorp-{name}.log").write_text(text, encoding="utf-8")
    library = read_folders([tmp_path])
    outcome = Judge(library).ask(library.by_id["zorp-at"], 0, r"^zorp is up \w+ \d+$")
    assert "zorp-at makes the same statement" in outcome.by
    assert not Judge(library).ask(library.by_id["zorp-at"], 0, r"^zorp is up a\w+ \d+$").is_caught


def test_trees_are_written_as_they_were_read() -> None:
    """Every regex of the library comes back unchanged; a verbose one without its white space still compiles."""
    for source in regexes():
        again = write(parse(source))
        assert again == source or "x" in source.partition(")")[0]
        regex.compile(again)


def test_every_kind_occurs() -> None:
    """Every kind of mutant is made of the library, and each marks its place."""
    mutants = [one.mutant for one in all_mutants(LIBRARY, "port-binding/gunicorn")]
    assert {one.kind for one in mutants} <= set(KINDS)
    assert all(f"(?P<{SPOT}>" in one.marked for one in mutants)
    kinds = {one.kind for source in ("^a$", r"\bfoo (?:a|b)", r"\d(?!x)") for one in mutants_of(source)}
    assert kinds == set(KINDS)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("^up$", {"up$", "^up"}),
        (r"\bup", {"up"}),
        (r"port \d+", {r"port \S+", r"\d+"}),
        ("[a-z]x", {".x"}),
        ("a|b|c", {"b|c", "a|c", "a|b"}),
        ("x(?:ab|c)", {"x(?:ab|c)?", "x(?:c)", "x(?:ab)"}),
        ("x(?P<a>y)?", set()),
        ("a(?!b)c", {"ac"}),
        ("(?i)the app(?: is)", {"(?i)app(?: is)", "(?i)the (?: is)", "(?i)the app(?: is)?"}),
        ("(?x)a\\ [0-9]  # a digit", {"(?x)a\\ ."}),
    ],
)
def test_mutants(source: str, expected: set[str]) -> None:
    """One change at a time, each once."""
    assert {one.source for one in mutants_of(source)} == expected


@pytest.mark.parametrize(
    ("hint", "source", "wrong", "means_the_same"),
    [
        ("zorp is up", "zorp is up", "is up", True),
        ("zorp is live", r"\bzorp is live\b", r"\bzorp is \b", True),
        ("is up", "zorp is up", "is up", False),
        ("abc", "^.*?abc", ".*?abc", True),
        ("abc", "^abc", "abc", False),
        ("abc", "^(?=.*?abc)(?=.*?d|)", "(?=.*?abc)(?=.*?d|)", True),
        ("abc", "abc.*$", "abc.*", True),
        ("abc", "abc$", "abc", False),
        ("abc", r"\(\babc", r"\(abc", True),
        ("abc", r"d?\babc", "d?abc", False),
        ("abc", "abc(?:d|)", "abc(?:d|)?", True),
        ("abc", "abc(?:d|e)", "abc(?:d|e)?", False),
    ],
)
def test_equivalent_mutants(hint: str, source: str, wrong: str, means_the_same: bool) -> None:
    """Only mutants that mean the same are left out."""
    (mutant,) = [one for one in mutants_of(source) if one.source == wrong]
    assert bool(why_equivalent(mutant, Rule(hint, source, 1))) is means_the_same


@pytest.mark.parametrize("source", [r"https?://x:\d{1,5}/", r"(?:a|b)c(?P<d>\w+)\b", r"\[\d+\] \(x\)", r"x(?!y)z"])
def test_examples(source: str) -> None:
    """An example of a regex is matched by it."""
    assert regex.fullmatch(source, example_of(parse(source).branches))


def test_choice() -> None:
    """The same seed chooses the same mutants, another one others, and 0 all of them."""
    mutants = all_mutants(LIBRARY, "port-binding/generic")
    assert chosen(mutants, 5, 1) == chosen(mutants, 5, 1) != chosen(mutants, 5, 2)
    assert len(chosen(mutants, 0, 1)) == len(mutants)
