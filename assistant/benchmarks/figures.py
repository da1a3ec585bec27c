"""Figures of a matcher on noisy and clean text: accuracy, refusal, and the balance of both."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from assistant.understanding.calibration import best_threshold
from assistant.understanding.matcher import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float32]

KINDS = ("clean", "slips", "recognition")


class Subject(Protocol):
    """What is measured."""

    def answers(self, texts: Sequence[str]) -> tuple[list[str | None], Floats]:
        """The best intent of each text and its score, higher is surer."""
        ...


@dataclass(frozen=True, slots=True)
class Cell:
    """Figures of one kind of text, shares from 0 to 1."""

    forced: float
    "Best intent right, no rejection, in-scope rows."
    in_scope: float
    "Right and not rejected."
    wrongly_accepted: float
    "In-scope rows given a wrong intent and not rejected."
    refused: float
    "Out-of-scope rows rejected."
    balanced: float
    auroc: float
    "Of the score, in-scope rows against out-of-scope rows."


def figures(subject: Subject, texts: dict[str, list[str]], labels: Sequence[str]) -> dict[str, Any]:
    """Cells by kind of text: for the half the threshold was not chosen on, and for all rows."""
    expected = np.array(labels)
    tuning = _half(labels)
    answers = {kind: subject.answers(texts[kind]) for kind in KINDS}
    whole = np.ones(len(labels), bool)
    return {
        "held_out": _cells(answers, expected, tuning, ~tuning),
        "all_rows": _cells(answers, expected, whole, whole),
    }


def _half(labels: Sequence[str]) -> Flags:
    """Every other row of each label."""
    seen: Counter[str] = Counter()
    odd = []
    for label in labels:
        odd.append(seen[label] % 2 == 1)
        seen[label] += 1
    return np.array(odd)


def _cells(
    answers: dict[str, tuple[list[str | None], Floats]],
    expected: NDArray[np.str_],
    tuning: Flags,
    testing: Flags,
) -> dict[str, Any]:
    foreign = expected == OUTSIDE
    best, scores = answers["clean"]
    right = np.array(best) == expected
    threshold = best_threshold(scores[tuning], right[tuning], foreign[tuning])
    cells: dict[str, Any] = {"threshold": round(threshold, 4)}
    for kind in KINDS:
        best, scores = answers[kind]
        right = np.array(best) == expected
        cell = _cell(scores[testing] >= threshold, right[testing], foreign[testing])
        surer = _auroc(scores[testing & ~foreign], scores[testing & foreign])
        cells[kind] = asdict(Cell(*cell, surer))
    return cells


def _cell(
    accepted: Flags, right: Flags, foreign: Flags
) -> tuple[float, float, float, float, float]:
    inside = ~foreign
    answered = float((accepted & right)[inside].mean())
    refused = float((~accepted)[foreign].mean()) if foreign.any() else 1.0
    return (
        float(right[inside].mean()),
        answered,
        float((accepted & ~right)[inside].mean()),
        refused,
        (answered + refused) / 2,
    )


def _auroc(inside: Floats, outside: Floats) -> float:
    """The chance that an in-scope row scores higher than an out-of-scope one; ties count half."""
    if not len(inside) or not len(outside):
        return 1.0
    ordered = np.sort(outside)
    below = np.searchsorted(ordered, inside, "left") + np.searchsorted(ordered, inside, "right")
    return float(below.mean() / (2 * len(outside)))
