"""Loads the pattern library: finds the folder, reads YAML strictly, gathers every problem before it fails.

Reading some hundred YAML files takes longer than analysing a log, so the result is kept as one file in the user's cache
folder, under a name made from the names, sizes and times of the files.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loganalyzer.cache import digest_of, keep, read_kept
from loganalyzer.errors import LibraryError, Problem
from loganalyzer.library.schema import Pattern, Vocabulary, check_mapping, pattern_from_mapping
from loganalyzer.library.stored import Index, PatternsById, index_of, read_stored, write_stored

__all__ = ["CACHE_FORMAT", "Library", "find_patterns", "load", "read_folder", "read_folders"]

CACHE_FORMAT = 5
VOCABULARY = "vocabulary.yaml"


@dataclass(frozen=True, slots=True)
class Library:
    """Every pattern that was loaded, in the order of their ids.

    Attributes:
        patterns: the patterns.
        own: those of them that did not come with the program, by their places.
        words: the declared vocabulary.
        index: where the rules are.
        by_id: the patterns by their ids.
        key: a digest of everything that the patterns say; equal libraries have equal keys.
    """

    patterns: Sequence[Pattern]
    own: tuple[int, ...]
    words: Vocabulary
    index: Index
    by_id: Mapping[str, Pattern]
    key: str = ""


def find_patterns() -> Path:
    """Give the folder of the patterns that came with the program: inside the wheel, or beside a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_patterns"
    return installed if installed.is_dir() else package.parent / "patterns"


def load(extra: Iterable[Path] = (), *, use_cache: bool = True) -> Library:
    """Load the library and the user's own patterns.

    Args:
        extra: folders whose patterns are added; a pattern with the id of a shipped one replaces it.
        use_cache: False reads every file again.

    Raises:
        LibraryError: a file cannot be used; it carries every problem, not the first alone.
    """
    folders = [find_patterns(), *extra]
    stamp = _stamp(folders)
    name = f"library-{stamp}"
    if use_cache:
        library = _read_cache(name, stamp)
        if library is not None:
            return library
    library = read_folders(folders, stamp, trusted=folders[0])
    if use_cache:
        keep(name, write_stored(library.patterns, library.own, library.words, library.index))
    return library


def read_folders(folders: list[Path], key: str = "", *, trusted: Path | None = None) -> Library:
    """Read every pattern file of the folders, without the cache.

    Args:
        folders: the folders; a later one's pattern replaces an earlier one's of the same id.
        key: the library's key.
        trusted: a folder whose regexes are known to compile; `loganalyzer check` has tried the shipped ones.

    Raises:
        LibraryError: a file cannot be used.
    """
    problems: list[Problem] = []
    patterns: dict[str, Pattern] = {}
    statements: dict[str, str] = {}
    types: dict[str, str] = {}
    for folder in folders:
        if not folder.is_dir():
            problems.append(Problem(str(folder), None, "no such folder of patterns"))
            continue
        words = _read_vocabulary(folder / VOCABULARY, problems)
        statements |= words.statements
        types |= words.types
    everything = Vocabulary(statements, types)
    for folder in folders:
        read, faults = read_folder(folder, everything, is_trusted=folder == trusted)
        problems += faults
        patterns |= {pattern.id: pattern for pattern in read}
    if problems:
        raise LibraryError(problems)
    ordered = tuple(patterns[name] for name in sorted(patterns))
    shipped = f"{find_patterns()}/"
    own = tuple(place for place, pattern in enumerate(ordered) if not pattern.path.startswith(shipped))
    return Library(ordered, own, everything, index_of(ordered), {one.id: one for one in ordered}, key)


def read_folder(folder: Path, words: Vocabulary, *, is_trusted: bool = False) -> tuple[list[Pattern], list[Problem]]:
    """Read the pattern files below one folder, with all problems found in them.

    Args:
        folder: the folder.
        words: the declared vocabulary.
        is_trusted: whether the regexes are known to be right; compiling them takes most of the time.
    """
    problems: list[Problem] = []
    patterns: list[Pattern] = []
    seen: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.yaml")):
        if path.name == VOCABULARY:
            continue
        raw, lines = _read_yaml(path, problems)
        if raw is None:
            continue
        faults = check_mapping(raw, path, lines, words, is_trusted=is_trusted)
        if path.stem in seen:
            faults.append(Problem(str(path), None, f"the id is taken by {seen[path.stem]}", help="rename one"))
        seen[path.stem] = path
        problems += faults
        if not faults:
            patterns.append(pattern_from_mapping(raw, path, lines))
    return patterns, problems


def _read_yaml(path: Path, problems: list[Problem]) -> tuple[dict[str, Any] | None, dict[str, int]]:
    """Read one mapping with the lines of its keys; duplicate keys and broken YAML become problems."""
    import yaml  # noqa: PLC0415 (only when the cache is stale)

    loader_type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        loader = loader_type(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            problems.append(Problem(str(path), 1, "the file is no mapping of keys"))
            return None, {}
        lines = _key_lines(node, path, problems)
        return loader.construct_document(node), lines
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        mark = getattr(error, "problem_mark", None)
        problems.append(
            Problem(str(path), mark.line + 1 if mark else None, "the file cannot be read", reason=str(error))
        )
        return None, {}


def _key_lines(node: object, path: Path, problems: list[Problem]) -> dict[str, int]:
    """Give the line of each top-level key and of each regex; report duplicate keys at any depth."""
    lines: dict[str, int] = {}
    pending = [(node, True)]
    while pending:
        current, top = pending.pop()
        if hasattr(current, "value") and isinstance(current.value, list):
            keys: set[str] = set()
            for item in current.value:
                if isinstance(item, tuple):
                    name = str(item[0].value)
                    if name in keys:
                        problems.append(Problem(str(path), item[0].start_mark.line + 1, f'key "{name}" is given twice'))
                    keys.add(name)
                    if top:
                        lines[name] = item[0].start_mark.line + 1
                    if top and name == "match" and isinstance(item[1].value, list):
                        for number, entry in enumerate(item[1].value, start=1):
                            lines[f"regex {number}"] = entry.start_mark.line + 1
                    pending.append((item[1], False))
                else:
                    pending.append((item, False))
    return lines


def _read_vocabulary(path: Path, problems: list[Problem]) -> Vocabulary:
    """Read a folder's vocabulary; a folder without one adds no words."""
    if not path.is_file():
        return Vocabulary()
    raw, _ = _read_yaml(path, problems)
    if raw is None:
        return Vocabulary()
    return Vocabulary(
        dict(raw.get("statements") or {}), {name: entry["type"] for name, entry in (raw.get("values") or {}).items()}
    )


def _stamp(folders: list[Path]) -> str:
    """Make the cache key from name, size and time of every file."""
    parts = [f"{CACHE_FORMAT}"]
    for folder in folders:
        pending = [os.fspath(folder)]
        while pending:
            try:
                entries = sorted(os.scandir(pending.pop()), key=lambda entry: entry.name)
            except OSError:
                continue
            for entry in entries:
                if entry.name.endswith(".yaml"):
                    info = entry.stat()
                    parts.append(f"{entry.path}\0{info.st_size}\0{info.st_mtime_ns}")
                elif not entry.name.endswith(".log") and entry.is_dir():
                    pending.append(entry.path)
    return digest_of("\n".join(parts).encode("utf-8", "surrogateescape"))


def _read_cache(name: str, key: str) -> Library | None:
    """Read a cached library; anything odd about the file means that there is none."""
    data = read_kept(name)
    if data is None:
        return None
    try:
        patterns, own, words, index = read_stored(data)
    except (ValueError, KeyError, TypeError):
        return None
    return Library(patterns, own, words, index, PatternsById(index.ids, patterns), key)
