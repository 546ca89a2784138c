"""Wording: messages that only Cloud Foundry itself writes, whatever prefix they have or have lost.

Format facts:
1. The executor logs under the tag of the process that it runs: `Exit status N`, with `(out of memory)` or `(exceeded
   10s graceful shutdown interval)` behind it, `failed-creating-process: …`, `app instance exceeded log rate limit
   (…)`; always on OUT (cloudfoundry/executor, depot/steps/run_step.go, depot/log_streamer).
2. The launcher logs `Invoking pre-start scripts.` and `Invoking start command.` there since 2023-10
   (cloudfoundry/buildpackapplifecycle, launcher/main.go).
3. A failed health check is logged under HEALTH, or under CELL where cells run the check as an action
   (cloudfoundry/healthcheck, healthcheck.go; executor, depot/steps/health_check_step.go, output_wrapper_step.go).
4. The container's life cycle is logged under CELL (cloudfoundry/executor, depot/containerstore/storenode.go; rep,
   evacuation/cleanup.go), until 2018-03 without the cell's name.
5. The Cloud Controller's lines: cloudfoundry/cloud_controller_ng, app/repositories, app/controllers/internal.
6. Staging: cloudfoundry/cloud_controller_ng, diego/staging_action_builder.rb; buildpackapplifecycle, models.go.
7. The DEA runtime's lines: cloudfoundry/dea_ng, lib/dea/starting. The log system's own: loggregator-agent-release,
   src/pkg/egress/syslog.
8. Staging of an image: cloudfoundry/dockerapplifecycle, builder/main.go and helpers/helpers.go.
9. Why an instance got no place: cloudfoundry/rep, resources.go; auction, auctiontypes/types.go.
"""

from __future__ import annotations

from loganalyzer.late import late_choice, late_regex
from loganalyzer.model import Claim

__all__ = ["EXECUTOR", "EXECUTOR_STARTS", "HEALTH", "find_wording", "is_executor_text", "is_health_text"]

EXECUTOR = (  # facts 1 and 2
    r"Exit status -?\d+(?: \([^()\n]*\))?\s*$",
    r"failed-creating-process: |app instance exceeded log rate limit \(",
    r"Invoking (?:pre-start scripts|start command)\.\s*$",
)
EXECUTOR_STARTS = (b"Exit", b"fail", b"app ", b"Invo")
"""How each of these begins."""

EXECUTOR_TEXT = late_regex("|".join(EXECUTOR))
HEALTH = (  # fact 3
    r"[Ff]ailed to make TCP connection to (?:port \d+|[\d.#*xX]+:\d+)",
    r"[Ff]ailed to (?:make|create an) HTTP request to '[^'\n]*' on port \d+",
    r"healthcheck failed\b|healthcheck passed\b|failure to (?:make (?:TCP|HTTP) request|get valid HTTP status code)",
    r"(?:Timed out|Failed) after \S+: (?:\w+ )?health check never passed",
    r"(?:\.{3} )?health check never passed",
    r"Timed out after \S+ \(\d+ attempts?\) waiting for \w+ check to succeed",
    r"(?:Startup|Liveness|Readiness) check unsuccessful",
    r"instance proxy (?:failed to start|health check failed)",
    r"Failed to run the readiness check|Starting readiness health monitoring of container",
    r"Container (?:passed|failed) the readiness health check",
    r"Instance never healthy after \d|Instance became unhealthy: ",
)
HEALTH_TEXT = late_regex("|".join(HEALTH))
PLATFORM = (  # facts 1, 4 and 7
    r"Cell [\w-]{8,} (?:creating|destroying|(?:successfully|failed to) (?:creat|destroy)e?d?) container for instance\b",
    r"Cell [\w-]{8,} (?:stopping|(?:requesting replacement|reached evacuation timeout) for) instance\b",
    r"Starting health monitoring of container",
    r"Container became (?:healthy|unhealthy|ready|not ready)\b",
    r"Download(?:ing droplet(?:\.\.\.| failed)|ed droplet\b)|Copying droplet into the container failed",
    r"Stopping instance [0-9a-f]{8}-",
    *EXECUTOR[1:],
    r"Instance \(index \d+\) failed to start accepting connections",
    r"(?:Starting|Stopping|Stopped) app instance \(index \d+\) with guid ",
    r"\d+ messages lost for application \S+ in user provided syslog drain|Log message output is too high\. ",
)
API = (  # fact 5
    r"Process has crashed with type: |App instance exited with guid |Process is being rescheduled\b",
    r"Process became (?:not )?ready with guid ",
    r"(?:Created|Updated|Starting|Restarted|Stopping|Deleted) app with guid |Applied manifest to app with guid ",
    r"Creating (?:build|deployment) for app with guid |Staging (?:complete|failed) for build |Failed to stage build: ",
    r'(?:Added|Updating|Scaling|Terminating) process: "',
    r"APP/PROC/\S+: Exited with status \d|Codependent step exited\b",
    r"insufficient resources: (?:disk|memory|containers)\b|found no compatible cell (?:for|with) required\b",  # fact 9
)
BUILD = (  # fact 6
    r"Download(?:ing|ed) (?:app package|build artifacts cache)",
    r"Upload(?:ing|ed) (?:droplet|build artifacts cache)|Uploading complete\b",
    r"None of the buildpacks detected a compatible application",
    r"Failed to (?:compile droplet|build droplet release|run all supply scripts|run finalize script)\b",
    r"Staging failed: |Got staging request for app with id ",
    r"Staging process (?:started \.\.\.|finished\b|failed: )|builder exited with error: ",  # fact 8
    r"Staging Failed: (?:STG: )?Exited with status \d",
    r"Failed (?:getting docker image (?:manifest |config )?by tag|to talk to docker registry): ",
)
WEAK = (  # fact 4, older wording, that other container tools may write as well
    EXECUTOR[0],
    r"(?:Creating|Destroying|Successfully created|Successfully destroyed) container\s*$|Failed to create container\b",
)
BARE = late_choice({"health": HEALTH, "platform": PLATFORM, "api": API, "build": BUILD, "weak": WEAK})


def is_executor_text(message: str, channel: str | None) -> bool:
    """Say whether a line under an app's tag was written by the platform (facts 1 and 2)."""
    return channel != "ERR" and EXECUTOR_TEXT.match(message.lstrip()) is not None


def is_health_text(message: str) -> bool:
    """Say whether a line under CELL reports about a health check (fact 3)."""
    return HEALTH_TEXT.match(message.lstrip()) is not None


def find_wording(message: str) -> tuple[str, str] | None:
    """Recognize a message by its wording alone.

    Returns:
        Its source and the strength of the claim; None when others may have written it.

    Examples:
        >>> find_wording("Container became healthy")
        ('platform', 'bare')
    """
    found = BARE.match(message)
    if found is None:
        return None
    if found.lastgroup == "weak":
        return "platform", Claim.WEAK
    return found.lastgroup or "platform", Claim.BARE
