"""Pauses in finished speech: cut at the ends, lengthened within. PURE."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from assistant.core.ports import SAMPLE_RATE
from assistant.speech.audio import FULL_SCALE, Samples

QUIET: Final = 0.004
"Share of full scale (-48 dB) under which a synthesised or clean recorded sample is a pause."

SHORTEST_MS: Final = 120
"A shorter gap belongs to a word: the closure of a plosive lasts 50 to 100 ms."

_MARGIN: Final = SAMPLE_RATE // 50
"Samples (20 ms) kept at each end, so that a soft consonant is not clipped."


def trim(samples: Samples) -> Samples:
    """Without the silence at both ends; all silence gives an empty array."""
    loud = np.flatnonzero(_is_loud(samples))
    if loud.size == 0:
        return samples[:0]
    return samples[max(0, loud[0] - _MARGIN) : loud[-1] + 1 + _MARGIN]


def stretch_pauses(samples: Samples, factor: float) -> Samples:
    """Make each inner pause `factor` times as long; speech itself is not touched."""
    pieces: list[Samples] = []
    at = 0
    for start, end in _pauses(samples):
        middle, length = (start + end) // 2, end - start
        change = round(length * (factor - 1))
        if change >= 0:
            pieces += [samples[at:middle], np.zeros(change, np.int16)]
            at = middle
        else:
            pieces.append(samples[at : middle + change // 2])
            at = middle - (change - change // 2)
    return np.concatenate([*pieces, samples[at:]])


def _pauses(samples: Samples) -> list[tuple[int, int]]:
    """Start and end of each inner pause."""
    loud = np.flatnonzero(_is_loud(samples))
    gaps = np.flatnonzero(np.diff(loud) > SHORTEST_MS * SAMPLE_RATE // 1000)
    return [(int(loud[gap]) + 1, int(loud[gap + 1])) for gap in gaps]


def _is_loud(samples: Samples) -> npt.NDArray[np.bool_]:
    return np.abs(samples.astype(np.int32)) > QUIET * FULL_SCALE
