"""What is learnt from the examples of one language, and the logits it gives a text.

A text is mended, becomes a vector of weighted n-grams and meaning, and the intents the vector
speaks for are looked at once more, example by example. For the n-grams it is mended with the words
of the examples; for its meaning with the dictionary's too, since a word that no example has may
still be like one. Both kinds of similarity run from 0 to 1 and weigh the same coefficients of the
examples, so that their logits add up.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from assistant.understanding import solver
from assistant.understanding.calibration import Rehearsal
from assistant.understanding.examples import Examples
from assistant.understanding.features import Vector, Vocabulary, inner_products, product
from assistant.understanding.spelling import Speller, plain_speller, speller

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from assistant.understanding.recipe import Recipe

    Floats = NDArray[np.float32]
    Indices = NDArray[np.intp]

RIDGE = 0.05
"""Regularisation: a C of 20 in the terms of other packages."""
ROUNDS = 5
REHEARSED = 6
"""Examples of an intent that are rehearsed without their own weight, fewer of many intents."""
MOST_REHEARSED = 400
LEAST_REHEARSED = 2
SHORTLIST = 12
"""Intents whose examples are compared one by one: the right one is nearly always among them."""
MOST_EXAMPLES = 400
"""Examples compared at most; keeps a match short where intents have hundreds."""


@dataclass(frozen=True, slots=True)
class Model:
    """Everything fitted; replaced as a whole when something is learnt."""

    intents: list[str]
    _language: str
    _recipe: Recipe
    _texts: list[str]
    "The examples."
    _speller: Speller
    _plain_speller: Speller
    _vocabulary: Vocabulary
    _weights: Floats
    "Shape (width of the vocabulary, intents)."
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
        recipe: Recipe,
    ) -> tuple[Self, Rehearsal]:
        """Fits normalised, non-empty `texts` to their labels, and rehearses some of them.

        `names` are intents in words; each is one more example of its intent.
        """
        intents = sorted(set(labels))
        numbers = {intent: number for number, intent in enumerate(intents)}
        named = [intent for intent in intents if names.get(intent)]
        told = [*texts, *(names[intent] for intent in named)]
        owners = np.array([numbers[label] for label in [*labels, *named]], np.intp)
        spellers = speller(language, told), plain_speller(language, told)
        meaning = recipe.meaning_share(len(told) / len(intents))
        vocabulary = Vocabulary(language, recipe.views, meaning, told)
        vectors = [vocabulary.vector(text, text) for text in told]
        size = (vocabulary.width, len(intents))
        weights, coefficients = solver.fit(vectors, owners, size, ridge=RIDGE, rounds=ROUNDS)
        model = cls(
            intents,
            language,
            recipe,
            told,
            *spellers,
            vocabulary,
            weights,
            Examples(told, language),
            coefficients,
            [np.flatnonzero(owners == number) for number in range(len(intents))],
        )
        return model, model._rehearse(vectors)

    def with_examples(self, examples: Sequence[tuple[str, str]]) -> Model:
        """What is known, and more examples, each a text and one of the known intents.

        Only the new examples' own weights are sought; the other examples keep theirs.
        """
        texts = [*self._texts, *(text for text, _ in examples)]
        vocabulary = copy(self._vocabulary)
        for text, _ in examples:
            vocabulary.grow(text)
        old, new = len(self._vocabulary), len(vocabulary) - len(self._vocabulary)
        empty = np.zeros((new, len(self.intents)), np.float32)
        weights = np.concatenate([self._weights[:old], empty, self._weights[old:]])
        owners = [self.intents.index(intent) for _, intent in examples]
        vectors = [vocabulary.vector(text, text) for text, _ in examples]
        own = np.zeros((len(examples), len(self.intents)), np.float32)
        for _ in range(ROUNDS):
            for vector, owner, coefficients in zip(vectors, owners, own, strict=True):
                solver.step(vector, owner, weights, coefficients, ridge=RIDGE)
        members = list(self._members)
        for number, owner in enumerate(owners, start=len(self._texts)):
            members[owner] = np.append(members[owner], number)
        return replace(
            self,
            _texts=texts,
            _speller=speller(self._language, texts),
            _plain_speller=plain_speller(self._language, texts),
            _vocabulary=vocabulary,
            _weights=weights,
            _examples=Examples(texts, self._language),
            _coefficients=np.vstack([self._coefficients, own]),
            _members=members,
        )

    def logits(self, text: str) -> Floats:
        """One logit an intent, in the order of `intents`, for a normalised text."""
        mended, meant = text, text
        if self._recipe.mends:
            mended, meant = self._speller.mend(text), self._plain_speller.mend(text)
        vector = self._vocabulary.vector(mended, meant)
        logits = product(vector, self._weights)
        listed = self._shortlist(logits)
        near = self._examples.nearness(mended, listed.tolist())
        return self._joined(logits, near @ self._coefficients[listed])

    def _rehearse(self, vectors: Sequence[Vector]) -> Rehearsal:
        """Logits of some examples as if they, or all of their intent, had not been taught."""
        owners, without_example, without_intent = [], [], []
        each = min(REHEARSED, max(LEAST_REHEARSED, MOST_REHEARSED // len(self._members)))
        for owner, numbers in enumerate(self._members):
            for number in numbers[:each].tolist():
                alone, orphan = self._left_out(vectors, number, numbers)
                orphan[owner] = -np.inf
                owners.append(owner)
                without_example.append(alone)
                without_intent.append(orphan)
        return Rehearsal(np.stack(without_example), np.stack(without_intent), np.array(owners))

    def _left_out(
        self, vectors: Sequence[Vector], number: int, family: Indices
    ) -> tuple[Floats, Floats]:
        vector = vectors[number]
        logits = product(vector, self._weights)
        listed = self._shortlist(logits)
        near = self._examples.nearness_between(number, listed.tolist())
        kin = inner_products(vector, [vectors[relative] for relative in family], len(self._weights))
        results = []
        for absent, lost in ((listed == number, family == number), (np.isin(listed, family), ...)):
            left = np.where(absent, np.float32(0), near)
            weight = kin[lost] @ self._coefficients[family[lost]]
            results.append(self._joined(logits - weight, left @ self._coefficients[listed]))
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

    def _joined(self, logits: Floats, near: Floats) -> Floats:
        share = np.float32(self._recipe.nearness)
        return np.asarray((1 - share) * logits + share * near, np.float32)
