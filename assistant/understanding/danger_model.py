"""How much a sentence resembles the examples of danger rather than everyday ones.

A linear model over hashed n-grams of characters, words and sounds and over the kinds of things that
are spoken of, fitted by least squares with a ridge: the same answer every time, a second or two for
ten thousand examples.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log, sqrt

import numpy as np

from assistant.understanding import sounds
from assistant.understanding.danger_kinds import Kinds

BUCKETS = 1 << 17
"Hash buckets; two n-grams rarely share one at this size."
RIDGE = 0.6
"Best of 0.2, 0.6 and 2 on examples held out by fives."
EVERYDAY_SHARE = 2.0
"""Everyday examples weigh at most so many times as much as those of danger: however many are added,
danger is not talked down."""
STRANGE = 0.4
"Share of its weight that an n-gram no example has keeps: talk of other things is no danger."
EVERYDAY = ""
"The label of examples that are no danger."


class DangerModel:
    """Scores a plain sentence for danger; 0 is undecided, 1 as sure as an example."""

    def __init__(
        self,
        language: str,
        danger: Mapping[str, Sequence[str]],
        everyday: Sequence[str],
        kinds: Kinds | None = None,
    ) -> None:
        self._chinese = language == "zh"
        self._kinds = kinds or Kinds(language, {})
        self.intents = tuple(danger)
        rows = [(text, intent) for intent in self.intents for text in danger[intent]]
        rows += [(text, EVERYDAY) for text in everyday]
        counted = [Counter(self._terms(text)) for text, _ in rows]
        seen = Counter(term for terms in counted for term in terms)
        self._rarity = {term: log(1 + len(rows) / times) for term, times in seen.items()}
        self._strange = STRANGE * log(1 + len(rows)) ** 2
        self._weights = self._fit(
            [self._vector(terms) for terms in counted], [row[1] for row in rows]
        )

    def score(self, text: str) -> tuple[float, dict[str, float]]:
        """How dangerous `text` sounds, and how much like each class of danger (about -1 to 1)."""
        vector = self._vector(Counter(self._terms(text)))
        if not vector or not self.intents:
            return -1.0, {}
        places = np.fromiter(vector, np.int64, len(vector))
        values = np.fromiter(vector.values(), np.float64, len(vector))
        danger, *classes = (values @ self._weights[places]).tolist()
        return danger, dict(zip(self.intents, classes, strict=True))

    def _fit(self, vectors: Sequence[Mapping[int, float]], labels: Sequence[str]) -> np.ndarray:
        from scipy.sparse import csr_matrix  # noqa: PLC0415 - 0.8 s that only learning needs
        from scipy.sparse.linalg import LinearOperator, cg  # noqa: PLC0415

        wanted = np.zeros((BUCKETS, 1 + len(self.intents)))
        if not vectors or not self.intents:
            return wanted
        starts = np.cumsum([0, *(len(vector) for vector in vectors)])
        places = np.concatenate([np.fromiter(vector, np.int64, len(vector)) for vector in vectors])
        values = np.concatenate(
            [np.fromiter(vector.values(), np.float64, len(vector)) for vector in vectors]
        )
        table = csr_matrix((values, places, starts), shape=(len(vectors), BUCKETS))
        back = table.T.tocsr()
        names = np.array(labels)
        calm = names == EVERYDAY
        share = min(1.0, EVERYDAY_SHARE * (len(names) - calm.sum()) / max(1, calm.sum()))
        stiffness = RIDGE / np.where(calm, share, 1.0)
        square = LinearOperator(
            (len(vectors), len(vectors)),
            matvec=lambda row: table @ (back @ row) + stiffness * row,
            dtype=np.float64,
        )
        targets = [names != EVERYDAY, *(names == intent for intent in self.intents)]
        for column, target in enumerate(targets):
            signs = np.where(target, 1.0, -1.0)
            solved, _ = cg(square, signs, rtol=1e-3, maxiter=60)
            wanted[:, column] = back @ solved
        return wanted

    def _vector(self, terms: Mapping[str, int]) -> dict[int, float]:
        weighted: dict[int, float] = {}
        strange = 0.0
        for term, times in terms.items():
            rarity = self._rarity.get(term)
            if rarity is None:
                strange += 1.0
                continue
            place = zlib.crc32(term.encode()) % BUCKETS
            weighted[place] = weighted.get(place, 0.0) + (1 + log(times)) * rarity
        known = sum(value * value for value in weighted.values())
        length = sqrt(known + strange * self._strange) or 1.0
        return {place: value / length for place, value in weighted.items()}

    def _terms(self, text: str) -> Iterable[str]:
        kinds = self._kinds.terms(text.replace(",", "") if self._chinese else text)
        return [*(_zh_terms(text) if self._chinese else _en_terms(text)), *kinds]


def _spans(units: Sequence[str], sizes: Iterable[int], mark: str) -> list[str]:
    return [
        mark + " ".join(units[start : start + size])
        for size in sizes
        for start in range(len(units) - size + 1)
    ]


def _zh_terms(text: str) -> list[str]:
    bare = text.replace(",", "")
    return [*_spans(list(bare), (1, 2, 3), ""), *_spans(sounds.syllables(bare), (2, 3), "~")]


def _en_terms(text: str) -> list[str]:
    words = text.replace(",", " ").split()
    pieces = [piece for word in words for piece in _spans(list(f"^{word}$"), (3, 4), "'")]
    return [*_spans(words, (1, 2, 3), ""), *pieces]
