"""Runs mutants of the library past its samples: `python -m tests.mutants --count 2000 --seed 3 --show`; all without --count."""

from __future__ import annotations

import argparse
from collections import Counter

from loganalyzer.library import find_patterns
from loganalyzer.library.load import read_folders
from tests.mutants.drafting import draft, write_drafts
from tests.mutants.judge import Judge
from tests.mutants.run import run

__all__: list[str] = []


def main() -> None:
    """Read the options, run, print."""
    options = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    options.add_argument("--count", type=int, default=0, help="how many mutants; all of them when it is 0 or left out")
    options.add_argument("--seed", type=int, default=1, help="the same seed chooses the same mutants")
    options.add_argument("--only", default="", help="patterns whose family/id contains this")
    options.add_argument("--show", action="store_true", help="list the mutants that no sample notices")
    options.add_argument("--worst", type=int, default=0, help="name this many patterns with most of them")
    options.add_argument(
        "--draft", action="store_true", help="write samples that notice them into patterns/, to be reviewed"
    )
    asked = options.parse_args()
    judge = Judge(read_folders([find_patterns()]))
    tally = run(judge, asked.count, asked.seed, asked.only)
    if asked.draft:
        proposals = draft(judge, tally.survivors)
        write_drafts(proposals)
        print(f"{len(proposals)} samples were written; read them, and run the check")
    if asked.show:
        for one in tally.survivors:
            name = f"{one.pattern.family}/{one.pattern.id}"
            print(
                f"{name} regex {one.number + 1} {one.mutant.kind} {one.mutant.what}",
                f"    {one.mutant.source}",
                sep="\n",
            )
    counts = Counter(f"{one.pattern.family}/{one.pattern.id}" for one in tally.survivors)
    for name, count in counts.most_common(asked.worst):
        print(f"{count:>5} {name}")
    print(tally.describe())


if __name__ == "__main__":
    main()
