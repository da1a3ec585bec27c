"""What is learnt from the examples of one language, and the logits it gives a text.

A text is mended, becomes a vector of weighted n-grams, and the intents the vector speaks for are
looked at once more, example by example. Both kinds of similarity run from 0 to 1 and weigh the same
coefficients of the examples, so that their logits add up.
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
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Indices = NDArray[np.intp]

NEARNESS_SHARE = 0.4
"""Weight of example-level nearness; n-grams have the rest."""
RIDGE = 0.05
"""Regularisation: a C of 20 in the terms of other packages."""
ROUNDS = 5
REHEARSED = 6
"""Examples of an intent that are rehearsed without their own weight."""
SHORTLIST = 12
"""Intents whose examples are compared one by one: the right one is nearly always among them."""
MOST_EXAMPLES = 400
"""Examples compared at most; keeps a match short where intents have hundreds."""


@dataclass(frozen=True, slots=True)
class Model:
    """Everything fitted; replaced as a whole when something is learnt."""

    intents: list[str]
    _speller: Speller
    _vocabulary: Vocabulary
    _vectors: list[Vector]
    "Of the examples."
    _weights: Floats
    "Shape (terms, intents)."
    _examples: Examples
    _coefficients: Floats
    "Shape (examples, intents): what nearness to each example says."
    _members: list[Indices]
    "By intent: the numbers of its examples."

    @classmethod
    def learn(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        language: str,
        names: Mapping[str, str],
    ) -> Self:
        """Fits normalised, non-empty `texts` to their labels.

        `names` are intents in words; each is one more example of its intent.
        """
        intents = sorted(set(labels))
        numbers = {intent: number for number, intent in enumerate(intents)}
        named = [intent for intent in intents if names.get(intent)]
        texts = [*texts, *(names[intent] for intent in named)]
        owners = np.array([numbers[label] for label in [*labels, *named]], np.intp)
        vocabulary = Vocabulary(views(language), texts)
        vectors = [vocabulary.vector(text) for text in texts]
        size = (len(vocabulary), len(intents))
        weights, coefficients = solver.fit(vectors, owners, size, ridge=RIDGE, rounds=ROUNDS)
        return cls(
            intents,
            speller(language, texts),
            vocabulary,
            vectors,
            weights,
            Examples(texts, language),
            coefficients,
            [np.flatnonzero(owners == number) for number in range(len(intents))],
        )

    def logits(self, text: str) -> Floats:
        """One logit an intent, in the order of `intents`, for a normalised text."""
        mended = self._speller.mend(text)
        vector = self._vocabulary.vector(mended)
        logits = vector.values @ self._weights[vector.terms]
        listed = self._shortlist(logits)
        near = self._examples.nearness(mended, listed.tolist())
        return _joined(logits, near @ self._coefficients[listed])

    def rehearse(self) -> Rehearsal:
        """Logits of some examples as if they, or all of their intent, had not been taught."""
        owners, without_example, without_intent = [], [], []
        for owner, numbers in enumerate(self._members):
            for number in numbers[:REHEARSED].tolist():
                alone, orphan = self._left_out(number, numbers)
                orphan[owner] = -np.inf
                owners.append(owner)
                without_example.append(alone)
                without_intent.append(orphan)
        return Rehearsal(np.stack(without_example), np.stack(without_intent), np.array(owners))

    def _left_out(self, number: int, family: Indices) -> tuple[Floats, Floats]:
        vector = self._vectors[number]
        logits = vector.values @ self._weights[vector.terms]
        listed = self._shortlist(logits)
        near = self._examples.nearness_between(number, listed.tolist())
        kin = inner_products(
            vector, [self._vectors[relative] for relative in family], len(self._weights)
        )
        results = []
        for absent in (np.array([number]), family):
            lost = kin[np.isin(family, absent)] @ self._coefficients[absent]
            left = np.where(np.isin(listed, absent), np.float32(0), near)
            results.append(_joined(logits - lost, left @ self._coefficients[listed]))
        return results[0], results[1]

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


def _joined(logits: Floats, near: Floats) -> Floats:
    share = np.float32(NEARNESS_SHARE)
    return np.asarray((1 - share) * logits + share * near, np.float32)
