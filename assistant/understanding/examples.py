"""Evidence from single examples: how near a text comes to each sentence an intent was taught with.

RapidFuzz compares whole sentences, letter by letter, in two forms. What n-grams lose to a slip of
the thumb, an edit distance hardly notices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import fuzz, process

from assistant.understanding import sounds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

FLOOR = 40.0
"""Ratios (0-100) below this are chance: two unrelated sentences share about that many letters."""
_FIRST_SIGN = 0xE000
"""Start of Unicode's private use area, which no text of a resident's makes use of."""


def as_written(text: str) -> str:
    """The text itself."""
    return text


def sorted_words(text: str) -> str:
    """The words in alphabetical order, so that word order does not matter."""
    return " ".join(sorted(text.split()))


class _Heard:
    """One sign a merged syllable, so that a homophone is no difference at all."""

    def __init__(self) -> None:
        self._signs: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        return "".join(
            self._signs.setdefault(sound, chr(_FIRST_SIGN + len(self._signs)))
            for sound in sounds.syllables(text)
        )


def _forms(language: str) -> tuple[Callable[[str], str], ...]:
    return (as_written, _Heard()) if language == "zh" else (as_written, sorted_words)


class Examples:
    """The taught sentences in the forms in which they are compared."""

    def __init__(self, texts: Sequence[str], language: str) -> None:
        self._forms = _forms(language)
        self._taught = [[form(text) for text in texts] for form in self._forms]

    def nearness(self, text: str, numbers: Sequence[int]) -> Floats:
        """0 to 1 for each of the examples `numbers`: shape (len(numbers),).

        The square of the forms' mean ratio, counted from `FLOOR` to 100.
        """
        return self._nearness([form(text) for form in self._forms], numbers)

    def nearness_between(self, number: int, numbers: Sequence[int]) -> Floats:
        """The same for an example instead of a text."""
        return self._nearness([taught[number] for taught in self._taught], numbers)

    def _nearness(self, asked: Sequence[str], numbers: Sequence[int]) -> Floats:
        above = np.zeros(len(numbers), np.float32)
        for form, taught in zip(asked, self._taught, strict=True):
            listed = [taught[number] for number in numbers]
            ratios = process.cdist(
                [form], listed, scorer=fuzz.ratio, score_cutoff=FLOOR, dtype=np.float32
            )
            above += np.maximum(ratios[0] - np.float32(FLOOR), 0)
        return np.asarray((above / (len(self._forms) * (100 - FLOOR))) ** 2, np.float32)
