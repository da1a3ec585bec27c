"""Multinomial logistic regression over sparse vectors, solved one example at a time.

Every example has a coefficient for each intent; the weights of terms are the sum of the examples'
vectors times their coefficients. One step brings the coefficients of one example nearer to what
its own error asks for. A few rounds over all examples are enough, the order is fixed, and nothing
grows with the square of the number of examples. Beside the intents stands a crowd of unknown ones,
so that even a single intent has something to be told from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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
    """Weights of terms, shape `size` (terms, intents), and coefficients (examples, intents).

    `owners` names the right intent of each vector; logits of a vector are its product with the
    weights, without a constant.
    """
    weights = np.zeros(size, np.float32)
    coefficients = np.zeros((len(vectors), size[1]), np.float32)
    lengths = np.array([float(vector.values @ vector.values) for vector in vectors])
    steps = (1 / (CURVATURE * lengths + ridge)).astype(np.float32)
    shrink = np.float32(ridge)
    order = np.argsort((np.arange(len(vectors)) * GOLDEN) % 1, kind="stable").tolist()
    for _ in range(rounds):
        for number in order:
            vector, own = vectors[number], coefficients[number]
            seen = weights[vector.terms]
            change = -shares(vector.values @ seen) - shrink * own
            change[owners[number]] += 1
            change *= steps[number]
            own += change
            weights[vector.terms] = seen + vector.values[:, None] * change
    return weights, coefficients
