"""A page for each family of patterns with a section a pattern, and one for what a pattern may state and capture."""

from __future__ import annotations

from pathlib import Path

from generator.sources import Sources
from generator.writing import anchor, block, bullets, code, heading, link, prose, table
from loganalyzer.library import Pattern
from loganalyzer.library.samples import Sample, read_samples

__all__ = ["make_pages"]

STATEMENTS = "statements.md"
INTRODUCTION = f"""
A pattern says what one line *states*, never why. Facts put the statements about one life of one process together,
causes judge facts. {link("What a pattern may state", STATEMENTS)} is a closed vocabulary.
""".strip()

MOST_SHOWN = 12
"""Patterns that are named beside a statement; the families' pages have the rest."""


def make_pages(sources: Sources) -> dict[str, str]:
    """Make the page of each family, the page of the vocabulary, and the list of families."""
    families = sorted({pattern.family for pattern in sources.library.patterns})
    own = {name: [pattern for pattern in sources.library.patterns if pattern.family == name] for name in families}
    pages = {f"patterns/{name}.md": _family(name, patterns) for name, patterns in own.items()}
    rows = [
        (link(name, f"{name}.md"), str(len(patterns)), str(sum(len(one.rules) for one in patterns)))
        for name, patterns in own.items()
    ]
    pages["patterns/index.md"] = (
        "\n\n".join(
            [
                "# Patterns",
                INTRODUCTION,
                table(("family", "patterns", "regexes"), rows),
            ]
        )
        + "\n"
    )
    pages[f"patterns/{STATEMENTS}"] = _vocabulary(sources)
    return pages


def _vocabulary(sources: Sources) -> str:
    """Write the page of statements and values."""
    rows = [(_word_cell(word), prose(meaning), _who(word, sources)) for word, meaning in sources.statements.items()]
    values = [(code(name), entry["type"], prose(entry["meaning"])) for name, entry in sources.values.items()]
    return (
        "\n\n".join(
            [
                "# What a pattern may state and capture",
                table(("statement", "meaning", "patterns"), rows),
                "## Values",
                table(("value", "type", "meaning"), values),
            ]
        )
        + "\n"
    )


def _word_cell(word: str) -> str:
    """Write a word of the vocabulary as a cell that can be linked to."""
    return f'<a id="{anchor(word)}"></a>{code(word)}'


def _who(word: str, sources: Sources) -> str:
    """Name the patterns that make a statement, as far as there is room."""
    patterns = [pattern for pattern in sources.library.patterns if pattern.states == word]
    links = [link(pattern.id, f"{pattern.family}.md#{pattern.id}") for pattern in patterns[:MOST_SHOWN]]
    more = len(patterns) - len(links)
    return ", ".join(links) + (f" and {more} more" if more > 0 else "")


def _family(name: str, patterns: list[Pattern]) -> str:
    """Write the page of one family."""
    rows = [
        (link(code(one.id), f"#{one.id}"), link(one.states, f"{STATEMENTS}#{anchor(one.states)}"), prose(one.title))
        for one in patterns
    ]
    parts = [f"# {name}", table(("pattern", "states", "title"), rows)]
    return "\n\n".join([*parts, *(_section(pattern) for pattern in patterns)]) + "\n"


def _section(pattern: Pattern) -> str:
    """Write the section of one pattern."""
    facts = [f"**States** {link(code(pattern.states), f'{STATEMENTS}#{anchor(pattern.states)}')}"]
    facts.append("**Written by a line of** " + ", ".join(code(name) for name in pattern.sources) + _platforms(pattern))
    if pattern.gives:
        facts.append("**Gives** " + ", ".join(code(f"{name}={value}") for name, value in sorted(pattern.gives.items())))
    if pattern.unless:
        facts.append("**Yields to** " + ", ".join(code(name) for name in pattern.unless))
    if pattern.fallback:
        facts.append("**Yields to** every other pattern that states the same")
    facts.append("**Source**: " + "; ".join(prose(text) for text in pattern.written_by))
    facts.append(f"**Limits**: {prose(pattern.limits)}")
    parts = [heading(2, code(pattern.id), pattern.id), prose(pattern.title) + ".", bullets(facts)]
    parts.append(block([rule.regex for rule in pattern.rules], "regex"))
    return "\n\n".join([*parts, *_samples(pattern)])


def _platforms(pattern: Pattern) -> str:
    """Name the platforms of a pattern; nothing when it holds on every one."""
    return " on " + ", ".join(pattern.platforms) if pattern.platforms else ""


def _samples(pattern: Pattern) -> list[str]:
    """Show a line that matches with what is captured, and a near miss with the reason."""
    samples, _ = read_samples(Path(pattern.path).with_suffix(".log"))
    hit = next((sample for sample in samples if sample.matches), None)
    miss = next((sample for sample in samples if not sample.matches and not sample.is_derived), None)
    parts = []
    if hit is not None:
        parts += [f"Matches{_captured(hit)}:", block([hit.text])]
    if miss is not None:
        parts += [f"Does not match ({prose(miss.reason)}):", block([miss.text])]
    return parts


def _captured(sample: Sample) -> str:
    """Write what a sample's line gives."""
    values = ", ".join(code(f"{name}={value}") for name, value in sorted(sample.values.items()))
    return f" and gives {values}" if values else ""
