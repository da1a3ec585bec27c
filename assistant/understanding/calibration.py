"""Whether the best intent is sure enough: one score, and the threshold it has to pass.

The score is the intent's probability among all intents and a crowd of unknown ones, of which
nothing speaks for any: a text that resembles nothing scores low however few intents there are.
Tried beside it, alone and joined by a regression learnt on the other sets: the margin, the nearest
example, distance to the middle of the intent, the share of known words, length. None parted intents
that training had never seen from its own better on all sets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Flags = NDArray[np.bool_]

MIDDLE = 0.5
"""The score of a text that is as sure as the pivot."""
PIVOT = 0.1
"""Used when no example is recognised by the others: one example an intent."""
LENIENCE = 0.8
"""Held-out examples look a little worse to the model that was fitted with them than new texts do:
this part of the way from no evidence to the pivot they suggest was best on six validation sets."""
ABOVE_NOTHING = 1.1
"""A text that resembles no example is never accepted: the pivot lies this much above its share."""
AGAINST = 0.5
"""Weight of the background's logit against every intent: 0.5 and 0.7 part best, 0 and 1.5 worst."""
CROWD = 20
"""Unknown intents beside the known ones, however many these are."""
SHARPNESS = 1.5
"""Factor on the logits: makes a near runner-up count a little more. 1 to 2 are alike."""
UNSURE = 0.5
"""A recogniser's confidence below this lowers the score."""
TRUST_FLOOR = 0.7
"""The factor on the score where the recogniser has no confidence at all."""


def sureness(logits: Floats) -> Floats:
    """Probability of each intent beside the crowd; the last axis is intents.

    A logit of minus infinity takes an intent out.
    """
    sharp = SHARPNESS * logits
    top = np.maximum(sharp.max(axis=-1, keepdims=True), 0)
    raised = np.exp(sharp - top)
    crowd = CROWD * np.exp(-top)
    return np.asarray(raised / (crowd + raised.sum(axis=-1, keepdims=True)), np.float32)


def scaled(share: Floats, pivot: float) -> Floats:
    """Shares (0 to 1) on the scale of scores: `pivot` becomes `MIDDLE`, order is kept."""
    return np.asarray(share * (1 - pivot) / (share * (1 - pivot) + (1 - share) * pivot), np.float32)


def above_background(logits: Floats, background: float, sure: float) -> Floats:
    """How far each intent stands above what is none of ours, as scores; `sure` becomes `MIDDLE`."""
    above = logits - AGAINST * background - sure
    return np.asarray(1 / (1 + np.exp(-above)), np.float32)


def trust(confidence: float) -> float:
    """The factor on a score for a recogniser's confidence (0 to 1)."""
    return TRUST_FLOOR + (1 - TRUST_FLOOR) * min(max(confidence, 0.0) / UNSURE, 1.0)


def best_threshold(scores: Floats, right: Flags, foreign: Flags) -> float:
    """The threshold with the highest mean of two shares: answered right, and refused if foreign.

    Without foreign rows, wrong answers are what should be refused.
    """
    if not len(scores):
        return MIDDLE
    bad = foreign if bool(foreign.any()) else ~right
    order = np.argsort(-scores, kind="stable")
    gained = np.cumsum((right & ~bad)[order]) / max(1, int((~bad).sum()))
    refused = 1 - np.cumsum(bad[order]) / max(1, int(bad.sum()))
    falling = scores[order]
    ends = np.append(falling[1:] < falling[:-1], True)
    last = int(np.argmax(np.where(ends, gained + refused, -1.0)))
    below = float(falling[last + 1]) if last + 1 < len(falling) else 0.0
    return (float(falling[last]) + below) / 2


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How the fitted model takes its own examples when their own weight is taken away."""

    without_example: Floats
    "Logits of each example with itself left out: shape (examples, intents)."
    without_intent: Floats
    "The same with all examples of its intent left out and the intent barred."
    owners: NDArray[np.intp]
    "Intent number of each example."


def pivot(rehearsal: Rehearsal, barred: Sequence[int]) -> float:
    """The share that best parts examples whose intent is known from those whose intent is not.

    `barred` are intents that are never answered (background); their examples are foreign matter.
    """
    inside = sureness(_without(rehearsal.without_example, barred))
    outside = sureness(_without(rehearsal.without_intent, barred))
    background = np.isin(rehearsal.owners, barred)
    right = (inside.argmax(axis=1) == rehearsal.owners) & ~background
    scores = np.concatenate([inside.max(axis=1), outside.max(axis=1)[~background]])
    foreign = np.concatenate([background, np.ones(int((~background).sum()), bool)])
    hits = np.concatenate([right, np.zeros(int((~background).sum()), bool)])
    nothing: float = 1 / (rehearsal.without_example.shape[1] + CROWD)
    if not right.any():
        return max(PIVOT, ABOVE_NOTHING * nothing)
    found = best_threshold(scores, hits, foreign)
    return max(nothing + LENIENCE * (found - nothing), ABOVE_NOTHING * nothing)


def _without(logits: Floats, barred: Sequence[int]) -> Floats:
    open_logits = logits.copy()
    open_logits[:, list(barred)] = -np.inf
    return open_logits
