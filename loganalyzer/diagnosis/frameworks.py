"""Frameworks: which of the things that a log names is the framework of the app.

Several are named in most logs (a server, a framework on top of it, the runtime below); the most specific one counts,
the one that holds the port first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from loganalyzer.diagnosis.binds import Bind
from loganalyzer.summary import Sighting

__all__ = ["choose_framework", "framework_of_command"]

GENERIC = ("node", "python", "java", "ruby", "php", "go", "rust", "dotnet", "elixir", "erlang", "haskell", "perl", "r")
"""Runtimes: named only when nothing better is."""

SERVERS = ("tomcat", "jetty", "undertow", "netty", "webrick", "rack", "werkzeug", "cowboy", "bandit", "starlette")
"""Servers that are mostly part of a framework: named when the framework is not."""

ALIASES = {
    "botkit": "express",
    "parse-server": "express",
    "dotnet": "aspnet-core",
    "kestrel": "aspnet-core",
    "fiery": "dash",
    "werkzeug": "flask",
    "starlette": "fastapi",
}
"""Products by the framework that holds their port, and names for the same thing."""

FRONTS = ("apache", "nginx")
"""Servers that Heroku's and Cloud Foundry's PHP buildpacks put in front of the app."""

WRAPPERS = ("npm", "nodemon", "pm2", "foreman", "supervisord", "prisma", "webpack")
"""Tools around an app: better than a runtime, weaker than a framework."""

BY_COMMAND: tuple[tuple[str, str], ...] = (
    (r"\bgunicorn\b.*\b\w+\.wsgi\b", "django"),
    (r"manage\.py db (?:upgrade|migrate|init)\b", "flask"),
    (r"manage\.py (?:runserver|migrate|collectstatic|shell)\b", "django"),
    (r"\bgunicorn\b", "gunicorn"),
    (r"\buvicorn\b", "uvicorn"),
    (r"\bhypercorn\b", "hypercorn"),
    (r"\bdaphne\b", "daphne"),
    (r"\bwaitress-serve\b", "waitress"),
    (r"\bfastapi (?:run|dev)\b", "fastapi"),
    (r"\bstreamlit run\b", "streamlit"),
    (r"\bvoila\b", "voila"),
    (r"\bjupyter\b", "jupyter"),
    (r"\bflask(?: --\S+(?: \S+)?)* run\b", "flask"),
    (r"manage\.py runserver\b", "django"),
    (r"\bpuma\b", "puma"),
    (r"\bunicorn\b", "unicorn"),
    (r"\bpassenger start\b", "passenger"),
    (r"\bthin\b.{0,80} start\b", "thin"),
    (r"\b(?:bin/)?rails (?:s|server)\b", "rails"),
    (r"\brackup\b", "rack"),
    (r"\bmix phx\.server\b|\bmix phoenix\.server\b", "phoenix"),
    (r"\bnext (?:start|dev)\b", "next"),
    (r"\bnuxt\b", "nuxt"),
    (r"\breact-scripts start\b", "create-react-app"),
    (r"\bng serve\b", "angular-cli"),
    (r"\bvite\b", "vite"),
    (r"\bnest start\b", "nest"),
    (r"\bstrapi (?:start|develop)\b", "strapi"),
    (r"\bserve -s\b|\bnpx serve\b", "serve"),
    (r"\bhttp-server\b", "http-server"),
    (r"\bjson-server\b", "json-server"),
    (r"\.meteor/", "meteor"),
    (r"\bnodemon\b", "nodemon"),
    (r"\bheroku-php-(?:apache2|nginx)\b", "php"),
    (r"artisan serve\b", "laravel"),
    (r"\bdotnet \S+\.dll\b", "aspnet-core"),
    (r"server\.port", "spring-boot"),
    (r"\bmix\b", "phoenix"),
    (r"-jar\b", "java"),
    (r"(?:^|[/\s])hubot\b", "hubot"),
    (r"\bpython3?\b", "python"),
    (r"\bnode\b|\bnpm\b|\byarn\b|\bpnpm\b", "node"),
    (r"\bgo run\b", "go"),
    (r"\bbun\b", "bun"),
    (r"\bdeno\b", "deno"),
    (r"\bruby\b|\bbundle exec\b", "ruby"),
    (r"\bjava\b", "java"),
    (r"\bphp\b", "php"),
)
"""Start commands, the most telling first."""


def choose_framework(own: Sequence[Sighting], whole: Sequence[Sighting], bind: Bind | None) -> str | None:
    """Choose the framework of a run.

    Args:
        own: the run's sightings.
        whole: all sightings, asked when the run names none.
        bind: the bind of its web server.

    Returns:
        Its name in lower-case kebab, or None when nothing names one.
    """
    if bind is not None:
        held = bind.sighting.values.get("framework")
        if isinstance(held, str) and held not in GENERIC and held not in SERVERS:
            commands = (str(one.values["command"]) for one in own if "command" in one.values)
            if held == "uvicorn" and any(framework_of_command(text) == "fastapi" for text in commands):
                return "fastapi"
            return ALIASES.get(held, held)
    best: str | None = None
    for sightings in (own, whole):
        named = Counter(ALIASES.get(name, name) for one in sightings if (name := str(one.values.get("framework", ""))))
        texts = [str(one.values[key]) for one in sightings for key in ("command", "missing") if key in one.values]
        for text in reversed(texts):
            found = framework_of_command(text)
            if found:
                named.setdefault(ALIASES.get(found, found), 1)
        fresh = _most_specific(named)
        if fresh in FRONTS and "php" in named:
            fresh = "php"
        if fresh is not None and (best is None or _rank(fresh) < _rank(best)):
            best = fresh
    if (
        bind is not None
        and best in ("node", None)
        and bind.sighting.pattern.startswith("generic-")
        and _is_express_like(best, bind)
    ):
        return "express"
    return best


def _is_express_like(runtime: str | None, bind: Bind) -> bool:
    """Say whether an unnamed server speaks as Express programs do: in Node, or with the `*:port` of its guides."""
    return "object" not in bind.sighting.pattern and (runtime == "node" or bind.address == "*")


def framework_of_command(command: str) -> str | None:
    """Give the framework that a start command names."""
    return next((name for pattern, name in BY_COMMAND if re.search(pattern, command)), None)


def _most_specific(named: Counter[str]) -> str | None:
    """Give the most specific name; of equal ones the most seen, then the first."""
    if not named:
        return None
    return min(named, key=lambda name: (_rank(name), -named[name]))


def _rank(name: str) -> int:
    """Order names: frameworks before their servers, tools and runtimes."""
    return 3 if name in GENERIC else 2 if name in WRAPPERS else 1 if name in SERVERS else 0
