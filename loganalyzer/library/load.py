"""Loads the pattern library: finds the folder, reads YAML strictly, gathers every problem before it fails.

Reading some hundred YAML files takes longer than analysing a log, so the result is kept as one JSON file in the
user's cache folder, under a name made from the names, sizes and times of the files and this program's version.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from loganalyzer.errors import LibraryError, Problem
from loganalyzer.library.schema import Pattern, Rule, Vocabulary, check_mapping, pattern_from_mapping

__all__ = ["CACHE_FORMAT", "Library", "cache_folder", "find_patterns", "load", "read_folder"]

CACHE_FORMAT = 3
VOCABULARY = "vocabulary.yaml"


@dataclass(frozen=True, slots=True)
class Library:
    """Every pattern that was loaded, in the order of their ids.

    Attributes:
        patterns: the patterns.
        words: the declared vocabulary.
        key: a digest of everything that the patterns say; equal libraries have equal keys.
    """

    patterns: tuple[Pattern, ...]
    words: Vocabulary
    key: str = ""
    by_id: Mapping[str, Pattern] = field(default_factory=dict)


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
    cached = cache_folder() / f"library-{stamp}.json"
    if use_cache:
        library = _read_cache(cached, stamp)
        if library is not None:
            return library
    library = read_folders(folders, stamp)
    if use_cache:
        _write_cache(cached, library)
    return library


def read_folders(folders: list[Path], key: str = "") -> Library:
    """Read every pattern file of the folders, without the cache. Raises LibraryError."""
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
        own, faults = read_folder(folder, everything)
        problems += faults
        patterns |= {pattern.id: pattern for pattern in own}
    if problems:
        raise LibraryError(problems)
    ordered = tuple(patterns[name] for name in sorted(patterns))
    return Library(ordered, everything, key, {pattern.id: pattern for pattern in ordered})


def read_folder(folder: Path, words: Vocabulary) -> tuple[list[Pattern], list[Problem]]:
    """Read the pattern files below one folder, with all problems found in them."""
    problems: list[Problem] = []
    patterns: list[Pattern] = []
    seen: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.yaml")):
        if path.name == VOCABULARY:
            continue
        raw, lines = _read_yaml(path, problems)
        if raw is None:
            continue
        faults = check_mapping(raw, path, lines, words)
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


def cache_folder() -> Path:
    """Give the folder for what is computed once: LOGANALYZER_CACHE, else the system's place for caches."""
    named = os.environ.get("LOGANALYZER_CACHE")
    if named:
        return Path(named)
    import platformdirs  # noqa: PLC0415 (not needed when the variable is set)

    return Path(platformdirs.user_cache_dir("loganalyzer", appauthor=False))


def _stamp(folders: list[Path]) -> str:
    """Make the cache key from name, size and time of every file."""
    digest = hashlib.blake2b(f"{CACHE_FORMAT}".encode(), digest_size=12)
    for folder in folders:
        for root, names, files in os.walk(folder):
            names.sort()
            for name in sorted(files):
                if name.endswith(".yaml"):
                    info = os.stat(os.path.join(root, name))  # noqa: PTH116, PTH118 (start-up time)
                    digest.update(f"{root}/{name}\0{info.st_size}\0{info.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _read_cache(path: Path, key: str) -> Library | None:
    """Read a cached library; anything odd about the file means that there is none."""
    try:
        raw = json.loads(path.read_bytes())
        patterns = tuple(
            Pattern(
                **{
                    **entry,
                    **{name: tuple(entry[name]) for name in ("sources", "platforms", "unless", "written_by")},
                    "rules": tuple(Rule(*rule) for rule in entry["rules"]),
                }
            )
            for entry in raw["patterns"]
        )
        words = Vocabulary(raw["statements"], raw["types"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Library(patterns, words, key, {pattern.id: pattern for pattern in patterns})


def _write_cache(path: Path, library: Library) -> None:
    """Keep a library for the next start; a folder that cannot be written is no error."""
    entries = [
        {**asdict(pattern), "rules": [[rule.hint, rule.regex, rule.line] for rule in pattern.rules]}
        for pattern in library.patterns
    ]
    raw = {"patterns": entries, "statements": dict(library.words.statements), "types": dict(library.words.types)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(raw), encoding="utf-8")
        fresh.replace(path)
    except OSError:
        return
