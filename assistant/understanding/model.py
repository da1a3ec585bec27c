"""What is learnt from the examples of one language, and the logits it gives a text.

A text is mended, becomes a vector of weighted n-grams, and the intents the vector speaks for are
looked at once more, example by example. Both kinds of similarity were fitted together, so that
their logits add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from assistant.understanding import solver
from assistant.understanding.calibration import Rehearsal
from assistant.understanding.examples import Examples
from assistant.understanding.features import Table, Vocabulary
from assistant.understanding.spelling import Speller, speller
from assistant.understanding.views import views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Indices = NDArray[np.intp]

NEARNESS_SHARE = 0.3
"""Weight of example-level nearness; n-grams have the rest."""
RIDGE = 0.05
"""Regularisation: a C of 20 in the terms of other packages."""
STEPS = 40
SHORTLIST = 12
"""Intents whose examples are compared one by one: the right one is nearly always among them."""
MOST_EXAMPLES = 400
"""Examples compared at most; keeps a match short where intents have hundreds."""


@dataclass(frozen=True, slots=True)
class Model:
    """Everything fitted; replaced as a whole when something is learnt."""

    intents: list[str]
    rehearsal: Rehearsal
    _speller: Speller
    _vocabulary: Vocabulary
    _weights: Floats
    "Shape (terms, intents)."
    _examples: Examples
    _coefficients: Floats
    "Shape (examples, intents): what nearness to each example says."
    _members: list[Indices]
    "By intent: the numbers of its examples."

    @classmethod
    def learn(cls, texts: Sequence[str], labels: Sequence[str], language: str) -> Self:
        """Fits normalised, non-empty `texts` to their labels."""
        intents = sorted(set(labels))
        numbers = {intent: number for number, intent in enumerate(intents)}
        owners = np.array([numbers[label] for label in labels], np.intp)
        vocabulary = Vocabulary(views(language), texts)
        table = Table([vocabulary.vector(text) for text in texts], len(vocabulary))
        examples = Examples(texts, language)
        similar = np.float32(1 - NEARNESS_SHARE) * table.inner_products()
        similar += np.float32(NEARNESS_SHARE) * examples.all_pairs()
        targets = np.eye(len(intents), dtype=np.float32)[owners]
        fitted = solver.fit_coefficients(similar, targets, ridge=RIDGE, steps=STEPS)
        return cls(
            intents,
            _rehearse(similar, fitted, owners),
            speller(language, texts),
            vocabulary,
            table.weights(np.float32(1 - NEARNESS_SHARE) * fitted),
            examples,
            np.float32(NEARNESS_SHARE) * fitted,
            [np.flatnonzero(owners == number) for number in range(len(intents))],
        )

    def logits(self, text: str) -> Floats:
        """One logit an intent, in the order of `intents`, for a normalised text."""
        mended = self._speller.mend(text)
        vector = self._vocabulary.vector(mended)
        logits = np.asarray(vector.values @ self._weights[vector.terms], np.float32)
        listed = self._shortlist(logits)
        near = self._examples.nearness(mended, listed.tolist())
        return logits + near @ self._coefficients[listed]

    def _shortlist(self, logits: Floats) -> Indices:
        if len(logits) <= SHORTLIST:
            best = np.argsort(-logits, kind="stable")
        else:
            best = np.argpartition(-logits, SHORTLIST)[:SHORTLIST]
        numbers = np.concatenate([self._members[intent] for intent in best])
        if len(numbers) <= MOST_EXAMPLES:
            return numbers
        room = MOST_EXAMPLES // len(best)
        return np.concatenate([self._members[intent][:room] for intent in best])


def _rehearse(similar: Floats, fitted: Floats, owners: Indices) -> Rehearsal:
    logits = similar @ fitted
    without_example = logits - np.diag(similar)[:, None] * fitted
    without_intent = logits.copy()
    for owner in np.unique(owners):
        rows = np.flatnonzero(owners == owner)
        without_intent[rows] -= similar[np.ix_(rows, rows)] @ fitted[rows]
        without_intent[rows, owner] = -np.inf
    return Rehearsal(without_example, without_intent, owners)
