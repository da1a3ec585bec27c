"""Weighted n-grams: how a text looks from several sides at once, as one sparse vector.

Every view (letters, words, sounds) turns a normalised text into terms. Terms are weighted by
TF-IDF, each view is scaled to its share, and the views together make one vector, so that one linear
model sees them all. The inner product of two vectors is the weighted sum of the views' cosines.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from assistant.understanding.views import View

    Floats = NDArray[np.float32]
    Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Vector:
    """A text as a sparse vector over the known terms."""

    terms: Indices
    values: Floats
    known: float
    "0 to 1: the share of the text's weight that the examples have too."


class Vocabulary:
    """The terms of the examples, with their weights."""

    def __init__(self, views: Sequence[View], texts: Sequence[str]) -> None:
        self._views = views
        self._numbers: list[dict[str, int]] = [{} for _ in views]
        spread: Counter[int] = Counter()
        for text in texts:
            spread.update({number for view in self._number(text) for number in view})
        counts = np.zeros(len(spread))
        for number, count in spread.items():
            counts[number] = count
        self._idf: Floats = (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32)
        self._idf_unknown = float(np.log(1 + len(texts)) + 1)

    def __len__(self) -> int:
        return len(self._idf)

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

    def vector(self, text: str) -> Vector:
        """The vector of a normalised text; length at most 1, less where terms are unknown."""
        all_terms, all_values, known = [], [], 0.0
        for view, numbers in zip(self._views, self._numbers, strict=True):
            counts = Counter(map(numbers.get, view.terms(text)))
            unknown = counts.pop(None, 0)
            terms = np.fromiter(counts.keys(), np.intp, len(counts))
            tally = np.fromiter(counts.values(), np.float32, len(counts))
            values = (1 + np.log(tally)) * self._idf[terms]
            have = float(values @ values)
            whole = have + unknown * self._idf_unknown**2
            if have:
                all_terms.append(terms)
                all_values.append(values * np.float32((view.share / whole) ** 0.5))
                known += view.share * have / whole
        if not all_terms:
            return Vector(np.empty(0, np.intp), np.empty(0, np.float32), 0.0)
        return Vector(np.concatenate(all_terms), np.concatenate(all_values), known)


def inner_products(one: Vector, many: Sequence[Vector], width: int) -> Floats:
    """The inner product of a vector with each of `many`; `width` is the number of terms."""
    spread = np.zeros(width, np.float32)
    spread[one.terms] = one.values
    starts = np.cumsum([0] + [len(vector.terms) for vector in many[:-1]])
    terms = np.concatenate([vector.terms for vector in many])
    values = np.concatenate([vector.values for vector in many])
    return np.asarray(np.add.reduceat(spread[terms] * values, starts), np.float32)
