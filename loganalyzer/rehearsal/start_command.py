"""The start command of an app: from the command line, or from the file in which its platform looks for it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from loganalyzer.errors import InputError, UsageError
from loganalyzer.rehearsal.records import StartCommand

__all__ = ["find_command", "given_command", "read_environment"]

FILES: Mapping[str, tuple[str, ...]] = {
    "heroku": ("Procfile", "package.json", "render.yaml", "manifest.yml"),
    "render": ("render.yaml", "Procfile", "package.json", "manifest.yml"),
    "cloudfoundry": ("manifest.yml", "Procfile", "package.json", "render.yaml"),
}
"""Where each platform's command is looked for, the platform's own file first."""

OWN: Mapping[str, frozenset[str]] = {
    "heroku": frozenset({"Procfile", "package.json"}),
    "render": frozenset({"render.yaml"}),
    "cloudfoundry": frozenset({"manifest.yml", "Procfile", "package.json"}),
}
PROCESS = re.compile(r"([A-Za-z0-9_-]+):\s*(.+)")
VARIABLE = re.compile(r"\(\([^)]+\)\)")
ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)")


def given_command(words: Sequence[str], folder: Path) -> StartCommand:
    """Make a start command of what was given on the command line.

    One word with blanks is a line for the shell, as it stands in a Procfile; several words are run as they are.
    """
    if len(words) == 1 and " " in words[0].strip():
        return StartCommand((), words[0].strip(), "the command line, as a line for the shell", folder)
    return StartCommand(tuple(words), shlex.join(words), "the command line, word by word", folder)


def find_command(platform: str, folder: Path) -> StartCommand:
    """Find the start command of the app in a folder.

    Raises:
        UsageError: no file names one.
        InputError: a file cannot be read as what it is.
    """
    for name in FILES[platform]:
        path = folder / name
        if not path.is_file():
            continue
        found = READERS[name](path)
        if found is None:
            continue
        if name not in OWN[platform]:
            origin = f"{found.origin} ({platform} does not read this file itself: set the command there as well)"
            return StartCommand((), found.line, origin, found.folder, found.environment)
        return found
    names = ", ".join(FILES[platform])
    raise UsageError(
        f"{folder}: no start command in {names}; give one: loganalyzer rehearse --platform {platform} -- COMMAND"
    )


def _read_procfile(path: Path) -> StartCommand | None:
    """Read the `web` line of a Procfile: `name: command`, one a line, the last one of a name counts."""
    found: StartCommand | None = None
    for number, line in enumerate(_text(path).splitlines(), start=1):
        match = PROCESS.match(line)
        if match and match[1] == "web":
            found = StartCommand((), match[2].strip(), f"Procfile, line {number}, process type web", path.parent)
    return found


def _read_package(path: Path) -> StartCommand | None:
    """Read `scripts.start` of package.json; npm runs server.js where there is no such script."""
    package = _mapping(path, json.loads)
    scripts = package.get("scripts")
    if isinstance(scripts, dict) and isinstance(scripts.get("start"), str):
        return StartCommand((), "npm start", f"package.json, scripts.start: {scripts['start']}", path.parent)
    if (path.parent / "server.js").is_file():
        return StartCommand(
            (), "node server.js", "package.json without scripts.start: npm's default is server.js", path.parent
        )
    return None


def _read_blueprint(path: Path) -> StartCommand | None:
    """Read the first web service of render.yaml: its start command, rootDir, envVars and healthCheckPath."""
    for service in _items(_mapping(path, yaml.safe_load).get("services")):
        if service.get("type") != "web":
            continue
        key = next((name for name in ("startCommand", "dockerCommand") if service.get(name)), None)
        if key is None:
            continue
        variables = {
            str(one["key"]): _scalar(one["value"])
            for one in _items(service.get("envVars"))
            if "key" in one and "value" in one
        }
        health = service.get("healthCheckPath")
        return StartCommand(
            (),
            str(service[key]).strip(),
            f"render.yaml, {key} of the web service {service.get('name', '')}".rstrip(),
            path.parent / str(service.get("rootDir") or "."),
            variables,
            str(health) if health else None,
        )
    return None


def _read_manifest(path: Path) -> StartCommand | None:
    """Read the first application of manifest.yml, or its web process: command, env, health check, timeout."""
    for application in _items(_mapping(path, yaml.safe_load).get("applications")):
        web = next((one for one in _items(application.get("processes")) if one.get("type") == "web"), {})
        merged = {**application, **web}
        command = merged.get("command")
        if not command or command in ("null", "default"):
            continue  # the buildpack's own command counts, which a Procfile or package.json tells
        if VARIABLE.search(str(command)):
            raise InputError(str(path), f"the command has a variable that only cf push fills in: {command}")
        environment = merged.get("env")
        variables = (
            {str(name): _scalar(value) for name, value in environment.items()} if isinstance(environment, dict) else {}
        )
        http = merged.get("health-check-type") == "http"
        health = str(merged.get("health-check-http-endpoint") or "/") if http else None
        timeout = merged.get("timeout")
        limit = float(timeout) if isinstance(timeout, int) and timeout > 0 else None
        origin = f"manifest.yml, command of the application {merged.get('name', '')}".rstrip()
        return StartCommand(
            (), str(command).strip(), origin, path.parent / str(merged.get("path") or "."), variables, health, limit
        )
    return None


READERS: Mapping[str, Callable[[Path], StartCommand | None]] = {
    "Procfile": _read_procfile,
    "package.json": _read_package,
    "render.yaml": _read_blueprint,
    "manifest.yml": _read_manifest,
}


def read_environment(path: Path) -> dict[str, str]:
    """Read a file of `NAME=value` lines, with `#` comments and quotes, as dotenv files have them.

    Raises:
        InputError: it cannot be read, or a line is no such line.
    """
    variables: dict[str, str] = {}
    for number, line in enumerate(_text(path).splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        match = ASSIGNMENT.fullmatch(text)
        if match is None:
            raise InputError(str(path), f"line {number} is no NAME=value")
        variables[match[1]] = _unquote(match[2])
    return variables


def _unquote(value: str) -> str:
    """Take quotes from a value, or the comment behind one without quotes."""
    if len(value) > 1 and value[0] in "'\"" and value.endswith(value[0]):
        return value[1:-1]
    return value.partition(" #")[0].rstrip()


def _text(path: Path) -> str:
    """Read a text file."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), getattr(error, "strerror", None) or "is no UTF-8 text") from error


def _mapping(path: Path, parse: Callable[[str], Any]) -> dict[str, Any]:
    """Read a file whose top level is a mapping."""
    try:
        content = parse(_text(path))
    except (ValueError, yaml.YAMLError) as error:
        raise InputError(str(path), " ".join(str(error).split())) from error
    if not isinstance(content, dict):
        raise InputError(str(path), "is no mapping at its top level")
    return content


def _items(value: object) -> list[dict[str, Any]]:
    """Give the mappings of a list; none of anything else."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _scalar(value: object) -> str:
    """Write a YAML value as the platforms put it into the environment."""
    return str(value).lower() if isinstance(value, bool) else str(value)
