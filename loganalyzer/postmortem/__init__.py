"""Postmortem: saved logs become the factual part of an incident review, in every form that a team shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from loganalyzer.outcome import Analysis
from loganalyzer.pipeline import Settings
from loganalyzer.postmortem.assemble import Baseline, assemble
from loganalyzer.postmortem.plain import make_plain
from loganalyzer.postmortem.record import Postmortem
from loganalyzer.postmortem.survey import Inputs, Sink, survey_inputs
from loganalyzer.redaction import Redactor

__all__ = ["FORMS", "Postmortem", "build", "render"]

FORMS = {".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown", ".json": "json"}
"""How a file name ends → form."""


def build(  # noqa: PLR0913 (what goes in, and what is told on the way)
    settings: Settings,
    analysis: Analysis,
    *,
    baseline: Baseline | None = None,
    redactor: Redactor | None = None,
    sink: Sink | None = None,
    on_bytes: Callable[[int], None] | None = None,
    inputs: Inputs | None = None,
) -> Postmortem:
    """Make the postmortem of an analysis.

    Args:
        settings: those of the analysis; its inputs are read once more.
        analysis: of the bad log.
        baseline: analysis and survey of a good log.
        redactor: takes out what must not be shared; None to leave everything in.
        sink: takes every event on the way.
        on_bytes: told how many bytes each block had.
        inputs: what is read instead of the paths of *settings*.
    """
    survey = survey_inputs(
        settings, analysis, with_messages=baseline is not None, sink=sink, on_bytes=on_bytes, inputs=inputs
    )
    postmortem = make_plain(assemble(analysis, survey, baseline))
    if redactor is None:
        return postmortem
    redacted = redactor.redact_record(postmortem)
    return replace(redacted, redacted=redactor.replaced)


def render(postmortem: Postmortem, form: str, template: Path | None = None) -> str:
    """Write a postmortem.

    Args:
        postmortem: what to write.
        form: `html`, `markdown` or `json`.
        template: the user's own layout; None for the shipped one. Not for `json`.
    """
    if form == "json":
        from loganalyzer.postmortem import json_form  # noqa: PLC0415

        return json_form.render(postmortem)
    if template is not None:
        from loganalyzer.postmortem import layout  # noqa: PLC0415

        return layout.render(postmortem, template, is_html=form == "html")
    if form == "markdown":
        from loganalyzer.postmortem import markdown_form  # noqa: PLC0415

        return markdown_form.render(postmortem)
    from loganalyzer.postmortem import page  # noqa: PLC0415

    return page.render(postmortem)
