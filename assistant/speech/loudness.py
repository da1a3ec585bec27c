"""One loudness and one band for everything the line says. PURE.

Synthesis and recordings alike are limited to the telephone band, lifted a little where consonants
live, and brought to the same loudness, measured as EBU R128 does (ITU-R BS.1770-4): the ear's own
weighting, pauses left out.
"""

from __future__ import annotations

import importlib
import math
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from assistant.core.ports import SAMPLE_RATE
from assistant.speech.audio import FULL_SCALE, Samples, to_int16
from assistant.speech.limiter import limit
from assistant.speech.pauses import trim

TARGET_LUFS: Final = -21.0
"""Loudness of every prompt: 2 dB over the -23 of EBU R128, because the listeners are old. Louder
still, and the peaks leave no room for "louder": from here +6 dB comes out as 5.4 to 5.9, and +12 as
8.1 to 9.3 (measured on every voice)."""

TOLERANCE_LU: Final = 1.0
"Prompts this near to each other are heard as equally loud; EBU R128 allows as much live."

BLOCK: Final = SAMPLE_RATE * 400 // 1000
"Samples (400 ms): the shortest sound BS.1770 measures."

_CURVE_HZ: Final = (0, 150, 300, 1000, 1300, 2700, 3100, 3400, 3700, 4000)
_CURVE_DB: Final = (-60, -30, 0, 0, 3, 3, 0, 0, -40, -60)
"""Telephone band 300-3400 Hz with +3 dB between 1 and 3 kHz, where hearing fades first and s, f, h
and th are told apart."""

_PASSES: Final = 4
"""Limiting costs some loudness and silent ends dilute it, so it is measured again; four rounds
come within 0.2 LU."""


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


def loudness(wave: npt.NDArray[np.float64]) -> float:
    """Integrated loudness of a wave in -1..1 at 8 kHz, in LUFS; -inf for silence.

    What is shorter than one block is measured as if it went on: "好" is as loud as a sentence of
    such words.
    """
    if wave.size == 0:
        return -math.inf
    return float(load_meter().integrated_loudness(np.resize(wave, max(wave.size, BLOCK))))


def master(samples: Samples) -> Samples:
    """Telephone band, one loudness, peaks under the limiter's ceiling, silent ends cut.

    Empty for silence.
    """
    wave = telephone_band(samples)
    for _ in range(_PASSES):
        level = loudness(wave)
        if not math.isfinite(level):
            return samples[:0]
        ready = trim(to_int16(limit(wave * 10 ** ((TARGET_LUFS - level) / 20))))
        wave = ready / FULL_SCALE
    return ready


@cache
def load_meter() -> Any:  # noqa: ANN401 - pyloudnorm is published without types
    """The meter, loaded on first use: scipy's filters take 0.4 s that no sentence waits for."""
    return importlib.import_module("pyloudnorm").Meter(SAMPLE_RATE)
