"""Louder without clipping: a limiter that sees a peak coming and turns down for it. PURE.

Cutting or bending the peaks off would add overtones, which sound harsh and hide consonants. Here
the gain falls smoothly just before a peak and rises again after it, so that even a full-scale tone
raised by 6 dB stays the tone it was.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from assistant.core.ports import SAMPLE_RATE
from assistant.speech.audio import FULL_SCALE, Samples, to_int16

CEILING: Final = 10 ** (-1 / 20)
"Share of full scale that no sample exceeds: -1 dB, the highest peak EBU R128 allows."

LOOK_AHEAD: Final = SAMPLE_RATE * 5 // 2000
"""Samples (2.5 ms): the gain falls over so long. Before and after together they are longer than one
period of the lowest tone in the telephone band, 300 Hz, so the gain does not follow the wave."""

_FADE: Final = np.hanning(2 * LOOK_AHEAD + 3)[1:-1] / np.hanning(2 * LOOK_AHEAD + 3).sum()
"Weights, adding up to 1, over which the gain is averaged."


def gain(samples: Samples, db: float) -> Samples:
    """Louder or softer by `db` decibels; what would pass the ceiling is turned down around it."""
    return to_int16(limit(samples.astype(np.float64) * (10 ** (db / 20) / FULL_SCALE)))


def limit(wave: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Bring a wave of any height under the ceiling; what is far from its peaks is not touched.

    The gain at a sample is an average of minima, each taken over a window that holds the sample
    itself: so it never exceeds what that sample needs.
    """
    height = np.abs(wave)
    if wave.size == 0 or height.max() <= CEILING:
        return wave
    needed = CEILING / np.maximum(height, CEILING)
    padded = np.pad(needed, 2 * LOOK_AHEAD, constant_values=1.0)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * LOOK_AHEAD + 1)
    lowest = windows.min(axis=1)
    limited: npt.NDArray[np.float64] = wave * np.convolve(lowest, _FADE, "valid")
    return limited
