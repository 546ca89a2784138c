"""Plays of the port: fixed, on this machine alone, too late, without HTTP."""

from __future__ import annotations

import re
from datetime import timedelta

from .frameworks import fitting
from .model import CAUSE, CONTEXT, Framework
from .platform_cloudfoundry import CloudFoundry
from .platform_dea import Dea
from .platform_heroku import Heroku
from .platform_render import Render
from .plays import Play, launch, listen, meanwhile, note_bind, note_framework
from .plays_cloudfoundry import recent_cast
from .stage import Stage

__all__ = ["PLAYS"]

OTHER_PORTS = (3000, 5000, 8000, 8081, 9000, 4000, 8888)
USER_PORTS = (5000, 3001, 8000, 10000, 4000)
TO_EVERYONE = re.compile(r" (?:--host[ =]|--ip=|-o |-H |--host=|-b )0\.0\.0\.0(?!:)|(?<==)0\.0\.0\.0(?= )")

PROGRESS = {
    "node": (
        "> next build",
        "info  - Creating an optimized production build...",
        "§info  - Collecting page data...",
        "§info  - Generating static pages (112/480)",
    ),
    "python": (
        "Operations to perform:",
        "  Apply all migrations: admin, auth, contenttypes, orders, sessions",
        "  Applying orders.0041_backfill_totals...",
        "§Downloading model.safetensors:  41%|████      | 1.03G/2.51G",
        "§Downloading model.safetensors:  78%|███████▊  | 1.96G/2.51G",
    ),
    "ruby": (
        "I, [{clock:%Y-%m-%dT%H:%M:%S}.{ms}201 #{pid}]  INFO -- : Migrating to BackfillTotals (20240411101500)",
        "§== 20240411101500 BackfillTotals: migrating ==================================",
        '§-- execute("UPDATE orders SET total = 0")',
    ),
    "jvm": (
        "  .   ____          _            __ _ _",
        " :: Spring Boot ::                (v3.3.2)",
        "{clock:%Y-%m-%dT%H:%M:%S}.{ms}Z  INFO {pid} --- [           main] com.example.{word}.Application        : Starting Application v1.0 using Java 17.0.11 with PID {pid}",
        "{clock:%Y-%m-%dT%H:%M:%S}.{ms}Z  INFO {pid} --- [           main] .s.d.r.c.RepositoryConfigurationDelegate : Bootstrapping Spring Data JPA repositories in DEFAULT mode.",
        "§{clock:%Y-%m-%dT%H:%M:%S}.{ms}Z  INFO {pid} --- [           main] o.hibernate.jpa.internal.util.LogHelper  : HHH000204: Processing PersistenceUnitInfo [name: default]",
        "§{clock:%Y-%m-%dT%H:%M:%S}.{ms}Z  INFO {pid} --- [           main] j.LocalContainerEntityManagerFactoryBean : Initialized JPA EntityManagerFactory for persistence unit 'default'",
    ),
    "elixir": ("§Compiling 214 files (.ex)", "§Generated shop app"),
    "dotnet": (
        "info: Microsoft.EntityFrameworkCore.Migrations[20402]",
        "§      Applying migration '20240411101500_BackfillTotals'.",
    ),
}
"""What apps print while they are still starting, by runtime."""


def _hardcoded(stage: Stage, framework: Framework) -> None:
    """The app takes a fixed port on every address."""
    port = framework.port
    if isinstance(stage, Render):
        stage.want = stage.choose([one for one in USER_PORTS if one != port])
    if isinstance(stage, CloudFoundry) and not isinstance(stage, Dea):
        if stage.chance(0.2):
            stage.probed = stage.ids["port"] = stage.choose([one for one in (3000, 5000, 80, 9090) if one != port])
        elif port == stage.probed:
            port = stage.choose(OTHER_PORTS)
    shown = isinstance(stage, Heroku) and "$PORT" in framework.command and stage.chance(0.15)
    launch(stage, framework, framework.command if shown else framework.fixed, port=port)
    listen(stage, framework, CAUSE)
    note_bind(stage, framework)
    stage.give_up("elsewhere")


def _fixed_cast(stage: Stage) -> Framework:
    """Choose a framework with a start command that leaves the port alone."""
    return stage.choose([one for one in fitting() if one.fixed or "$PORT" not in one.command])


def _hardcoded_near(stage: Stage, framework: Framework) -> None:
    """The app takes its default port on its default address, which is this machine alone: both are wrong."""
    port = framework.port
    if isinstance(stage, CloudFoundry) and port == stage.probed:
        port = stage.choose(OTHER_PORTS)
    launch(stage, framework, _nearer(framework.fixed or framework.command), port=port)
    listen(stage, framework, CAUSE, near=True)
    note_bind(stage, framework, near=True)
    stage.give_up("loopback")


def _nearer(command: str) -> str:
    """Take what opens the bind to everyone out of a start command."""
    return (
        TO_EVERYONE.sub("", command).replace("http://0.0.0.0:", "http://localhost:").replace("0.0.0.0:", "127.0.0.1:")
    )


def _loopback(stage: Stage, framework: Framework) -> None:
    """The app takes the right port on this machine alone; on Render any port will do."""
    command, port = _nearer(framework.command), 0
    if isinstance(stage, Render) and stage.chance(0.4):
        command, port = _nearer(framework.fixed or framework.command), framework.port
    launch(stage, framework, command, port=port)
    listen(stage, framework, CAUSE, near=True)
    note_bind(stage, framework, near=True)
    stage.give_up("loopback")


def _slow(stage: Stage, framework: Framework) -> None:
    """The app is still at work when the platform stops waiting."""
    launch(stage, framework, boots=False)
    meanwhile(stage, stage.app_tag(), PROGRESS[framework.runtime], stage.patience * 0.93 - 4)
    stage.give_up("nothing")


def _late(stage: Stage, framework: Framework) -> None:
    """The app opens the right port, but too late."""
    launch(stage, framework, boots=False)
    meanwhile(stage, stage.app_tag(), PROGRESS[framework.runtime][:-1], stage.patience * 0.9 - 4, CONTEXT)
    begun = stage.now
    stage.now = begun + timedelta(seconds=stage.patience + (0.9 if isinstance(stage, CloudFoundry) else 45.0))
    listen(stage, framework, CAUSE)
    stage.now = begun
    stage.linger = 4.0
    stage.give_up("nothing")


def _slow_cast(stage: Stage) -> Framework:
    """Choose a framework whose start-up work is known."""
    return stage.choose([one for one in fitting(tuple(PROGRESS)) if one.runtime != "jvm" or one.name == "spring-boot"])


TLS_UP = (
    ("node", ("§HTTPS server listening on port {port}",)),
    ("python", ("§INFO:     Uvicorn running on https://0.0.0.0:{port} (Press CTRL+C to quit)",)),
    ("ruby", ("§* Listening on ssl://0.0.0.0:{port}?key=/app/certs/key.pem&cert=/app/certs/cert.pem",)),
    ("go", ("§{clock:%Y/%m/%d %H:%M:%S} gRPC server listening at [::]:{port}",)),
)


def _tls_cast(stage: Stage) -> Framework:
    """Choose a framework whose TLS line is known; the router's word for the failure must be shown."""
    recent_cast(stage)
    return stage.choose(fitting(tuple(dict(TLS_UP))))


def _without_http(stage: Stage, framework: Framework) -> None:
    """The app opens the right port, and what answers there is not HTTP."""
    launch(stage, framework, boots=False)
    stage.tell(stage.app_tag(), dict(TLS_UP)[framework.runtime], CAUSE if isinstance(stage, Render) else CONTEXT)
    if isinstance(stage, Heroku):
        stage.come_up()
        for _ in range(stage.random.randint(2, 6)):
            stage.wait(1, 20)
            stage.request("H17", CAUSE, service=stage.random.randint(1, 9))
    elif isinstance(stage, CloudFoundry):
        stage.come_up()
        for _ in range(stage.random.randint(2, 6)):
            stage.wait(1, 20)
            stage.request(
                502,
                CAUSE,
                error='endpoint_failure (net/http: HTTP/1.x transport connection broken: malformed HTTP response \\"\\\\x15\\\\x03\\\\x01\\\\x00\\\\x02\\\\x02F\\")',
                seconds=0.006,
            )
    else:
        stage.give_up("no-http")
    stage.note("bound_port", stage.values["port"])


def _old_eras(stage: Stage, framework: Framework) -> None:
    """The platform itself says both ports, as Heroku did until 2013."""
    assert isinstance(stage, Heroku)
    stage.layout = 2014
    launch(stage, framework, framework.fixed, port=framework.port)
    listen(stage, framework, CAUSE)
    stage.wait(0.3, 2)
    stage.manager(
        f"Error R11 (Bad bind) -> Process bound to port {framework.port}, should be {stage.assigned} (see environment variable PORT)",
        CAUSE,
    )
    stage.code("R11")
    stage.note("assigned_port", stage.assigned)
    note_bind(stage, framework)
    stage.manager("Stopping process with SIGKILL", CONTEXT)
    stage.manager("State changed from starting to crashed", CONTEXT)
    stage.manager("Process exited with status 137", CONTEXT)


def _moved(stage: Stage, framework: Framework) -> None:
    """An API of the same service holds a second port beside the fixed web port."""
    port = (
        framework.port
        if not isinstance(stage, CloudFoundry) or framework.port != stage.probed
        else stage.choose(OTHER_PORTS)
    )
    launch(stage, framework, framework.fixed, port=port)
    stage.tell(
        stage.app_tag(),
        (
            "Debugger listening on ws://127.0.0.1:9229/2b3c4d5e-6f70-4a1b-8c2d-3e4f5a6b7c8d",
            "For help, see: https://nodejs.org/en/docs/inspector",
        ),
    )
    listen(stage, framework, CAUSE)
    note_framework(stage, framework)
    stage.note("bound_port", port)
    stage.give_up("elsewhere")


PLAYS = (
    Play("fixed-port", "port-hardcoded", _hardcoded, cast=_fixed_cast, is_start=True),
    Play(
        "fixed-port-near",
        "port-hardcoded",
        _hardcoded_near,
        ("heroku", "cloudfoundry"),
        lambda stage: stage.choose([one for one in fitting(near=True) if one.fixed or "$PORT" not in one.command]),
        ("port-loopback-only",),
        is_start=True,
    ),
    Play(
        "fixed-port-old",
        "port-hardcoded",
        _old_eras,
        ("heroku",),
        lambda stage: stage.choose(fitting(("ruby", "python"))),
        is_start=True,
    ),
    Play(
        "fixed-port-debugger",
        "port-hardcoded",
        _moved,
        ("heroku", "cloudfoundry"),
        lambda stage: stage.choose([one for one in fitting(("node",)) if one.fixed or "$PORT" not in one.command]),
        is_start=True,
    ),
    Play(
        "loopback", "port-loopback-only", _loopback, cast=lambda stage: stage.choose(fitting(near=True)), is_start=True
    ),
    Play("slow", "boot-slow", _slow, cast=_slow_cast, is_start=True),
    Play("late", "boot-slow", _late, ("render", "cloudfoundry"), cast=_slow_cast, is_start=True),
    Play("without-http", "port-protocol-mismatch", _without_http, cast=_tls_cast),
)
