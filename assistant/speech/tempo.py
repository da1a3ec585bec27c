"""Recorded words said slower or faster, at their own pitch. PURE.

Waveform-similarity overlap-add (Verhelst and Roelands, 1993): frames of the recording are laid over
each other further apart or closer together, each shifted a little to where it fits the one before.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from assistant.core.ports import SAMPLE_RATE
from assistant.speech.audio import FULL_SCALE, Samples, to_int16

FRAME: Final = SAMPLE_RATE * 32 // 1000
"Samples (32 ms): three periods of a low voice, well under a syllable."

SEARCH: Final = SAMPLE_RATE * 8 // 1000
"Samples (8 ms) a frame may be shifted either way: a whole period of a voice of 62 Hz and over."

_HOP: Final = FRAME // 2
_FADE: Final = np.hanning(FRAME + 1)[:-1]
"Two of these half a frame apart add up to 1."


def at_rate(samples: Samples, rate: float) -> Samples:
    """`samples` spoken at `rate` (1 as they are, less is slower); the length is divided by it."""
    if rate == 1 or samples.size < 2 * FRAME:
        return samples
    wave = np.pad(samples / FULL_SCALE, (SEARCH + _HOP, SEARCH + 2 * FRAME))
    length = round(samples.size / rate)
    spoken = np.zeros(length + 2 * FRAME)
    natural = SEARCH
    for at in range(0, length + _HOP, _HOP):
        wanted = SEARCH + min(round(at * rate), samples.size)
        best = _best(wave, wanted, wave[natural : natural + FRAME]) if at else wanted
        spoken[at : at + FRAME] += wave[best : best + FRAME] * _FADE
        natural = best + _HOP
    return to_int16(spoken[_HOP : _HOP + length])


def _best(wave: np.ndarray[tuple[int], np.dtype[np.float64]], wanted: int, natural: object) -> int:
    """Where, near `wanted`, the recording is most like what would have followed by itself."""
    near = wave[wanted - SEARCH : wanted + SEARCH + FRAME]
    return wanted - SEARCH + int(np.argmax(np.correlate(near, np.asarray(natural), "valid")))
