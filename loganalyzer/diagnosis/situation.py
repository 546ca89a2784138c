"""Situation: the facts of the whole log, over all runs."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property

from loganalyzer.diagnosis.case import Case
from loganalyzer.diagnosis.facts import Facts
from loganalyzer.diagnosis.runs import Run, find_runs
from loganalyzer.summary import Sighting, minute_of

__all__ = ["CHANGES", "Situation", "build_situation"]

UNTRUSTED = ("app", "build")
"""Who can print any code without its being the platform's word."""

CHANGES = (
    "deploy-created",
    "deploy-started",
    "config-changed",
    "rolled-back",
    "build-succeeded",
    "stop-requested",
    "scaled",
)
"""Statements after which the app is another one, or runs another way."""

POINTERS = frozenset({"H10", "H20"})
"""Codes that only say that the app does not run; the reason is elsewhere."""


@dataclass
class Situation:
    """The whole log.

    Attributes:
        case: the log.
        runs: the facts of each run, in the order in which they begin.
    """

    case: Case
    runs: list[Facts] = field(default_factory=list)

    @cached_property
    def codes(self) -> dict[str, list[Sighting]]:
        """Give the router's and the platform's codes with their lines, in the order of time."""
        found: dict[str, list[Sighting]] = {}
        for one in self.case.sightings:
            code = one.values.get("error_code")
            if isinstance(code, str) and one.source not in UNTRUSTED:
                found.setdefault(code, []).append(one)
        return found

    @cached_property
    def counts(self) -> Counter[str]:
        """Give how often each code was seen, lines that were not kept included."""
        counts: Counter[str] = Counter()
        for (_, _, telling), group in self.case.summary.groups.items():
            code = dict(telling).get("error_code")
            if isinstance(code, str) and group.first and group.first[0].source not in UNTRUSTED:
                counts[code] += group.count
        return counts

    def code(self, *codes: str) -> list[Sighting]:
        """Give the lines of some codes, in the order of time."""
        wanted = [one for code in codes for one in self.codes.get(code, [])]
        position = {id(one): place for place, one in enumerate(self.case.sightings)}
        return sorted(wanted, key=lambda one: position[id(one)])

    @cached_property
    def endpoint_failures(self) -> list[Sighting]:
        """Give gorouter's failures to talk to an instance; time-outs and malformed answers are other causes' lines."""
        lines = self.code("endpoint_failure") + self.case.of("endpoint-failed")
        skip = ("deadline exceeded", "malformed", "context canceled", "x509", "tls:")
        return [one for one in lines if not any(word in str(one.values.get("error_text", "")) for word in skip)]

    @cached_property
    def web_runs(self) -> list[Facts]:
        """Give the runs of web processes; of lasting ones when the log has no web process."""
        web = [facts for facts in self.runs if facts.is_web]
        return web or [facts for facts in self.runs if not facts.is_one_off]

    @cached_property
    def main(self) -> Facts | None:
        """Give the run that stands for the app: the last web run that says where it listens, else the last one."""
        telling = [facts for facts in self.web_runs if facts.bind is not None]
        found = telling or self.web_runs
        return found[-1] if found else None

    @cached_property
    def failing(self) -> list[Facts]:
        """Give the runs that failed."""
        return [facts for facts in self.runs if facts.failure is not None]

    @cached_property
    def order(self) -> dict[int, int]:
        """Give the place of each run in `runs`, by its identity."""
        return {id(facts): place for place, facts in enumerate(self.runs)}

    @cached_property
    def changes(self) -> list[int]:
        """Give the positions of releases and changes of the configuration, rising."""
        return sorted(self.position(one) for one in self.case.of(*CHANGES))

    @cached_property
    def place(self) -> dict[tuple[str, int, str], int]:
        """Give the position of each sighting in the order of time, by its identity."""
        return {key_of(one): place for place, one in enumerate(self.case.sightings)}

    def position(self, one: Sighting) -> int:
        """Give the position of a sighting in the order of time."""
        return self.place.get(key_of(one), 0)


def build_situation(case: Case) -> Situation:
    """Cut a case into runs and gather the facts of each."""
    runs = find_runs(case.sightings)
    lasts = {run.process: run for run in runs}
    facts = [Facts(case, run, lasts[run.process] is run) for run in runs]
    pointers = [one for one in case.sightings if _is_pointer(one)]
    if pointers:
        _explain_pointers(case, facts, pointers)
    down: defaultdict[str | None, list[Facts]] = defaultdict(list)
    for one in facts:
        if one.up is None and (one.failure is not None or one.stop is None):
            down[one.run.process].append(one)
    for one in facts:
        one.siblings = [other.run for other in down[one.run.process] if other is not one]
    return Situation(case, facts)


def _is_pointer(one: Sighting) -> bool:
    """Say whether the router answered for an app that does not run: a code that says so, or a 503 without a code."""
    if one.source in UNTRUSTED:
        return False
    nameless = one.statement == "router-error" and one.platform == "heroku" and "error_code" not in one.values
    return nameless or one.values.get("error_code") in POINTERS


def _explain_pointers(case: Case, facts: list[Facts], pointers: list[Sighting]) -> None:
    """Give the router's pointers to the last web run when no web run shows a failure of its own."""
    web = [one for one in facts if one.is_web]
    if any(one.failure is not None for one in web):
        return
    if not web:
        run = Run("web.1", [])
        web = [Facts(case, run)]
        facts.append(web[0])
    if web[-1].up is not None or (web[-1].was_up and web[-1].stop is not None):
        late = _find_late(case, web, pointers)
        if late:
            facts.append(Facts(case, Run(web[-1].run.process), symptoms=late))
        return
    place = next(number for number, one in enumerate(facts) if one is web[-1])
    if web[-1].run.started and web[-1].binds and _all_before(case, pointers, web[-1].run):
        facts.insert(place, Facts(case, Run(web[-1].run.process), last=False, symptoms=pointers))
        return
    facts[place] = replace(web[-1], symptoms=pointers)


def _all_before(case: Case, pointers: list[Sighting], run: Run) -> bool:
    """Say whether the router gave all its answers before a run began."""
    first = key_of(run.sightings[0])
    places = {key_of(one): place for place, one in enumerate(case.sightings)}
    return all(places[key_of(one)] < places[first] for one in pointers)


def _find_late(case: Case, web: list[Facts], pointers: list[Sighting]) -> list[Sighting]:
    """Give the pointers behind everything that is known of the web processes, unless requests were answered later."""
    known = {key_of(one) for facts in web for one in facts.run.sightings}
    last = max(place for place, one in enumerate(case.sightings) if key_of(one) in known)
    late = [one for one in case.sightings[last + 1 :] if any(one is pointer for pointer in pointers)]
    if not late or late[0].at is None:
        return late
    first = minute_of(late[0].at)
    answered = [
        minute
        for minute, counts in case.summary.traffic.minutes.items()
        if minute > first and counts["requests"] > counts["errors"]
    ]
    return [] if answered else late


def key_of(one: Sighting) -> tuple[str, int, str]:
    """Give what tells one sighting from another."""
    return one.input, one.number, one.pattern
