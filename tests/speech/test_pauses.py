from __future__ import annotations

import numpy as np
import pytest

from assistant.speech.audio import Samples
from assistant.speech.pauses import stretch_pauses, trim


def speech(*parts_ms: int) -> Samples:
    """Tone and silence by turns, beginning with tone."""
    pieces = [np.full(ms * 8, 0 if at % 2 else 5000, np.int16) for at, ms in enumerate(parts_ms)]
    return np.concatenate(pieces)


def test_trim_keeps_twenty_milliseconds() -> None:
    """Silent ends go, but for 20 ms."""
    padded = np.concatenate([np.zeros(4000, np.int16), speech(100), np.zeros(4000, np.int16)])
    assert trim(padded).size == (20 + 100 + 20) * 8


def test_trim_of_silence_is_nothing() -> None:
    """All silence gives an empty array."""
    assert trim(np.zeros(800, np.int16)).size == 0


@pytest.mark.parametrize(("factor", "expected"), [(0.5, 650), (1.0, 800), (2.0, 1100)])
def test_only_long_gaps_are_stretched(factor: float, expected: int) -> None:
    """A pause of 300 ms changes with the factor; a gap of 60 ms within a word does not."""
    spoken = speech(200, 60, 140, 300, 100)
    assert stretch_pauses(spoken, factor).size == expected * 8
    assert np.count_nonzero(stretch_pauses(spoken, factor)) == np.count_nonzero(spoken)


def test_speech_without_pauses_is_untouched() -> None:
    """Nothing to stretch leaves every sample as it was."""
    assert np.array_equal(stretch_pauses(speech(500), 3), speech(500))
