from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.speech.audio import Samples, read_wav, rms, to_int16
from assistant.speech.tempo import at_rate


def tone(hertz: float, samples: int = 16000) -> Samples:
    """A sine at half of full scale."""
    return to_int16(0.5 * np.sin(2 * np.pi * hertz * np.arange(samples) / 8000))


@pytest.mark.parametrize("hertz", [100, 200, 1000])
@pytest.mark.parametrize("rate", [0.65, 0.85, 1.2])
def test_changes_the_length_and_keeps_the_pitch(hertz: int, rate: float) -> None:
    """A tone lasts longer or shorter, is the same tone, and as loud."""
    changed = at_rate(tone(hertz), rate)
    assert changed.size == round(16000 / rate)
    inner = changed[1000:9000]
    power = np.abs(np.fft.rfft(inner * np.hanning(inner.size))) ** 2
    assert power[hertz - 6 : hertz + 7].sum() > 0.98 * power.sum()
    assert rms(inner) == pytest.approx(rms(tone(hertz)), rel=0.03)


def test_speech_keeps_its_loudness_and_its_order(shared: Path) -> None:
    """A sentence said slower has the same rise and fall, stretched."""
    sentence = read_wav(shared / "data" / "audio" / "en_sent" / "goforward.wav")
    slower = at_rate(sentence, 0.8)
    assert rms(slower) == pytest.approx(rms(sentence), rel=0.05)
    assert np.corrcoef(envelope(sentence), envelope(slower))[0, 1] > 0.95


def envelope(samples: Samples) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Level in each of 60 equal parts."""
    return np.array([rms(part) for part in np.array_split(samples, 60)])


def test_the_same_rate_changes_nothing() -> None:
    """At rate 1 every sample stays; so does what is shorter than two frames."""
    assert np.array_equal(at_rate(tone(200), 1.0), tone(200))
    assert np.array_equal(at_rate(tone(200, 300), 0.7), tone(200, 300))
    assert at_rate(tone(200, 0), 0.7).size == 0
