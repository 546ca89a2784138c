"""Tests for texts that are put into categories."""

from __future__ import annotations

import numpy as np
import pytest

from loganalyzer import categories
from loganalyzer.categories import Category, categories_of


def _words(texts: list[bytes], width: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint64]]:
    """Give texts as rows of words."""
    return np.frombuffer(b"".join(text.ljust(8 * width, b"\0") for text in texts), "<u8").reshape(-1, width).copy()


def _texts(category: Category) -> list[bytes]:
    """Give the text of each row."""
    return [category.values[code] for code in category.codes]


@pytest.mark.parametrize("width", [1, 2, 5])
@pytest.mark.parametrize("multiplier", [categories.MULTIPLIER, np.uint64(0)], ids=["mixed", "all-but-the-last-lost"])
def test_each_row_keeps_its_text(width: int, multiplier: np.uint64, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where words of different texts are the same when they are put together."""
    monkeypatch.setattr(categories, "MULTIPLIER", multiplier)
    texts = [b"web.1", b"", b"web.2", b"web.1", b"a-name.13"[: 8 * width], b"", b"b-name.13"[: 8 * width]]
    found = categories_of(_words(texts, width))
    assert _texts(found) == texts
    assert sorted(found.values) == sorted(set(texts))


def test_same_texts_become_one_category() -> None:
    """Two categories that were found by different forms may stand for the same text."""
    found = Category.of([b"a", b"b", b"a"], np.array([2, 1, 0, 2]))
    assert found.values == [b"a", b"b"]
    assert _texts(found[np.array([True, True, False, False])]) == [b"a", b"b"]
