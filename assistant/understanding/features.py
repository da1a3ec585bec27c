"""How a text looks from several sides at once, as one vector: weighted n-grams, and its meaning.

Every view (letters, words, sounds) turns a normalised text into terms. Terms are weighted by
TF-IDF and each view is scaled to its share; where words have a meaning it has a share of the whole.
All together make one vector, so that one linear model sees everything. The inner product of two
vectors is the weighted sum of the views' cosines and the cosine of the meanings.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.understanding import meanings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from assistant.understanding.views import View

    Floats = NDArray[np.float32]
    Indices = NDArray[np.intp]


_NO_TERMS = np.empty(0, np.intp)
_NO_VALUES = np.empty(0, np.float32)


@dataclass(frozen=True, slots=True)
class Vector:
    """A text as a vector over the known terms, and what it means."""

    terms: Indices
    values: Floats
    meaning: Floats
    "Shape (dimensions of meaning,); empty where words have none."
    square: float
    "The square of its length."


class Vocabulary:
    """The terms of the examples of one language, with their weights.

    `meaning` (0 to 1) is its share where words have one; the views have the rest.
    """

    def __init__(
        self, language: str, views: Sequence[View], meaning: float, texts: Sequence[str]
    ) -> None:
        self._language = language
        self._views = views
        self._meant = meaning > 0 and meanings.known_in(language)
        self._meaning_share = meaning if self._meant else 0.0
        self._shares = [(1 - self._meaning_share) * view.share for view in views]
        self._numbers: list[dict[str, int]] = [{} for _ in views]
        spread: Counter[int] = Counter()
        for text in texts:
            spread.update({number for view in self._number(text) for number in view})
        counts = np.zeros(len(spread))
        for number, count in spread.items():
            counts[number] = count
        self._idf: Floats = (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32)
        self._idf_unknown = float(np.log(1 + len(texts)) + 1)

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        meanings.known_in(self._language)  # read now, so that the first text need not wait

    def __len__(self) -> int:
        return len(self._idf)

    def grow(self, text: str) -> None:
        """Adds the terms of one more text, each as rare as a term of one example.

        Nothing is changed that a copy made before would share.
        """
        self._numbers = [dict(numbers) for numbers in self._numbers]
        self._number(text)
        new = sum(map(len, self._numbers)) - len(self)
        rare = np.full(new, self._idf_unknown - np.log(2), np.float32)
        self._idf = np.concatenate([self._idf, rare])

    @property
    def width(self) -> int:
        """Rows that weights need: one a term, then one a dimension of meaning."""
        return len(self._idf) + meanings.WIDTH * self._meant

    def _number(self, text: str) -> list[list[int]]:
        total = sum(map(len, self._numbers))
        result = []
        for view, numbers in zip(self._views, self._numbers, strict=True):
            found = []
            for term in view.terms(text):
                number = numbers.get(term)
                if number is None:
                    number = numbers[term] = total
                    total += 1
                found.append(number)
            result.append(found)
        return result

    def vector(self, text: str, meant: str) -> Vector:
        """The vector of a normalised text; length at most 1, less where terms are unknown.

        `meant` is the text whose words have the meaning: the same but for slips.
        """
        all_terms, all_values = [_NO_TERMS], [_NO_VALUES]
        for view, share, numbers in zip(self._views, self._shares, self._numbers, strict=True):
            counts = Counter(map(numbers.get, view.terms(text)))
            unknown = counts.pop(None, 0)
            terms = np.fromiter(counts.keys(), np.intp, len(counts))
            tally = np.fromiter(counts.values(), np.float32, len(counts))
            values = (1 + np.log(tally)) * self._idf[terms]
            have = float(values @ values)
            if have:
                whole = have + unknown * self._idf_unknown**2
                all_terms.append(terms)
                all_values.append(values * np.float32((share / whole) ** 0.5))
        joined, meaning = np.concatenate(all_values), self._meaning(meant)
        square = float(joined @ joined + meaning @ meaning)
        return Vector(np.concatenate(all_terms), joined, meaning, square)

    def _meaning(self, meant: str) -> Floats:
        if not self._meant:
            return _NO_VALUES
        return meanings.meaning(meant) * np.float32(self._meaning_share**0.5)


def meaning_rows(weights: Floats, vector: Vector) -> Floats:
    """The rows of `weights` that belong to meaning: a view, empty where words have none."""
    return weights[len(weights) - len(vector.meaning) :]


def product(vector: Vector, weights: Floats) -> Floats:
    """The inner product with every column of `weights`, shape (`Vocabulary.width`, columns)."""
    terms = vector.values @ weights[vector.terms]
    return np.asarray(terms + vector.meaning @ meaning_rows(weights, vector), np.float32)


def inner_products(one: Vector, many: Sequence[Vector], width: int) -> Floats:
    """The inner product of a vector with each of `many`; `width` is the vocabulary's."""
    spread = np.zeros(width, np.float32)
    spread[one.terms] = one.values
    starts = np.cumsum([0] + [len(vector.terms) for vector in many[:-1]])
    terms = np.concatenate([vector.terms for vector in many])
    values = np.concatenate([vector.values for vector in many])
    alike = np.add.reduceat(spread[terms] * values, starts)
    return np.asarray(alike + np.stack([other.meaning for other in many]) @ one.meaning, np.float32)
