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

HEAD = 48
"""A term in more examples than this is handled by dense arithmetic when examples are compared."""


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


class Table:
    """Many vectors, one a row, for training."""

    def __init__(self, vectors: Sequence[Vector], width: int) -> None:
        self.height = len(vectors)
        rows = np.repeat(np.arange(self.height), [len(vector.terms) for vector in vectors])
        terms = np.concatenate([vector.terms for vector in vectors])
        values = np.concatenate([vector.values for vector in vectors])
        order = np.argsort(terms, kind="stable")
        self._rows, self._terms, self._values = rows[order], terms[order], values[order]
        self._starts = np.searchsorted(self._terms, np.arange(width + 1))

    def inner_products(self) -> Floats:
        """Every row with every row: shape (rows, rows)."""
        counts = np.diff(self._starts)
        result = np.zeros((self.height, self.height), np.float32)
        for block in np.array_split(np.flatnonzero(counts > HEAD), 1 + len(counts) // 20000):
            dense = self._dense(block)
            result += dense @ dense.T
        result += self._rare_products(counts)
        return result

    def _rare_products(self, counts: Indices) -> Floats:
        places, products = [], []
        for count in range(1, HEAD + 1):
            starts = self._starts[:-1][counts == count]
            entries = starts[:, None] + np.arange(count)
            rows, values = self._rows[entries].astype(np.int32), self._values[entries]
            places.append((rows[:, :, None] * self.height + rows[:, None, :]).ravel())
            products.append((values[:, :, None] * values[:, None, :]).ravel())
        size = self.height**2
        summed = np.bincount(np.concatenate(places), np.concatenate(products), size)
        return summed.reshape(self.height, self.height).astype(np.float32)

    def _dense(self, terms: Indices) -> Floats:
        dense = np.zeros((self.height, len(terms)), np.float32)
        for column, term in enumerate(terms):
            entries = slice(self._starts[term], self._starts[term + 1])
            dense[self._rows[entries], column] = self._values[entries]
        return dense

    def weights(self, coefficients: Floats) -> Floats:
        """What each term says of each column of `coefficients` (rows, n): shape (width, n)."""
        width = len(self._starts) - 1
        result = np.zeros((width, coefficients.shape[1]), np.float32)
        step = 2000
        for first in range(0, width, step):
            last = min(first + step, width)
            entries = slice(self._starts[first], self._starts[last])
            parts = coefficients[self._rows[entries]] * self._values[entries, None]
            begins = self._starts[first:last] - self._starts[first]
            result[first:last] = np.add.reduceat(parts, begins, axis=0)
        return result
