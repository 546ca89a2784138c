"""Prevention: how to rehearse the fix of a cause, and what to watch so that the next time is noticed sooner."""

from __future__ import annotations

from loganalyzer.outcome import Finding
from loganalyzer.postmortem.record import Prevention

__all__ = ["prevention_for"]

PORTS = (
    "port-hardcoded",
    "port-loopback-only",
    "port-not-bound",
    "port-invalid",
    "port-in-use",
    "port-permission",
    "port-protocol-mismatch",
)
STARTUP = (
    "boot-slow",
    "crash-missing-dependency",
    "crash-missing-command",
    "crash-config",
    "crash-exception",
    "exited-early",
    "no-web-process",
)

REHEARSE: dict[str, tuple[tuple[str, str], ...]] = {
    "ports": (
        (
            "Or start its image on a port that it cannot know; it must answer there, and not on the port of before.",
            "docker run --rm -e PORT=5001 -p 5001:5001 IMAGE & sleep 10; curl --fail --max-time 5 http://127.0.0.1:5001/",
        ),
    ),
    "startup": (
        (
            "Start the released image with the start command and the variables of production, and no others.",
            "docker run --rm --env-file production.env -e PORT=5001 -p 5001:5001 IMAGE",
        ),
    ),
    "crash-backing-service": (
        (
            "Start the app while the service is away: it must say so, keep trying, and come up when the service does.",
            "docker compose stop database && docker compose up app",
        ),
    ),
    "memory-exceeded": (
        (
            "Repeat the requests of the incident against a container with the same limit.",
            "docker run --rm --memory 512m -e PORT=5001 -p 5001:5001 IMAGE",
        ),
    ),
    "disk-exceeded": (
        (
            "Run the job of the incident with the same disk limit and watch what it leaves behind.",
            "du -xh / --max-depth 2 | sort -h | tail",
        ),
    ),
    "traffic": (
        (
            "Replay the failing routes with as many requests at once as in the incident.",
            "hey -c 50 -z 60s http://127.0.0.1:5001/ROUTE",
        ),
    ),
    "build-failed": (
        (
            "Build from a clean checkout, with the lock file and the platform's version of the language.",
            "docker build --no-cache --pull .",
        ),
    ),
    "release-failed": (("Run the release command against a copy of the production database before the release.", ""),),
}
PLAYED = ("ports", "startup")
"""Families that `loganalyzer rehearse` shows."""

MONITOR: dict[str, dict[str, tuple[str, ...]]] = {
    "heroku": {
        "ports": (
            "Error R10 or H20 on any web dyno: at the first line",
            "a release whose web dyno is not up 60 s after its start",
        ),
        "startup": (
            "State changed to crashed (H10) after a release: at the first line",
            "exit statuses other than 0 and 143 of web processes",
        ),
        "memory": (
            "Error R14: at the first line; R15: page",
            "sample#memory_total above 80 % of memory_quota for 5 minutes (log-runtime-metrics)",
        ),
        "traffic": (
            "share of H12, H13, H18 and 5xx above 1 % for 5 minutes",
            "p95 of service above its usual value times two for 10 minutes",
        ),
    },
    "render": {
        "ports": (
            "deploys that end in \u201cport scan timeout\u201d",
            "a service that is not live 10 minutes after its deploy began",
        ),
        "startup": ("\u201cExited with status\u201d and instance failures: at the first event",),
        "memory": (
            "\u201cRan out of memory\u201d events: at the first one",
            "memory above 80 % of the plan's for 5 minutes",
        ),
        "traffic": (
            "share of 5xx answers above 1 % for 5 minutes",
            "p95 of responseTimeMS above its usual value times two for 10 minutes",
        ),
    },
    "cloudfoundry": {
        "ports": (
            "\u201cfailed to make TCP connection\u201d in the health check's lines",
            "app.crash events (cf events)",
        ),
        "startup": (
            "app.crash events: at the first one",
            "instances in the state crashed or starting for more than 3 minutes",
        ),
        "memory": (
            "exit with \u201cout of memory\u201d or status 137 in app.crash events",
            "container memory above 80 % of its quota for 5 minutes",
        ),
        "traffic": (
            "x_cf_routererror other than \u201c-\u201d above 1 % of requests for 5 minutes",
            "p95 of response_time above its usual value times two for 10 minutes",
        ),
    },
}
GENERAL = ("share of failed requests above 1 % for 5 minutes", "a deploy that takes no traffic after 5 minutes")


def prevention_for(finding: Finding, platform: str) -> Prevention:
    """Give what fits a cause on a platform."""
    family = _family(finding.cause)
    if family is None:
        return Prevention()
    topic = (
        "memory"
        if finding.cause in ("memory-exceeded", "disk-exceeded")
        else family
        if family in ("ports", "startup", "traffic")
        else "startup"
    )
    steps = REHEARSE.get(finding.cause) or REHEARSE.get(family, ())
    if family in PLAYED:
        steps = (_play(platform), *steps)
    return Prevention(steps, MONITOR.get(platform, {}).get(topic, GENERAL))


def _play(platform: str) -> tuple[str, str]:
    """Give the step that starts the app as its platform would."""
    chosen = f" --platform {platform}" if platform in MONITOR else " --all"
    return (
        "Start the app as its platform would, on a port that it cannot know; the real sockets are watched.",
        f"loganalyzer rehearse{chosen} -- START COMMAND",
    )


def _family(cause: str) -> str | None:
    """Give the family of a cause; None for no incident."""
    if cause in ("healthy", "unknown"):
        return None
    if cause in PORTS:
        return "ports"
    if cause in STARTUP:
        return "startup"
    return cause if cause in REHEARSE else "traffic"
