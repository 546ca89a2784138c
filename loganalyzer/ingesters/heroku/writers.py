"""Who wrote a line: Heroku's tag, such as `app[web.1]`, becomes our source and the process.

Fact numbers are those of the package's docstring.
"""

from __future__ import annotations

from functools import lru_cache

from loganalyzer.late import late_regex

__all__ = ["PROCESS", "TAG", "find_writer", "is_plausible", "origin"]

TAG = r"app|heroku(?:-router)?|[Ll]ogplex"
"""Names that stand before the bracket (facts 2 and 4)."""

PROCESS = late_regex(r"[a-z][\w-]*\.(?:\d{1,8}|[xX*N]{1,8})|[a-z][\w-]*-[0-9a-z]{1,16}-[0-9a-z]{5}|router|api")
"""Names in the bracket that are clearly Heroku's: Cedar and Fir dynos, router and API (facts 2 and 3), also masked."""

ROUTERS = frozenset({"router", "nginx"})
BUILDERS = frozenset({"build", "builder", "slugc", "slug-compiler"})
LOG_CARRIERS = frozenset({"logplex", "log-shuttle"})
# A Procfile may well have a type `redis` or `kafka`, so these names count for add-ons only without a number (fact 5).
ADDON = late_regex(r"heroku-[\w-]+(?:\.\w+)?|(?:postgres(?:ql)?|pgbouncer)(?:\.\w+)?|redis|kafka")
BULK_TAG = late_regex(rf"(?:host )?(?P<tag>{TAG})[\[ /](?P<name>[^\]\s]+)")


def find_writer(tag: str, name: str | None) -> tuple[str, str | None]:
    """Say who writes under a tag.

    Args:
        tag: the word before the bracket, one of TAG.
        name: the word in it; None for `Logplex:`, which has no bracket.

    Returns:
        A word of model.SOURCES, and the process as the platform prints it; None where no process writes.

    Examples:
        >>> find_writer("heroku", "web.1"), find_writer("heroku", "router"), find_writer("app", "api")
        (('platform', 'web.1'), ('router', None), ('api', None))
    """
    if name is None or tag.lower() == "logplex" or name in LOG_CARRIERS:
        return "platform", None
    if tag == "heroku-router" or (tag == "heroku" and name in ROUTERS):
        return "router", None
    if name == "api":
        return "api", None
    if name in BUILDERS:
        return "build", None
    if ADDON.fullmatch(name):
        return "addon", name
    return ("platform", name) if tag == "heroku" else ("app", name)


def is_plausible(tag: str, name: str) -> bool:
    """Say whether tag and name are Heroku's where no time of its form stands before them.

    A program can be named `app`; `app[4711]` is then its process id, on any machine.
    """
    return tag != "app" or PROCESS.fullmatch(name) is not None or find_writer(tag, name)[0] != "app"


@lru_cache(maxsize=1024)
def origin(tag: bytes) -> tuple[str, str | None]:
    """Say who writes under a tag that HEADS captured.

    Args:
        tag: `app[web.1]`, or `host app web.1` from a drain's frame; any other bytes are taken for the app's.

    Returns:
        Source and process, the same as `parse` gives for a line with this tag. Never raises.

    Examples:
        >>> origin(b"app[web.1]"), origin(b"host heroku router")
        (('app', 'web.1'), ('router', None))
    """
    found = BULK_TAG.match(tag.decode("utf-8", "replace"))
    return find_writer(found["tag"], found["name"]) if found else ("app", None)
