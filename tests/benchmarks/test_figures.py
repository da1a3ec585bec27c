from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.benchmarks.figures import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LABELS = ["a", "a", "b", "b", "oos", "oos"]


class Told:
    """Gives the answers it was told, by text."""

    def __init__(self, answers: dict[str, tuple[str, float]]) -> None:
        self._answers = answers

    def answers(self, texts: Sequence[str]) -> tuple[list[str | None], NDArray[np.float32]]:
        """The intents and scores of the texts."""
        found = [self._answers[text] for text in texts]
        return [intent for intent, _ in found], np.array([score for _, score in found], np.float32)


def _told(kind: str, rows: list[tuple[str, float]]) -> dict[str, tuple[str, float]]:
    return {f"{kind}{number}": row for number, row in enumerate(rows)}


def _texts(kind: str) -> list[str]:
    return [f"{kind}{number}" for number in range(len(LABELS))]


CLEAN = [("a", 0.9), ("a", 0.8), ("b", 0.75), ("a", 0.6), ("b", 0.3), ("a", 0.2)]
NOISY = [("a", 0.9), ("b", 0.8), ("b", 0.4), ("a", 0.3), ("b", 0.7), ("a", 0.2)]


def _measured() -> dict[str, dict[str, dict[str, float]]]:
    told = Told(_told("clean", CLEAN) | _told("slips", NOISY) | _told("recognition", CLEAN))
    return figures(told, {kind: _texts(kind) for kind in ("clean", "slips", "recognition")}, LABELS)


def test_shares_are_counted_by_hand() -> None:
    """Three of four right, all foreign refused, the wrong one below the threshold."""
    cell = _measured()["all_rows"]["clean"]
    assert cell == {
        "forced": 0.75,
        "in_scope": 0.75,
        "wrongly_accepted": 0.0,
        "refused": 1.0,
        "balanced": 0.875,
        "auroc": 1.0,
    }


def test_the_threshold_of_clean_text_is_kept_for_noisy_text() -> None:
    """It lies half-way between the last right answer of clean text and the next below."""
    measured = _measured()["all_rows"]
    assert measured["threshold"] == pytest.approx(0.675)
    noisy = measured["slips"]
    assert (noisy["forced"], noisy["in_scope"]) == (0.5, 0.25)
    assert (noisy["wrongly_accepted"], noisy["refused"]) == (0.25, 0.5)


def test_held_out_rows_choose_no_threshold() -> None:
    """Every other row of a label chooses it; figures are those of the other half."""
    measured = _measured()["held_out"]
    assert measured["threshold"] == pytest.approx(0.7)
    assert measured["clean"]["in_scope"] == 1.0
    assert measured["clean"]["refused"] == 1.0


def test_equal_scores_count_half_for_the_ranking() -> None:
    """A score that is the same for all ranks nothing."""
    told = Told({text: ("a", 0.5) for kind in ("c", "s", "r") for text in _texts(kind)})
    texts = {"clean": _texts("c"), "slips": _texts("s"), "recognition": _texts("r")}
    assert figures(told, texts, LABELS)["all_rows"]["clean"]["auroc"] == 0.5
