"""`python -m loganalyzer`."""

from __future__ import annotations

import atexit
import os
import sys
from typing import NoReturn

from loganalyzer import cli

__all__ = ["main"]


def main() -> NoReturn:
    """Run the program, and leave without taking every object apart, which takes as long as reading a log."""
    try:
        cli.main()
    except SystemExit as ended:
        if not isinstance(ended.code, int):
            raise
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, ValueError):
            raise ended from None
        atexit._run_exitfuncs()  # noqa: SLF001 (what other parts of Python asked to be done at the end)
        os._exit(ended.code)


if __name__ == "__main__":
    main()
