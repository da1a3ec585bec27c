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
from assistant.understanding.features import Vector, Vocabulary, inner_products
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
ROUNDS = 4
REHEARSED = 10
"""Examples of an intent that are rehearsed without their own weight."""
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
        vectors = [vocabulary.vector(text) for text in texts]
        weights, coefficients = solver.fit(
            vectors,
            owners,
            width=len(vocabulary),
            intents=len(intents),
            ridge=RIDGE,
            rounds=ROUNDS,
        )
        members = [np.flatnonzero(owners == number) for number in range(len(intents))]
        return cls(
            intents,
            _rehearse(vectors, weights, coefficients, members),
            speller(language, texts),
            vocabulary,
            weights,
            Examples(texts, language),
            coefficients,
            members,
        )

    def logits(self, text: str) -> Floats:
        """One logit an intent, in the order of `intents`, for a normalised text."""
        mended = self._speller.mend(text)
        vector = self._vocabulary.vector(mended)
        logits = vector.values @ self._weights[vector.terms]
        listed = self._shortlist(logits)
        near = self._examples.nearness(mended, listed.tolist())
        share = np.float32(NEARNESS_SHARE)
        return (1 - share) * logits + share * (near @ self._coefficients[listed])

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


def _rehearse(
    vectors: Sequence[Vector], weights: Floats, coefficients: Floats, members: Sequence[Indices]
) -> Rehearsal:
    """Logits of the first examples of each intent, less their own weight and their intent's."""
    owners, without_example, without_intent = [], [], []
    for owner, numbers in enumerate(members):
        family = [vectors[number] for number in numbers]
        for place, number in enumerate(numbers[:REHEARSED]):
            vector = vectors[number]
            logits = vector.values @ weights[vector.terms]
            kinship = inner_products(vector, family, len(weights))
            orphan = logits - kinship @ coefficients[numbers]
            orphan[owner] = -np.inf
            owners.append(owner)
            without_example.append(logits - kinship[place] * coefficients[number])
            without_intent.append(orphan)
    return Rehearsal(np.stack(without_example), np.stack(without_intent), np.array(owners))
