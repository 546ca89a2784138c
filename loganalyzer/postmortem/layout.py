"""Layouts of the user's own: a Jinja template instead of the shipped one, run in a sandbox."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from loganalyzer.errors import InputError, UsageError
from loganalyzer.postmortem.charts import draw_charts
from loganalyzer.postmortem.json_form import to_mapping
from loganalyzer.postmortem.record import Postmortem
from loganalyzer.postmortem.sandbox import Failure, run_template

__all__ = ["render"]


def render(postmortem: Postmortem, template: Path, *, is_html: bool) -> str:
    """Write a postmortem by a template of the user's.

    The template sees `postmortem`, the document of the JSON form, `charts`, a list for each app, and the filters
    of the shipped one besides `markdown` and `code`, which escape for Markdown. It can neither reach Python's
    objects nor read files, and it is ended when it takes too long or too much memory.

    Args:
        postmortem: what to write.
        template: the file.
        is_html: whether what is put in is escaped for HTML.

    Raises:
        InputError: the template cannot be read.
        UsageError: it is wrong, or asks for something that is not there.
    """
    try:
        source = template.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(template), getattr(error, "strerror", None) or "is no UTF-8 text") from error
    charts = [
        [asdict(chart) for chart in draw_charts(review, f"app{number}")] if "charts" in source else []
        for number, review in enumerate(postmortem.reviews, start=1)
    ]
    text = run_template(source, {"postmortem": to_mapping(postmortem), "charts": charts}, is_html=is_html)
    if isinstance(text, Failure):
        place = f"{template}:{text.line}" if text.line else str(template)
        raise UsageError(f"{place}: {text.reason}")
    return text
