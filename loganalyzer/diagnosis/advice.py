"""Advisories (risks that are no incident) and the commands that would fetch what an unknown log lacks."""

from __future__ import annotations

from loganalyzer.diagnosis.blocked import judge_blocked
from loganalyzer.diagnosis.evidence import make_evidence
from loganalyzer.diagnosis.facts import Facts
from loganalyzer.diagnosis.fatal import fatal
from loganalyzer.diagnosis.services import name_service
from loganalyzer.diagnosis.situation import Situation
from loganalyzer.outcome import Advisory, Evidence
from loganalyzer.summary import Sighting
from loganalyzer.text import shorten

__all__ = ["make_advisories", "mostly_fails", "next_steps"]

MOST_FAIL = 0.5
"""From this share of failed requests an app is called healthy no more."""

LONGEST_TITLE = 160

TOO_FEW = 5
"""Fewer requests prove nothing: a proxy answers 502 for the seconds until the app behind it is up."""

NEXT = {
    "heroku": (
        "heroku logs -n 1500 -a APP",
        "heroku ps -a APP",
        "heroku releases -a APP",
        "heroku restart -a APP && heroku logs --tail -a APP",
    ),
    "render": (
        "render logs --resources SERVICE_ID --limit 1000 -o text",
        "render deploys list SERVICE_ID",
        "the Events page of the service in the dashboard",
    ),
    "cloudfoundry": (
        "cf logs APP --recent",
        "cf events APP",
        "cf app APP",
        "cf restart APP  (with cf logs APP running beside it)",
    ),
    "plain": (
        "the platform's whole log of one start: heroku logs -n 1500, cf logs APP --recent, or the deploy log of Render",
    ),
}


def next_steps(platform: str) -> tuple[str, ...]:
    """Give the commands that fetch what is missing."""
    return NEXT.get(platform, NEXT["plain"])


def mostly_fails(situation: Situation) -> bool:
    """Say whether most requests failed, by the router's lines or, where there are none, by the app's own."""
    traffic = situation.case.summary.traffic
    if traffic.requests:
        return traffic.requests >= TOO_FEW and traffic.errors / traffic.requests >= MOST_FAIL
    statuses = [one.values.get("http_status") for one in situation.case.of("request-served")]
    known = [status for status in statuses if isinstance(status, int)]
    return len(known) >= TOO_FEW and sum(status >= 500 for status in known) / len(known) >= MOST_FAIL


def make_advisories(situation: Situation) -> tuple[Advisory, ...]:
    """Collect the risks that show in the log without being an incident."""
    found: list[Advisory] = []
    changed = situation.case.of("primary-port-changed")
    if changed:
        port = changed[-1].values.get("bound_port")
        found.append(
            Advisory(
                "fixed-port",
                f"Render had to adopt port {port}; listen on $PORT to save a restart at each deploy",
                _lines(changed[-1]),
            )
        )
    lost = situation.case.of("log-lines-lost")
    if lost:
        found.append(Advisory("log-lines-lost", "Lines are missing from the log", _lines(lost[0])))
    late = situation.case.of("exit-timeout")
    if late:
        found.append(
            Advisory(
                "slow-shutdown",
                "A process does not end within the time that the platform gives after SIGTERM",
                _lines(late[0]),
            )
        )
    web = situation.main
    if web is not None and web.up is not None and web.failure is None and judge_blocked(situation) is None:
        found.extend(_absent_service(one) for one in web.run.of("service-unreachable", "service-refused")[-1:])
    failed = situation.case.summary.traffic.by_status.get("500", 0)
    if failed:
        told = [*situation.case.of("error-caught"), *situation.case.of("exception", "traceback")]
        requests = "1 request was" if failed == 1 else f"{failed} requests were"
        title = f"{requests} answered with status 500: an error of the app while it serves"
        found.append(Advisory("request-errors", title, _lines(told[0]) if told else ()))
    elif web is not None and web.failure is None and not situation.codes:
        found.extend(_survived(web))
    dev = [
        one
        for one in situation.case.of("listening", "about-to-listen", "url-shown")
        if one.source == "app"
        and one.values.get("framework") in ("vite", "angular-cli", "create-react-app", "webpack-dev-server")
    ]
    if dev:
        found.append(
            Advisory(
                "development-server",
                "A development server runs in production; build the app and serve the result",
                _lines(dev[0]),
            )
        )
    return tuple(found)


def _survived(web: Facts) -> list[Advisory]:
    """Tell of errors that the app reported and lived through."""
    errors = web.run.of("exception")
    if not errors or fatal(web, "exception", "service-unreachable", "service-refused") is not None:
        return []
    told = [str(errors[0].values[name]) for name in ("error_type", "error_text") if errors[0].values.get(name)]
    count = "an error" if len(errors) == 1 else f"{len(errors)} errors"
    title = f"The app reports {count} and runs on{': ' if told else ''}{': '.join(told)}"
    return [Advisory("app-errors", shorten(title, LONGEST_TITLE), _lines(errors[0]))]


def _absent_service(one: Sighting) -> Advisory:
    """Tell of a backing service that the running app does not reach."""
    service = name_service(one.values.get("service"))
    host = one.values.get("service_host")
    words = "refuses the connection" if one.statement == "service-refused" else "cannot be reached"
    title = f"{service[:1].upper()}{service[1:]}{f' at {host}' if host else ''} {words}, while the app runs"
    return Advisory("backing-service", title, _lines(one))


def _lines(one: Sighting) -> tuple[Evidence, ...]:
    """Write out the line that shows a risk."""
    return make_evidence([(one, "context")])
