"""Measures how far a confidence can be trusted, over composed logs and the cases.

`python -m tests.scenarios.measuring` prints the table of the documentation; `--write` puts it there.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import yaml

from .compose import scenarios
from .judging import Judge
from .reliability import Reliability

__all__: list[str] = []

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reliability.md"
COUNT, SEED = 3000, 20240501


def _measure() -> Reliability:
    """Judge composed logs and the cases."""
    judge, reliability = Judge(), Reliability()
    for one in scenarios(COUNT, SEED):
        reliability.add(judge.report(one.text).verdict, one.cause, one.acceptable)
    for path in sorted((ROOT / "tests" / "cases").glob("*/*/case.yaml")):
        case = yaml.safe_load(path.read_text(encoding="utf-8"))
        verdict = judge.report(path.with_name("log.txt").read_bytes()).verdict
        reliability.add(verdict, case["cause"], case.get("acceptable") or ())
    return reliability


def _page(reliability: Reliability) -> str:
    """Write the page of the documentation."""
    table = "\n".join(reliability.describe())
    return f"""# How far a confidence can be trusted

A verdict that is stated with 90 % should be right nine times in ten. This table is measured over {COUNT} composed logs and
the cases under `tests/cases`; `python -m tests.scenarios.measuring --write` makes it anew, and a test holds that no
row with 30 verdicts or more is off by more than 0.1.

Some logs bear several causes: one exit line without a trace, a time-out without a word of the app. Where the verdict is
another of the causes that the log bears than the one that it was, it counts half in *share right*, because nothing in
the log tells which; the last column counts it whole.

{table}

Logs that people paste are shorter and worse than these: expect the lower rows more often there, and read the list of
alternatives and of what to fetch next.
"""


def main() -> None:
    """Measure, print, and write the page when asked."""
    options = argparse.ArgumentParser(prog="python -m tests.scenarios.measuring", description=__doc__)
    options.add_argument("--write", action="store_true", help="write the page of the documentation")
    chosen = options.parse_args()
    reliability = _measure()
    print("\n".join(reliability.describe()))
    if chosen.write:
        PAGE.write_text(_page(reliability), encoding="utf-8")


if __name__ == "__main__":
    main()
