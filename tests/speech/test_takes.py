from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from assistant.speech.audio import FULL_SCALE, read_wav, wave_of
from assistant.speech.loudness import TARGET_LUFS, loudness
from assistant.speech.takes import measure
from tests.speech.samples import reading

Wave = npt.NDArray[np.float64]
LENGTH_S = 2.2
"The recording under test takes about so long to say."


@pytest.fixture(scope="module")
def good(shared: Path) -> tuple[Wave, int]:
    """A person reading a sentence in a quiet room, with silence at both ends."""
    return reading(shared)


def problems(channels: Wave, rate: int, expected_s: float = LENGTH_S) -> list[str]:
    """What is said against a recording."""
    return measure(channels, rate)[0].problems(expected_s)


def test_a_good_recording_passes(good: tuple[Wave, int]) -> None:
    """It comes out at the line's loudness, without its silent ends."""
    take, ready = measure(*good)
    assert take.problems(LENGTH_S) == []
    assert loudness(ready / FULL_SCALE) == pytest.approx(TARGET_LUFS, abs=0.3)
    assert ready.size / 8000 == pytest.approx(take.seconds) == pytest.approx(2.0, abs=0.2)
    assert np.abs(ready[:160].astype(int)).max() < 0.05 * 32768
    power, hertz = np.abs(np.fft.rfft(ready)) ** 2, np.fft.rfftfreq(ready.size, 1 / 8000)
    assert power[(hertz < 250) | (hertz > 3600)].sum() < 0.01 * power.sum()


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000])
def test_any_rate_comes_out_alike(good: tuple[Wave, int], rate: int, shared: Path) -> None:
    """The same reading at another rate is as long and as loud."""
    expected = measure(*good)[1]
    ready = measure(*reading(shared, rate))[1]
    assert ready.size == pytest.approx(expected.size, abs=400)
    assert loudness(ready / FULL_SCALE) == pytest.approx(TARGET_LUFS, abs=0.3)


def test_two_channels_become_one(good: tuple[Wave, int]) -> None:
    """Stereo with the voice on one side only is as loud as mono."""
    mono, rate = good
    stereo = np.concatenate([mono, np.zeros_like(mono)], axis=1)
    take, ready = measure(stereo, rate)
    assert take.problems(LENGTH_S) == []
    assert loudness(ready / FULL_SCALE) == pytest.approx(TARGET_LUFS, abs=0.3)


@pytest.mark.parametrize("top", [1.0, 0.97])
def test_clipping_is_refused(good: tuple[Wave, int], top: float) -> None:
    """Peaks cut off by the recorder, at full scale or just below, are found and counted."""
    mono, rate = good
    clipped = np.clip(mono / np.abs(mono).max() * 3, -top, top)
    assert "clipped" in problems(clipped, rate)[0]


def test_a_loud_recording_is_not_a_clipped_one(good: tuple[Wave, int]) -> None:
    """Speech whose highest peak just reaches full scale is fine, and so is a full-scale tone."""
    mono, rate = good
    assert problems(mono / np.abs(mono).max(), rate) == []
    tone = np.sin(2 * np.pi * 200 * np.arange(48000) / 48000).reshape(-1, 1)
    assert measure(tone, 48000)[0].clipped == 0


@pytest.mark.parametrize("kind", ["noise", "music"])
def test_what_sounds_behind_the_voice_is_refused(good: tuple[Wave, int], kind: str) -> None:
    """Noise or music 15 dB below the speech is too much; 40 dB below it is not."""
    mono, rate = good
    at = np.arange(mono.size) / rate
    behind = {
        "noise": np.random.default_rng(2).standard_normal(mono.size),
        "music": np.sin(2 * np.pi * 440 * at) + np.sin(2 * np.pi * 660 * at),
    }[kind].reshape(-1, 1)
    scale = 10 ** (measure(mono, rate)[0].speech_db / 20) / np.std(behind)
    assert "noise or music" in problems(mono + behind * scale * 10 ** (-15 / 20), rate)[0]
    assert problems(mono + behind * scale * 10 ** (-40 / 20), rate) == []


def test_the_room_is_not_made_louder(good: tuple[Wave, int]) -> None:
    """What is left of a room's hiss between the words is silence."""
    mono, rate = good
    gap = np.zeros((rate, 1))
    spoken = np.concatenate([mono, gap, mono])
    hiss = np.random.default_rng(4).standard_normal(spoken.shape) * 0.0008
    ready = measure(spoken + hiss, rate)[1]
    middle = ready[ready.size // 2 - 800 : ready.size // 2 + 800]
    assert np.abs(middle.astype(int)).max() < 0.004 * 32768


def test_too_soft_is_refused(good: tuple[Wave, int]) -> None:
    """A voice far from the microphone is asked to come nearer."""
    mono, rate = good
    assert "too soft" in " ".join(problems(mono * 10 ** (-40 / 20), rate))


@pytest.mark.parametrize("expected_s", [0.5, 9.0])
def test_another_text_is_refused(good: tuple[Wave, int], expected_s: float) -> None:
    """A recording much too long or too short for its text is not of this text."""
    assert "is it the right text" in problems(*good, expected_s)[0]


@pytest.mark.parametrize("size", [1, 100, 16000])
def test_silence_is_refused(size: int) -> None:
    """Silence, and next to nothing, is no recording."""
    take, ready = measure(np.zeros((size, 2)), 16000)
    assert ready.size == 0
    assert take.speech_db == -math.inf
    assert "no sound" in take.problems(2.0)[0]


@pytest.mark.parametrize("folder", ["cmn_words", "en_sent"])
def test_recordings_people_made_pass(shared: Path, folder: str) -> None:
    """Real readings, made by many people in many rooms, are not refused for nothing."""
    paths = sorted((shared / "data" / "audio" / folder).glob("*.wav"))[:30]
    refused = []
    for path in paths:
        take, ready = measure(*wave_of(path.read_bytes(), path.name))
        refused += [path.name] if take.problems(take.seconds) else []
        assert ready.size <= read_wav(path).size + 400
    assert len(refused) <= len(paths) // 10
