"""The examples of pipelines: they parse, they name options that exist, and the action's script runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from loganalyzer.commands.program import app
from loganalyzer.rehearsal import find_command

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
SERVER = "import http.server as h, os\nh.HTTPServer(('{host}', int(os.environ['PORT'])), h.SimpleHTTPRequestHandler).serve_forever()\n"


def script() -> tuple[str, dict[str, Any]]:
    """Give the script of the action's last step and its inputs."""
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    return action["runs"]["steps"][-1]["run"], action["inputs"]


def run_action(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the action's script as the runner does, with its inputs in the environment."""
    text, declared = script()
    values = {name: str(one.get("default", "")) for name, one in declared.items()} | inputs
    environment = {name.upper().replace("-", "_"): value for name, value in values.items()}
    program = folder / "bin"
    program.mkdir(exist_ok=True)
    (program / "loganalyzer").write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m loganalyzer "$@"\n')
    (program / "loganalyzer").chmod(0o755)
    path = os.pathsep.join([str(program), str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, **environment, "RUNNER_TEMP": str(folder), "PATH": path},
        timeout=90,
        check=False,
    )


@pytest.mark.parametrize(
    "path", [ROOT / "action.yml", ROOT / ".pre-commit-hooks.yaml", *EXAMPLES.glob("*.yml"), *EXAMPLES.glob("*.yaml")]
)
def test_yaml(path: Path) -> None:
    """Every file parses."""
    assert yaml.safe_load(path.read_text())


def test_options_exist() -> None:
    """Every option that an example gives to a command exists."""
    program: Any = get_command(app)
    context = program.context_class(program)
    known = {
        name: {option for parameter in program.get_command(context, name).params for option in parameter.opts}
        for name in program.list_commands(context)
    }
    seen = 0
    for path in [ROOT / "action.yml", *EXAMPLES.iterdir()]:
        for name, rest in re.findall(r"loganalyzer (rehearse|watch|analyze)\b([^|&\n]*)", path.read_text()):
            options = set(re.findall(r"(?<=\s)(--[a-z][a-z-]+)", rest))
            assert options <= known[name], (path, options - known[name])
            seen += 1
    assert seen >= 8


def test_inputs_are_no_script() -> None:
    """No input stands in the text of the script, where its content would be run."""
    assert "${{" not in script()[0]


def test_procfile() -> None:
    """The example's web process is what the release check rehearses."""
    assert find_command("heroku", EXAMPLES).line == "gunicorn shop.wsgi --bind 0.0.0.0:$PORT"


def test_rehearse_action(tmp_path: Path) -> None:
    """A bad app fails the step and gives an annotation; a good one passes."""
    (tmp_path / "Procfile").write_text("web: python server.py\n")
    (tmp_path / "server.py").write_text(SERVER.format(host="127.0.0.1"))
    bad = run_action(tmp_path, **{"boot-timeout": "2"})
    assert bad.returncode == 1, bad.stderr
    assert "::error title=loganalyzer%3A port-loopback-only::" in bad.stdout
    (tmp_path / "server.py").write_text(SERVER.format(host="0.0.0.0"))
    good = run_action(tmp_path, **{"boot-timeout": "10"}, command="python server.py")
    assert good.returncode == 0, good.stdout + good.stderr
    assert "::notice title=loganalyzer%3A healthy::" in good.stdout


def test_other_modes(tmp_path: Path) -> None:
    """A log, a stream, and a mode that does not exist."""
    log = ROOT / "sample_logs" / "heroku-port-hardcoded.log"
    analyzed = run_action(tmp_path, mode="analyze", platform="auto", log=str(log))
    assert analyzed.returncode == 1
    assert "FIX" in analyzed.stdout
    assert "::error " in analyzed.stdout
    watched = run_action(tmp_path, mode="watch", platform="auto", command=f"cat '{log}'", timeout="20s")
    assert watched.returncode == 1
    assert "::error title=loganalyzer%3A port-hardcoded::" in watched.stdout
    assert run_action(tmp_path, mode="dance").returncode == 2


@pytest.mark.parametrize("page", ["heroku", "render"])
def test_guide(page: str) -> None:
    """What a guide shows of a watch is what the command prints for the log that the guide names."""
    text = (ROOT / "docs" / "guides" / f"{page}.md").read_text(encoding="utf-8")
    log = re.findall(r"`(sample_logs/[\w-]+\.log)`", text)[0]
    shown = re.findall(r"\| loganalyzer watch\n(.*?)```", text, re.DOTALL)[0].splitlines()
    printed = subprocess.run(
        [sys.executable, "-m", "loganalyzer", "watch"],
        input=(ROOT / log).read_bytes(),
        capture_output=True,
        cwd=ROOT,
        check=False,
    ).stdout.decode()
    places = [printed.find(line + "\n") for line in shown if line != "..." and not line.startswith("──")]
    assert len(places) > 8
    assert -1 not in places
    assert places == sorted(places)
