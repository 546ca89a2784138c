"""Benchmarks: loganalyzer beside the line tools that people use today, on the same files in one run.

`python -m benchmarks --help`; the figures of the last run stand in docs/performance.md.
"""
