from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.speech.audio import Samples, from_ulaw, read_wav, to_ulaw
from assistant.speech.echo import ECHO, echo_share

if TYPE_CHECKING:
    from pathlib import Path

WINDOW = 4800


@pytest.fixture(scope="module")
def voices(shared: Path) -> list[Samples]:
    """Long stretches of several people's speech."""
    files = sorted((shared / "data/audio/coffee").glob("*.wav"))[:8]
    return [read_wav(file)[8000:32000] for file in files]


def telephone(wave: np.ndarray) -> Samples:
    """The wave on a line with a little noise, through mu-law."""
    noisy = wave + np.random.default_rng(4).normal(0, 8, wave.size)
    return from_ulaw(to_ulaw(np.clip(noisy, -32000, 32000).astype(np.int16)))


def echoed(played: Samples, delay: int, gain_db: float, reverberation_s: float) -> np.ndarray:
    """What comes back of a prompt: later, softer, and bent by a room."""
    chance, long = np.random.default_rng(9), 1600
    room = np.zeros(long)
    room[0] = 1
    if reverberation_s:
        fading = np.exp(-6.9 * np.arange(long) / 8000 / reverberation_s)
        room += chance.normal(0, 0.15, long) * fading
    wave = np.convolve(played.astype(np.float64), room)[: played.size]
    return np.concatenate([np.zeros(delay), wave])[: played.size] * 10 ** (gain_db / 20)


def loudest(wave: np.ndarray) -> int:
    """Where the loudest stretch as long as the window ends, a second into the wave at least."""
    energy = np.cumsum(np.square(wave))
    return 8000 + WINDOW + int(np.argmax(energy[8000 + WINDOW :] - energy[8000:-WINDOW]))


@pytest.mark.parametrize("reverberation_s", [0.0, 0.2])
@pytest.mark.parametrize("delay", [400, 2400, 6000])
def test_our_own_voice_is_known(voices: list[Samples], delay: int, reverberation_s: float) -> None:
    """An echo of 50 to 750 ms, 20 dB down, is our prompt, on a dry line and in a room."""
    for played in voices:
        echo = echoed(played, delay, -20.0, reverberation_s)
        end = loudest(echo)
        heard = telephone(echo[end - WINDOW : end])
        assert echo_share(heard, played[max(0, end - WINDOW - 8000) : end]) >= ECHO


def test_another_voice_is_not_ours(voices: list[Samples]) -> None:
    """Of other people's speech over our prompts nearly none is taken for it."""
    taken = [
        echo_share(heard[:WINDOW], played[: WINDOW + 8000]) >= ECHO
        for heard in voices
        for played in voices
        if heard is not played
    ]
    assert sum(taken) <= len(taken) * 0.02


def test_a_caller_who_speaks_over_the_echo_is_heard(voices: list[Samples]) -> None:
    """A voice 12 dB above the echo of our prompt is the caller's."""
    for played, caller in pairwise(voices):
        echo = echoed(played, 2400, -20.0, 0.2)
        end, speaks = loudest(echo), loudest(caller.astype(np.float64))
        ours, hers = echo[end - WINDOW : end], caller[speaks - WINDOW : speaks].astype(np.float64)
        level = np.sqrt(np.square(ours).mean() / np.square(hers).mean()) * 10 ** (12 / 20)
        both = telephone(ours + hers * level)
        assert echo_share(both, played[max(0, end - WINDOW - 8000) : end]) < ECHO


@pytest.mark.parametrize("length", [0, 1, 100, WINDOW])
def test_silence_is_nobodys_echo(length: int) -> None:
    """Nothing heard, nothing played, or too little played: no share."""
    quiet, noise = np.zeros(length, np.int16), np.arange(length, dtype=np.int16)
    assert echo_share(quiet, noise) == 0
    assert echo_share(noise, quiet) == 0
    assert echo_share(noise, noise[: length // 2]) == 0
