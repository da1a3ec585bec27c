from __future__ import annotations

import sys

import numpy as np
import pytest

from assistant.understanding import meanings
from assistant.understanding.meanings import WIDTH, known_in, meaning


def _alike(one: str, other: str) -> float:
    return float(meaning(one) @ meaning(other))


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [
        pytest.param("doctor", "physician", "carpet", id="a trade"),
        pytest.param("broken", "damaged", "tuesday", id="a state"),
        pytest.param("lift", "elevator", "breakfast", id="british and american"),
    ],
)
def test_words_used_alike_are_near(word: str, near: str, far: str) -> None:
    """A word no example has is still like those that are."""
    assert _alike(word, near) > _alike(word, far) + 0.1


def test_a_meaning_is_a_direction() -> None:
    """Length 1, whatever the number of words; nothing means nothing."""
    for text in ("tap", "the tap in my kitchen is leaking", "zxqv", "a", "水"):
        assert float(np.linalg.norm(meaning(text))) == pytest.approx(1.0, abs=1e-5)
    assert not meaning("").any()
    assert meaning("").shape == (WIDTH,)


def test_only_english_has_meanings() -> None:
    """Of other languages too few words are among the vectors."""
    assert known_in("en")
    assert not known_in("zh")


def test_without_the_tables_nothing_has_a_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    """The matcher then goes by letters, words and sounds."""
    monkeypatch.setattr(meanings, "PACKAGE", "no_such_package_anywhere")
    meanings._tables.cache_clear()
    try:
        assert not known_in("en")
        assert not meaning("tap").any()
    finally:
        monkeypatch.undo()
        meanings._tables.cache_clear()
        meanings._of_word.cache_clear()


def test_the_package_that_brings_the_tables_is_never_imported() -> None:
    """Its code asks the network for other models; only its files are read."""
    meaning("tap")
    assert "wordllama" not in sys.modules
