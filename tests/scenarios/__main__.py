"""Runs the analyzer over scenarios and prints how it did: `python -m tests.scenarios --count 500 --seed 3 --show-misses`."""

from __future__ import annotations

import argparse

from .compose import scenarios
from .judging import Judge, Tally
from .model import Scenario

__all__: list[str] = []


def main() -> None:
    """Read the options, run, print."""
    options = argparse.ArgumentParser(prog="python -m tests.scenarios", description=__doc__)
    options.add_argument("--count", type=int, default=500, help="how many scenarios")
    options.add_argument("--seed", type=int, default=1, help="the same seed gives the same scenarios")
    options.add_argument("--only", default="", help="scenarios whose id contains this")
    options.add_argument("--show-misses", action="store_true", help="print the logs that were judged wrongly")
    options.add_argument("--show-facts", action="store_true", help="list the facts that were not stated")
    options.add_argument("--print", action="store_true", help="print the chosen scenarios and judge nothing")
    chosen = options.parse_args()
    composed = [one for one in scenarios(chosen.count, chosen.seed) if chosen.only in one.id]
    if chosen.print:
        print("\n".join(show(one) for one in composed))
        return
    judge, tally = Judge(), Tally()
    for one in composed:
        tally.add(one, judge.report(one.text))
    if chosen.show_misses:
        for scenario, report in tally.misses:
            print(
                show(scenario),
                f"--- said: {report.verdict.cause} {report.verdict.confidence} {report.verdict.title}\n",
                sep="\n",
            )
    if chosen.show_facts:
        for scenario, name, report in tally.wrong_facts:
            print(f"{scenario.id}: {name} should be {scenario.facts[name]}, is {report.verdict.facts.get(name)}")
    print(tally.describe(misses=0 if chosen.show_misses else 40))


def show(scenario: Scenario) -> str:
    """Write a scenario with its expectation; § marks the cause's lines, + those that must stay."""
    marks = {**dict.fromkeys(scenario.context_lines, "+"), **dict.fromkeys(scenario.evidence_lines, "§")}
    head = f"=== {scenario.id}: {scenario.cause} {scenario.acceptable or ''} {dict(scenario.facts)} {sorted(scenario.tags)}"
    return "\n".join(
        [head, *(f"{marks.get(number, ' ')} {line[:240]}" for number, line in enumerate(scenario.text.splitlines(), 1))]
    )


if __name__ == "__main__":
    main()
