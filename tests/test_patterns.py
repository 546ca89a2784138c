"""The pattern library: each sample of `patterns/` is one test, such as `port-binding/gunicorn-listening:3`.

What holds for a pattern as a whole (enough samples, no slow regex) is a test with the pattern's name.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
import regex

from loganalyzer.errors import Problem
from loganalyzer.library import Matcher, find_patterns
from loganalyzer.library.load import read_folders
from loganalyzer.library.samples import read_samples
from loganalyzer.model import Event
from loganalyzer.selfcheck import check_pattern

FOLDER = find_patterns()
LIBRARY = read_folders([FOLDER])
PATTERNS = {f"{Path(pattern.path).parent.name}/{pattern.id}": pattern for pattern in LIBRARY.patterns}
SAMPLES = [
    (name, sample.line)
    for name, pattern in PATTERNS.items()
    if Path(pattern.path).with_suffix(".log").is_file()
    for sample in read_samples(Path(pattern.path).with_suffix(".log"))[0]
    if not sample.is_derived  # there are so many that they belong to the test of their pattern
]


@cache
def matcher() -> Matcher:
    """Give the matcher of the whole library."""
    return Matcher(LIBRARY)


@cache
def problems_of(name: str) -> tuple[Problem, ...]:
    """Check one pattern, once for all of its tests."""
    return tuple(check_pattern(PATTERNS[name], matcher())[1])


def show(problems: list[Problem]) -> str:
    """Write problems as `loganalyzer check` does."""
    return "\n".join(map(str, problems))


@pytest.mark.parametrize(("name", "line"), SAMPLES, ids=[f"{name}:{line}" for name, line in SAMPLES])
def test_sample(name: str, line: int) -> None:
    """A sample matches its pattern with exactly its captures, or does not match it, as is written above it."""
    path = str(Path(PATTERNS[name].path).with_suffix(".log"))
    found = [problem for problem in problems_of(name) if (problem.path, problem.line) == (path, line)]
    assert not found, show(found)


@pytest.mark.parametrize("name", PATTERNS)
def test_pattern(name: str) -> None:
    """A pattern has enough samples, each of its regexes is needed by one, and none is slow on a hostile line."""
    path = str(Path(PATTERNS[name].path).with_suffix(".log"))
    found = [problem for problem in problems_of(name) if (name, problem.line) not in SAMPLES or problem.path != path]
    assert not found, show(found)


def test_every_sample_file_has_its_pattern() -> None:
    """No samples are left over from a pattern that is gone."""
    written = {path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.log")}
    assert written - set(PATTERNS) == set()


@cache
def stated_values() -> set[str]:
    """Give the names of all values that some pattern can state."""
    rules = [rule.regex for pattern in LIBRARY.patterns for rule in pattern.rules]
    return {name for pattern in LIBRARY.patterns for name in pattern.gives}.union(
        *(regex.compile(rule).groupindex for rule in rules)
    )


class TestVocabulary:
    """`vocabulary.yaml` and the patterns fit each other."""

    @pytest.mark.parametrize("word", LIBRARY.words.statements)
    def test_statement_is_used(self, word: str) -> None:
        """Each declared statement is made by a pattern, and its meaning is a sentence."""
        assert word in {pattern.states for pattern in LIBRARY.patterns}
        assert LIBRARY.words.statements[word].endswith(".")

    @pytest.mark.parametrize("value", LIBRARY.words.types)
    def test_value_is_used(self, value: str) -> None:
        """Each declared value is captured or given by a pattern."""
        assert value in stated_values()

    def test_patterns_yield_to_patterns_that_exist(self) -> None:
        """`unless` names other patterns."""
        wrong = {name: set(pattern.unless) - (set(LIBRARY.by_id) - {pattern.id}) for name, pattern in PATTERNS.items()}
        assert not {name: missing for name, missing in wrong.items() if missing}


def test_hint_with_a_quote_is_found_inside_json() -> None:
    """A message that came inside of JSON has its quotes escaped in the line, and is matched all the same."""
    message = '** (System.EnvError) could not fetch environment variable "PORT" because it is not set'
    event = Event(1, json.dumps({"message": message}), "render", "app", message)
    assert "port-variable-missing" in [match.pattern for match in matcher().match(event)]
    assert '\\"port\\"' in " ".join(matcher().hints)
