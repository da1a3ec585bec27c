"""Multinomial logistic regression over vectors of terms and meaning, solved one example at a time.

Every example has a coefficient for each intent; the weights of terms are the sum of the examples'
vectors times their coefficients. One step brings the coefficients of one example nearer to what
its own error asks for. A few rounds over all examples are enough, the order is fixed, and nothing
grows with the square of the number of examples. Beside the intents stands a crowd of unknown ones,
so that even a single intent has something to be told from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assistant.understanding.features import meaning_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from assistant.understanding.features import Vector

    Floats = NDArray[np.float32]
    Indices = NDArray[np.intp]

CURVATURE = 0.5
"""The most a softmax's probabilities bend (Böhning's bound); sets the length of a step."""
GOLDEN = 0.6180339887498949
"""Multiples of it fall evenly between 0 and 1: neighbours in the list come far apart in a round."""


def shares(logits: Floats) -> Floats:
    """Probability of each intent beside a crowd of as many unknown ones; the last axis is intents.

    The unknown ones have a logit of 0: nothing speaks for any of them. A logit of minus infinity
    takes an intent out.
    """
    top = np.maximum(logits.max(axis=-1, keepdims=True), 0)
    raised = np.exp(logits - top)
    crowd = logits.shape[-1] * np.exp(-top)
    return np.asarray(raised / (crowd + raised.sum(axis=-1, keepdims=True)), np.float32)


def fit(
    vectors: Sequence[Vector],
    owners: Indices,
    size: tuple[int, int],
    *,
    ridge: float,
    rounds: int,
) -> tuple[Floats, Floats]:
    """Weights, shape `size`, and coefficients, shape (examples, intents).

    `size` is the vocabulary's width and the number of intents; `owners` names the right intent of
    each vector. Logits of a vector are its product with the weights, without a constant.
    """
    weights = np.zeros(size, np.float32)
    coefficients = np.zeros((len(vectors), size[1]), np.float32)
    order = np.argsort((np.arange(len(vectors)) * GOLDEN) % 1, kind="stable").tolist()
    for _ in range(rounds):
        for number in order:
            step(vectors[number], owners[number], weights, coefficients[number], ridge=ridge)
    return weights, coefficients


def step(
    vector: Vector, owner: int, weights: Floats, coefficients: Floats, *, ridge: float
) -> None:
    """Brings one example's coefficients, shape (intents,), and the weights nearer, in place."""
    seen, felt = weights[vector.terms], meaning_rows(weights, vector)
    change = -shares(vector.values @ seen + vector.meaning @ felt)
    change -= np.float32(ridge) * coefficients
    change[owner] += 1
    change *= np.float32(1 / (CURVATURE * vector.square + ridge))
    coefficients += change
    weights[vector.terms] = seen + vector.values[:, None] * change
    felt += vector.meaning[:, None] * change
