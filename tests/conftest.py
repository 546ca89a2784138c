"""What every test runs under: an awkward time zone, a cache of its own, and the pipeline as fixtures."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loganalyzer.library import Library, load
from loganalyzer.outcome import Analysis
from loganalyzer.pipeline import Settings, analyze

AWKWARD_ZONE = "Pacific/Chatham"
"""Three quarters of an hour off the others, with summer time: a local time that slips into a report shows."""

CACHE = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes the expected reports anew."""
    parser.addoption("--update-golden", action="store_true", help="write the expected reports of sample_logs/ anew")


def pytest_configure(config: pytest.Config) -> None:
    """Set the time zone and a cache folder for this process and those that tests start; before any test is collected."""
    os.environ["TZ"] = AWKWARD_ZONE
    time.tzset()
    config.stash[CACHE] = tempfile.mkdtemp(prefix="loganalyzer-tests-")
    os.environ["LOGANALYZER_CACHE"] = config.stash[CACHE]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the cache folder."""
    shutil.rmtree(config.stash[CACHE], ignore_errors=True)


@pytest.fixture(scope="session")
def library() -> Library:
    """Give the shipped library."""
    return load()


@pytest.fixture
def analyze_bytes(library: Library, tmp_path: Path) -> Callable[..., Analysis]:
    """Give a function that runs the whole pipeline on bytes; its keywords are fields of Settings."""

    def run(data: bytes, **settings: Any) -> Analysis:
        path = tmp_path / "input.log"
        path.write_bytes(data)
        return analyze(Settings(paths=(str(path),), **settings), library)

    return run
