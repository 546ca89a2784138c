"""Mutation test of the pattern library: regexes made slightly wrong, and whether the samples notice."""

from tests.mutants.judge import Judge, Outcome
from tests.mutants.mutate import KINDS, Mutant, mutants_of
from tests.mutants.run import Tally, run

__all__ = ["KINDS", "Judge", "Mutant", "Outcome", "Tally", "mutants_of", "run"]
