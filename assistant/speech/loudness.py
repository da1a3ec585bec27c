"""One loudness and one band for everything the line says. PURE.

Synthesis and recordings alike are limited to the telephone band, lifted a little where consonants
live, and brought to the same active speech level.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from assistant.core.ports import SAMPLE_RATE
from assistant.speech.audio import FULL_SCALE, Samples, soft_limit, to_int16

TARGET_DBOV: Final = -20.0
"""Active speech level of every prompt, dB below overload: 6 dB over the customary -26 of ITU-T P.56
test material, because the listeners are old, and with room for another +6 dB before the limiter
works all the time."""

MARGIN_DB: Final = 15.9
"A frame is speech when it is no more than this below the active level (ITU-T P.56)."

_SILENCE_POWER: Final = 1e-9
"Mean square (-90 dB) under which a frame is digital silence."

_LEVEL_FRAME: Final = 240
"Samples (30 ms), about the time constant of the P.56 envelope."

_CURVE_HZ: Final = (0, 150, 300, 1000, 1300, 2700, 3100, 3400, 3700, 4000)
_CURVE_DB: Final = (-60, -30, 0, 0, 3, 3, 0, 0, -40, -60)
"""Telephone band 300-3400 Hz with +3 dB between 1 and 3 kHz, where hearing fades first and s, f, h
and th are told apart."""


def telephone_band(samples: Samples) -> npt.NDArray[np.float64]:
    """A whole clip limited to 300-3400 Hz with a gentle lift at 1-3 kHz, as a wave in -1..1."""
    if samples.size == 0:
        return np.zeros(0)
    size = samples.size + SAMPLE_RATE // 10  # room for the filter to ring out
    spectrum = np.fft.rfft(samples / FULL_SCALE, size)
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    curve = 10 ** (np.interp(hertz, _CURVE_HZ, _CURVE_DB) / 20)
    wave: npt.NDArray[np.float64] = np.fft.irfft(spectrum * curve, size)[: samples.size]
    return wave


def active_level(wave: npt.NDArray[np.float64]) -> float:
    """Level of the speech in a wave, pauses left out, in dB below overload; -inf for silence."""
    count = math.ceil(wave.size / _LEVEL_FRAME)
    if count == 0:
        return -math.inf
    padded = np.zeros(count * _LEVEL_FRAME)
    padded[: wave.size] = wave
    powers = np.mean(np.square(padded.reshape(count, _LEVEL_FRAME)), axis=1)
    powers = powers[powers > _SILENCE_POWER]
    while powers.size:
        level = 10 * math.log10(float(powers.mean()))
        speech = powers[powers > 10 ** ((level - MARGIN_DB) / 10)]
        if speech.size == powers.size:
            return level
        powers = speech
    return -math.inf


def master(samples: Samples) -> Samples:
    """Telephone band, one loudness, peaks bent by the limiter; silence stays silence."""
    wave = telephone_band(samples)
    level = active_level(wave)
    if not math.isfinite(level):
        return samples
    # Bending the peaks costs some level, so look once more after the first pass.
    wave = soft_limit(wave * 10 ** ((TARGET_DBOV - level) / 20))
    wave = soft_limit(wave * 10 ** ((TARGET_DBOV - active_level(wave)) / 20))
    return to_int16(wave)
