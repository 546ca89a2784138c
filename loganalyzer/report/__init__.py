"""Reports: format name → renderer."""

from __future__ import annotations

from loganalyzer.outcome import Analysis

__all__ = ["FORMATS", "render"]

FORMATS = ("text", "json", "markdown")


def render(analysis: Analysis, form: str, *, color: bool = False, verbose: bool = False) -> str:
    """Write an analysis in one of FORMATS; a renderer is imported only when it is asked for.

    Args:
        analysis: what was found.
        form: one of FORMATS.
        color: colour codes, in text alone.
        verbose: how the input was read, in text alone.
    """
    if form == "json":
        from loganalyzer.report import json_v1  # noqa: PLC0415

        return json_v1.render(analysis)
    if form == "markdown":
        from loganalyzer.report import markdown  # noqa: PLC0415

        return markdown.render(analysis)
    from loganalyzer.report import text  # noqa: PLC0415

    return text.render(analysis, color=color, verbose=verbose)
