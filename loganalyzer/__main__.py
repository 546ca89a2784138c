"""`python -m loganalyzer`."""

from __future__ import annotations

from loganalyzer.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
