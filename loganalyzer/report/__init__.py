"""Reports: an analysis becomes text for people, JSON for programs, or a form that another service reads.

One module a form; `layout` has what the forms for people share. A renderer knows nothing of how a verdict came about.
"""

from __future__ import annotations

from collections.abc import Callable

from loganalyzer.outcome import Analysis
from loganalyzer.screen import WIDTH

__all__ = ["FORMATS", "SHARED_FORMATS", "render", "write_job_summary"]

SHARED_FORMATS = ("github", "junit", "sarif")
"""Forms that go to other services, and are redacted unless the user wants otherwise."""

FORMATS = ("text", "json", "markdown", *SHARED_FORMATS)


def render(
    analysis: Analysis,
    form: str,
    *,
    color: bool = False,
    verbose: bool = False,
    width: int = WIDTH,
    redact: bool = True,
) -> str:
    """Write an analysis in one of FORMATS; a renderer is imported only when it is asked for.

    Args:
        analysis: what was found.
        form: one of FORMATS.
        color: colour codes, in text alone.
        verbose: how the input was read, in text alone.
        width: columns of a line, in text alone.
        redact: whether secrets are taken out, in SHARED_FORMATS alone.
    """
    if form in SHARED_FORMATS:
        return _shared(form)(_redacted(analysis) if redact else analysis)
    if form == "json":
        from loganalyzer.report import json_v1  # noqa: PLC0415

        return json_v1.render(analysis)
    if form == "markdown":
        from loganalyzer.report import markdown  # noqa: PLC0415

        return markdown.render(analysis)
    from loganalyzer.report import text  # noqa: PLC0415

    return text.render(analysis, color=color, verbose=verbose, width=width)


def _shared(form: str) -> Callable[[Analysis], str]:
    """Give the renderer of a form for other services."""
    if form == "github":
        from loganalyzer.report import github  # noqa: PLC0415

        return github.render
    if form == "junit":
        from loganalyzer.report import junit  # noqa: PLC0415

        return junit.render
    from loganalyzer.report import sarif  # noqa: PLC0415

    return sarif.render


def _redacted(analysis: Analysis) -> Analysis:
    """Take out what must not be shared."""
    from loganalyzer.redaction import Redactor  # noqa: PLC0415

    return Redactor().redact_record(analysis)


def write_job_summary(analysis: Analysis, *, redact: bool = True) -> bool:
    """Add the report to the summary of the GitHub job that runs; say whether there is one."""
    from loganalyzer.report import github  # noqa: PLC0415

    return github.write_job_summary(_redacted(analysis) if redact else analysis)
