from __future__ import annotations

import numpy as np
import pytest

from assistant.speech.audio import Samples, from_ulaw, rms, to_int16, to_ulaw
from assistant.speech.limiter import CEILING, gain, limit


def tone(hertz: float, peak: float) -> Samples:
    """Two seconds of a sine."""
    return to_int16(peak * np.sin(2 * np.pi * hertz * np.arange(16000) / 8000))


def distortion(samples: Samples, hertz: int) -> float:
    """Share of the power that is not the tone itself, after the limiter has settled."""
    power = np.abs(np.fft.rfft(samples[4000:12000] * np.hanning(8000))) ** 2
    return float(1 - power[hertz - 5 : hertz + 6].sum() / power.sum())


@pytest.mark.parametrize("db", [6, 12, 24])
@pytest.mark.parametrize("hertz", [300, 440, 1000, 3000])
def test_a_full_scale_tone_made_louder_stays_a_tone(hertz: int, db: float) -> None:
    """Nothing is cut off: no sample above the ceiling, and no overtones."""
    louder = gain(tone(hertz, 1.0), db)
    assert np.abs(louder.astype(int)).max() <= CEILING * 32768 + 1
    assert distortion(louder, hertz) < 1e-4


def test_cutting_off_would_be_noticed() -> None:
    """The measure of the test above finds the overtones of a tone that was clipped."""
    clipped = np.clip(tone(300, 1.0) * 2.0, -32000, 32000).astype(np.int16)
    assert distortion(clipped, 300) > 0.01


@pytest.mark.parametrize("db", [6, 12])
def test_mu_law_does_not_clip_either(db: float) -> None:
    """What is sent to the line stays below the code for the loudest sound."""
    sent = from_ulaw(to_ulaw(gain(tone(1000, 1.0), db)))
    assert np.abs(sent.astype(int)).max() < 32124


def test_what_is_far_below_the_ceiling_is_only_made_louder() -> None:
    """+6 dB doubles every sample of a soft sound."""
    soft = tone(1000, 0.2)
    assert np.abs(gain(soft, 6.0206) - 2 * soft.astype(int)).max() <= 1
    assert rms(gain(soft, -6.0206)) == pytest.approx(rms(soft) / 2, rel=0.001)


def test_only_the_neighbourhood_of_a_peak_is_turned_down() -> None:
    """A single click is brought under the ceiling; 5 ms away nothing has changed."""
    wave = np.full(4000, 0.1)
    wave[2000] = 3.0
    limited = limit(wave)
    assert limited[2000] <= CEILING
    assert limited[:1950] == pytest.approx(wave[:1950])
    assert limited[2051:] == pytest.approx(wave[2051:])
    assert limited[1999] < 0.1


@pytest.mark.parametrize("seed", range(5))
def test_no_sample_passes_the_ceiling(seed: int) -> None:
    """Whatever the wave, and at its ends too."""
    rng = np.random.default_rng(seed)
    wave = rng.standard_normal(rng.integers(1, 400)) * 10 ** rng.uniform(-1, 2)
    assert np.abs(limit(wave)).max() <= CEILING + 1e-12
    assert limit(wave).size == wave.size


def test_nothing_is_nothing() -> None:
    """An empty sound stays empty."""
    assert gain(np.zeros(0, np.int16), 12).size == 0
