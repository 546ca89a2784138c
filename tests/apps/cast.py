"""The cast of the matrix: servers, how each is started with which fault, and what each platform's verdict must be."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PYTHON, NODE, PHP, RUBY, TLS = HERE / "python", HERE / "node", HERE / "php", HERE / "ruby", HERE / "tls.pem"
MODULES = NODE / "node_modules"

FAULTS = (
    "right",
    "fixed",
    "loopback",
    "ipv6",
    "late",
    "never",
    "crash",
    "exits",
    "taken",
    "literal",
    "tls",
    "failing",
    "slow",
)
ALIKE = {
    "right": "healthy", "loopback": "port-loopback-only", "ipv6": "port-loopback-only", "never": "port-not-bound",
    "crash": "crash-exception", "exits": "exited-early", "taken": "port-in-use", "literal": "port-invalid",
    "tls": "port-protocol-mismatch",
}  # fmt: skip
EXPECTED: Mapping[str, Mapping[str, str]] = {
    # Heroku asks for no health path, so only what the router sees counts.
    "heroku": {**ALIKE, "fixed": "port-hardcoded", "late": "boot-slow", "failing": "healthy", "slow": "healthy"},
    # Render adopts any port, and its deploy goes on for three times as long as its port scan.
    "render": {**ALIKE, "fixed": "healthy", "late": "healthy", "failing": "health-check-failing", "slow": "health-check-failing"},
    "cloudfoundry": {**ALIKE, "fixed": "port-hardcoded", "late": "boot-slow", "failing": "health-check-failing", "slow": "health-check-failing"},
}  # fmt: skip


@dataclass(frozen=True)
class Server:
    """One server of the cast.

    Attributes:
        name: its name.
        needs: Python module, Node package, or program of another language, without which it is left out; empty for none.
        faults: the faults that it can have.
    """

    name: str
    needs: str
    faults: tuple[str, ...] = FAULTS

    @property
    def is_node(self) -> bool:
        """Say whether Node runs it."""
        return self.name.startswith("node-")

    @property
    def missing(self) -> str:
        """Say what is not installed; empty when it can be started."""
        if self.name in PROGRAMS:
            return "" if shutil.which(self.needs) else self.needs
        if self.is_node:
            if shutil.which("node") is None:
                return "node"
            return self.needs if self.needs and not (MODULES / self.needs).is_dir() else ""
        return self.needs if self.needs and importlib.util.find_spec(self.needs) is None else ""

    def command(self, host: str, port: str, tls: str) -> list[str]:
        """Give the words that start it."""
        bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        if self.name in PROGRAMS:
            return {
                "php": ["php", "-S", bind, str(PHP / "router.php")],
                "puma": ["puma", "-w", "0", "-t", "1:4", "-b", f"tcp://{bind}", str(RUBY / "config.ru")],
            }[self.name]
        if self.is_node:
            return [
                "node",
                str(NODE / "serve.js"),
                self.name.removeprefix("node-"),
                host,
                port,
                *([tls] if tls else []),
            ]
        if self.name == "gunicorn":
            secure = ["--keyfile", tls, "--certfile", tls] if tls else []
            return [
                sys.executable,
                "-m",
                "gunicorn",
                "--preload",
                "--no-control-socket",
                "-b",
                bind,
                *secure,
                "app:wsgi",
            ]
        if self.name == "uvicorn":
            secure = ["--ssl-keyfile", tls, "--ssl-certfile", tls] if tls else []
            return [sys.executable, "-m", "uvicorn", "--host", host, "--port", port, *secure, "app:asgi"]
        if self.name == "hypercorn":
            secure = ["--keyfile", tls, "--certfile", tls] if tls else []
            return [sys.executable, "-m", "hypercorn", "-b", bind, *secure, "app:asgi"]
        if self.name == "static":
            return [sys.executable, "-m", "http.server", port, "--bind", host]
        return [sys.executable, str(PYTHON / "serve.py"), self.name, host, port, *([tls] if tls else [])]

    def environment(self, fault: str, late_s: float, slow_s: float) -> dict[str, str]:
        """Give the variables that bring the fault about."""
        at_import = "1" if self.name in ("gunicorn", "uvicorn", "hypercorn") else "0"
        path = os.pathsep.join([str(PYTHON), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        return {
            "FAULT": fault,
            "LATE_S": str(late_s),
            "SLOW_S": str(slow_s),
            "FAULT_AT_IMPORT": at_import,
            "PYTHONPATH": path,
            "PYTHONDONTWRITEBYTECODE": "1",
            "WEB_CONCURRENCY": "1",
        }


PROGRAMS = ("php", "puma")
OUTER = ("right", "fixed", "loopback", "ipv6", "taken", "literal")
CAST = (
    Server("http.server", ""),
    Server("flask", "flask"),
    Server("gunicorn", "gunicorn"),
    Server("uvicorn", "uvicorn"),
    # Hypercorn starts a worker that ended again and again, and takes a port that is none for the name of a host.
    Server("hypercorn", "hypercorn", tuple(fault for fault in FAULTS if fault not in ("exits", "literal"))),
    Server("waitress", "waitress", tuple(fault for fault in FAULTS if fault != "tls")),
    Server("aiohttp", "aiohttp"),
    Server("tornado", "tornado", tuple(fault for fault in FAULTS if fault != "tls")),
    Server("bottle", "bottle", tuple(fault for fault in FAULTS if fault not in ("tls", "ipv6"))),
    Server("static", "", OUTER),
    Server("php", "php", (*OUTER, "failing", "slow")),
    # Puma says that it starts before it loads the app, so never looks like late, and calls an exit in the app an error.
    Server("puma", "puma", tuple(fault for fault in FAULTS if fault not in ("tls", "never", "exits"))),
    Server("node-http", ""),
    Server("node-express", "express", tuple(fault for fault in FAULTS if fault != "tls")),
    Server("node-fastify", "fastify", tuple(fault for fault in FAULTS if fault != "tls")),
)
