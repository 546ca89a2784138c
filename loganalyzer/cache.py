"""What is computed once and kept for the next start: one folder, files that are written whole or not at all.

A file that is missing, cut short or changed by anything else counts as not there. Whatever is kept can be made again,
so a folder that cannot be written is no error.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["cache_folder", "digest_of", "keep", "read_kept"]

DIGEST_BYTES = 12


def cache_folder() -> Path:
    """Give the folder: LOGANALYZER_CACHE, else the system's place for caches."""
    named = os.environ.get("LOGANALYZER_CACHE")
    if named:
        return Path(named)
    given = os.environ.get("XDG_CACHE_HOME", "").strip()
    if sys.platform == "linux" and (given or os.environ.get("HOME")):
        return Path(given or os.path.join(os.environ["HOME"], ".cache")) / "loganalyzer"  # noqa: PTH118 (as below)
    import platformdirs  # noqa: PLC0415 (takes longer to import than all of the above)

    return Path(platformdirs.user_cache_dir("loganalyzer", appauthor=False))


def digest_of(*parts: bytes) -> str:
    """Give a digest of some bytes, for the name of a file."""
    try:
        from _blake2 import blake2b  # noqa: PLC0415 (what hashlib gives, without the import of OpenSSL)
    except ImportError:
        from hashlib import blake2b  # noqa: PLC0415

    digest = blake2b(digest_size=DIGEST_BYTES)
    for part in parts:
        digest.update(part)
    return str(digest.hexdigest())


def read_kept(name: str) -> bytes | None:
    """Read what was kept under a name; None when there is nothing whole."""
    try:
        raw = (cache_folder() / name).read_bytes()
    except OSError:
        return None
    data, found = raw[: -2 * DIGEST_BYTES], raw[-2 * DIGEST_BYTES :]
    return data if digest_of(data).encode() == found else None


def keep(name: str, data: bytes) -> None:
    """Keep something under a name."""
    path = cache_folder() / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{name}.{os.getpid()}")
        fresh.write_bytes(data + digest_of(data).encode())
        fresh.replace(path)
    except OSError:
        return
