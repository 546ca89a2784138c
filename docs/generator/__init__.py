"""The pages that are made from the data: causes, words of the platforms, patterns, files of the project."""

from __future__ import annotations

from generator import causes, modules, patterns, platforms, project
from generator.sources import Sources, load_sources

__all__ = ["FOLDER", "Sources", "load_sources", "make_pages"]

FOLDER = "generated"
"""Folder of the made pages inside the documentation; it is never committed."""


def make_pages(sources: Sources) -> dict[str, str]:
    """Make every page.

    Args:
        sources: what the pages are made from.

    Returns:
        Path below the documentation's folder → text in Markdown; equal sources give equal pages.
    """
    made = {
        **causes.make_pages(sources),
        **platforms.make_pages(sources),
        **patterns.make_pages(sources),
        **project.make_pages(sources),
        **modules.make_pages(sources),
    }
    return {f"{FOLDER}/{name}": text for name, text in sorted(made.items())}
