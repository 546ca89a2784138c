"""The commands beside the analysis: explain a word, ask why a line or a cause was judged as it was, tend the patterns.

Only `interface` is imported when the program starts; what a command needs is imported when it runs.
"""

from loganalyzer.commands.interface import add_commands

__all__ = ["add_commands"]
