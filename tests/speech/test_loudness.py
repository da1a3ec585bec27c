from __future__ import annotations

import math

import numpy as np
import pytest

from assistant.speech.audio import FULL_SCALE, Samples, to_int16
from assistant.speech.limiter import CEILING
from assistant.speech.loudness import TARGET_LUFS, loudness, master, telephone_band


def noise(peak: float, seconds: float = 2.0, pause: float = 0.0) -> Samples:
    """Band-limited noise like speech, then a pause, then the same noise."""
    rng = np.random.default_rng(7)
    burst = np.convolve(rng.standard_normal(int(8000 * seconds)), np.ones(4) / 4, "same")
    wave = np.concatenate([burst, np.zeros(int(8000 * pause)), burst])
    return to_int16(wave / np.abs(wave).max() * peak)


@pytest.mark.parametrize("peak", [0.01, 0.1, 0.5, 1.0])
def test_every_recording_comes_to_one_level(peak: float) -> None:
    """Soft or loud, the result has the same loudness, and no peak above the ceiling."""
    result = master(noise(peak)) / FULL_SCALE
    assert loudness(result) == pytest.approx(TARGET_LUFS, abs=0.2)
    assert np.abs(result).max() <= CEILING + 1e-4


def test_pauses_do_not_count() -> None:
    """Long pauses change the level of the speech by less than half a decibel."""
    close, apart = noise(0.3), noise(0.3, pause=8)
    assert loudness(apart / FULL_SCALE) == pytest.approx(loudness(close / FULL_SCALE), abs=0.5)


@pytest.mark.parametrize("seconds", [0.1, 0.39, 0.4, 2.0])
def test_loudness_of_a_sine(seconds: float) -> None:
    """A full-scale sine of 997 Hz has -3 LUFS (EBU Tech 3341), however short it is."""
    sine = np.sin(2 * np.pi * 997 * np.arange(round(8000 * seconds)) / 8000)
    assert loudness(sine) == pytest.approx(-3.0, abs=0.25)
    assert loudness(sine / 10) == pytest.approx(-23.0, abs=0.25)


def test_a_spiky_sound_is_as_loud_as_the_others() -> None:
    """What the limiter takes from high peaks is given back."""
    clicks = np.zeros(16000)
    clicks[::160] = 0.9
    noisy = clicks + np.random.default_rng(5).standard_normal(16000) * 0.01
    result = master(to_int16(noisy)) / FULL_SCALE
    assert loudness(result) == pytest.approx(TARGET_LUFS, abs=0.5)
    assert np.abs(result).max() <= CEILING + 1e-4


@pytest.mark.parametrize(
    ("hertz", "expected"),
    [(60, -55.0), (150, -30.0), (400, 0.0), (1000, 0.0), (2000, 3.0), (3200, 0.0), (3900, -50.0)],
)
def test_band(hertz: int, expected: float) -> None:
    """The telephone band passes, 1-3 kHz is lifted, the rest is gone."""
    sine = np.sin(2 * np.pi * hertz * np.arange(16000) / 8000) * 0.25
    inner = telephone_band(to_int16(sine))[2000:-2000]
    change = 20 * math.log10(float(np.std(inner)) / (0.25 / 2**0.5))
    assert change == pytest.approx(expected, abs=1.0) if expected > -1 else change < expected + 12


def test_silence_stays_silence() -> None:
    """Silence is not lifted into noise, and nothing is not an error."""
    silent = np.zeros(8000, np.int16)
    assert not master(silent).any()
    assert master(silent[:0]).size == 0
    assert loudness(silent / FULL_SCALE) == loudness(np.zeros(0)) == -math.inf
