"""Writes the made pages of the documentation: `python docs/generate.py && mkdocs build --strict`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS))

from generator import FOLDER, load_sources, make_pages  # noqa: E402 (the folder is no package of the program)


def write(pages: dict[str, str], docs: Path) -> None:
    """Write pages below a folder of documentation; what was made before is removed.

    Args:
        pages: path below the folder → text.
        docs: the folder.
    """
    shutil.rmtree(docs / FOLDER, ignore_errors=True)
    for name, text in pages.items():
        path = docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    made = make_pages(load_sources())
    write(made, DOCS)
    print(f"{len(made)} pages in {DOCS.name}/{FOLDER}")
