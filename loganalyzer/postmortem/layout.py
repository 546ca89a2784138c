"""Layouts of the user's own: a Jinja template instead of the shipped one, run in a sandbox."""

from __future__ import annotations

from pathlib import Path

from loganalyzer.errors import InputError, UsageError
from loganalyzer.postmortem.charts import draw_charts
from loganalyzer.postmortem.json_form import to_mapping
from loganalyzer.postmortem.page import filters
from loganalyzer.postmortem.record import Postmortem
from loganalyzer.report.markdown import code, escape

__all__ = ["render"]


def render(postmortem: Postmortem, template: Path, *, is_html: bool) -> str:
    """Write a postmortem by a template of the user's.

    The template sees `postmortem`, the document of the JSON form, `charts`, a list for each app, and the filters
    of the shipped one besides `markdown` and `code`, which escape for Markdown. It can neither reach Python's
    objects nor read files.

    Args:
        postmortem: what to write.
        template: the file.
        is_html: whether what is put in is escaped for HTML.

    Raises:
        InputError: the template cannot be read.
        UsageError: it is wrong, or asks for something that is not there.
    """
    from jinja2 import StrictUndefined, TemplateError  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    try:
        source = template.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(template), getattr(error, "strerror", None) or "is no UTF-8 text") from error
    environment = ImmutableSandboxedEnvironment(
        autoescape=is_html, undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.filters.update(filters())
    environment.filters.update(markdown=lambda text: escape(str(text)), code=lambda text: code(str(text)))
    charts = [draw_charts(review, f"app{number}") for number, review in enumerate(postmortem.reviews, start=1)]
    try:
        return environment.from_string(source).render(postmortem=to_mapping(postmortem), charts=charts)
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        raise UsageError(f"{template}{f':{line}' if line else ''}: {error}") from error
    except (
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise UsageError(f"{template}: {error}") from error
