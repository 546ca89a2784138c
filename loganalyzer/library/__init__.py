"""The pattern library: loads patterns, finds which of them hold for an event."""

from loganalyzer.library.load import Library, find_patterns, load
from loganalyzer.library.match import Matcher
from loganalyzer.library.schema import Pattern, Rule, Vocabulary

__all__ = ["Library", "Matcher", "Pattern", "Rule", "Vocabulary", "find_patterns", "load"]
