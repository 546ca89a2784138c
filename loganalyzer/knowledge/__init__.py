"""Offline knowledge: what each code, platform line, exit status and root cause means and how it is mended."""

from loganalyzer.knowledge.changes import Change, changes_for, frameworks_of
from loganalyzer.knowledge.entry import Entry, all_entries, needs_of
from loganalyzer.knowledge.lookup import find, suggest

__all__ = ["Change", "Entry", "all_entries", "changes_for", "find", "frameworks_of", "needs_of", "suggest"]
