"""Benchmarks: seeded inputs, loganalyzer beside the line tools that people use, and ratios in one run.

`python -m benchmarks --help` says how to run them, docs/performance.md what came out.
"""
