"""Layouts of the user's own: errors that name their place, and no harm."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from loganalyzer.errors import UsageError
from loganalyzer.postmortem import Postmortem, render
from tests.documents import INCIDENTS, make


@pytest.fixture(scope="module")
def postmortem() -> Postmortem:
    """Make one."""
    return make(INCIDENTS / "heroku-port-hardcoded-rolled-back.log")


class TestLayout:
    """A layout of the user's own cannot do harm, and says where it is wrong."""

    @pytest.mark.parametrize(
        ("source", "told"),
        [
            ("a\n{% if %}", ":2: Expected an expression"),
            ("a\n\n{{ nothing }}", ":3: 'nothing' is undefined"),
            ("{% for one in postmortem.reviews %}\n{{ one.nothing.more }}\n{% endfor %}", ":2: 'dict object' has no"),
            ("a\n{{ ''.__class__.__mro__ }}", ":2: access to attribute '__class__'"),
            ("{{ cycler.__init__.__globals__ }}", ":1: access to attribute '__init__'"),
            ("{{ postmortem.reviews.append(1) }}", ":1: access to attribute 'append'"),
            ("\n{{ 1 / 0 }}", ":2: ZeroDivisionError"),
            ("\n{{ 1|nothing }}", ":2: No filter named 'nothing'"),
            ("{% include '/etc/passwd' %}", ":1: "),
            ("{{ range(10**9)|list }}", ":1: OverflowError"),
            ("{% macro f() %}{{ f() }}{% endmacro %}\n{{ f() }}", ": RecursionError"),
        ],
    )
    def test_wrong_layout(self, source: str, told: str, postmortem: Postmortem, tmp_path: Path) -> None:
        """File and line are named."""
        layout = tmp_path / "mine.md.j2"
        layout.write_text(source)
        with pytest.raises(UsageError) as caught:
            render(postmortem, "markdown", layout)
        words = str(caught.value)
        assert words.startswith(f"{layout}:")
        assert told.removeprefix(":").strip() in words
        assert told.startswith(": ") or words.startswith(f"{layout}{told}")

    @pytest.mark.parametrize(
        "source",
        [
            "{% for i in range(90000) %}{% for j in range(90000) %}{% set x = 1 %}{% endfor %}{% endfor %}",
            "{{ (2**99999)**99999 }}",
        ],
        ids=["loop", "power"],
    )
    def test_endless_layout(
        self, source: str, postmortem: Postmortem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is ended."""
        monkeypatch.setattr("loganalyzer.postmortem.sandbox.LONGEST_S", 3)
        layout = tmp_path / "mine.md.j2"
        layout.write_text(source)
        with pytest.raises(UsageError, match="runs longer than 3 seconds"):
            render(postmortem, "markdown", layout)

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of memory for a process")
    def test_greedy_layout(self, postmortem: Postmortem, tmp_path: Path) -> None:
        """It gets no more memory than a document needs."""
        layout = tmp_path / "mine.md.j2"
        layout.write_text("{{ 'x' * 10**11 }}")
        with pytest.raises(UsageError, match="too much memory"):
            render(postmortem, "markdown", layout)
