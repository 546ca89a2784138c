"""Opening what is read: local files, and objects behind URLs by fsspec where that is installed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from loganalyzer.batch.records import shown
from loganalyzer.errors import InputError, UsageError

__all__ = ["is_url", "list_objects", "open_container", "reason_of", "stamp_of"]

URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
USER = re.compile(r"(?<=://)[^/@]*@")
QUERY = re.compile(r"\?.*", re.DOTALL)
EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs", "abfs": "az", "abfss": "az", "az": "az", "adl": "az"}
WILD = frozenset("*?[")


def is_url(text: str) -> bool:
    """Say whether a source is an object store's and not a path."""
    return URL.match(text) is not None


def shown_url(url: str) -> str:
    """Give a URL without what may be a credential: user, password and signed query."""
    return shown(QUERY.sub("", USER.sub("", url)))


OBJECT_BLOCK_BYTES = 8 << 20
"""Bytes of an object that are asked for at once."""


def open_container(container: str, *, anonymous: bool = False, is_sparse: bool = False) -> IO[bytes]:
    """Open a file or an object for reading.

    Args:
        container: path or URL.
        anonymous: whether a bucket is read without credentials.
        is_sparse: whether little is read here and there, so that nothing of an object is to be read ahead.

    Raises:
        InputError: it cannot be opened; the reason holds no credentials.
    """
    if not is_url(container):
        try:
            return Path(container).open("rb")
        except (OSError, ValueError) as error:
            raise InputError(shown(container), reason_of(error)) from error
    system, path = _file_system(container, anonymous=anonymous)
    try:
        kept = {"cache_type": "none"} if is_sparse else {}
        opened: IO[bytes] = system.open(path, "rb", block_size=OBJECT_BLOCK_BYTES, **kept)
    except Exception as error:  # every store has errors of its own
        raise InputError(shown_url(container), reason_of_store(error, container)) from error
    return opened


def stamp_of(container: str) -> tuple[int, int]:
    """Give what changes when a local file is written anew; a constant for objects."""
    if is_url(container):
        return (0, 0)
    status = Path(container).stat()
    return (status.st_mtime_ns, status.st_size)


def list_objects(url: str, *, anonymous: bool = False) -> Iterator[tuple[str, str]]:
    """List the objects that a URL names: one, those below a prefix, or those that a wildcard fits.

    Yields:
        Name as it is shown, and URL. In the order of names.

    Raises:
        InputError: the store refuses, or there is nothing.
    """
    system, path = _file_system(url, anonymous=anonymous)
    try:
        if WILD & set(path):
            found = [name for name in system.glob(path) if not system.isdir(name)]
        elif system.isdir(path):
            found = system.find(path)
        else:
            system.info(path)
            found = [path]
    except Exception as error:  # every store has errors of its own
        raise InputError(shown_url(url), reason_of_store(error, url)) from error
    if not found:
        raise InputError(shown_url(url), "there is no such object, and none below it")
    for name in sorted(found):
        full = url if found == [path] else system.unstrip_protocol(name)
        yield shown_url(full), full


def _file_system(url: str, *, anonymous: bool) -> tuple[Any, str]:
    """Give the file system of a URL and the path in it. Raises UsageError when it is not installed."""
    protocol = url.partition("://")[0].lower()
    extra = EXTRAS.get(protocol, "s3")
    try:
        import fsspec.core  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise UsageError(f"{protocol}:// needs fsspec; pip install 'loganalyzer[{extra}]'") from error
    options: dict[str, Any] = {}
    if anonymous:
        options = {"token": "anon"} if extra == "gs" else {"anon": True}
    try:
        system, path = fsspec.core.url_to_fs(url, **options)
    except ImportError as error:
        raise UsageError(f"{protocol}:// needs a package; pip install 'loganalyzer[{extra}]'") from error
    except Exception as error:  # every store has errors of its own
        raise InputError(shown_url(url), reason_of_store(error, url)) from error
    return system, str(path)


def reason_of_store(error: Exception, url: str) -> str:
    """Say in words what an object store's error means, without what the URL says of credentials.

    Examples:
        >>> reason_of_store(ValueError("no bucket me:secret@logs"), "s3://me:secret@logs/a.log")
        'no bucket ***@logs'
    """
    words = reason_of(error)
    for found in (USER.search(url), QUERY.search(url)):
        if found and len(found[0]) > 1:
            words = words.replace(found[0].strip("?@"), "***")
    if isinstance(error, FileNotFoundError):
        return words if "bucket" in words else "there is no such bucket or object"
    if isinstance(error, PermissionError):
        return f"the store refuses: {words}"
    if "credentials" in words.lower():
        return f"{words}; --anonymous reads public buckets without any"
    return words


def reason_of(error: BaseException) -> str:
    """Say in words what went wrong, without what may be a credential or a path of this machine."""
    told = getattr(error, "strerror", None)
    if told:
        return str(told)
    text = " ".join(QUERY.sub("", USER.sub("", str(error))).split())
    return shown(text[:200]) or type(error).__name__
