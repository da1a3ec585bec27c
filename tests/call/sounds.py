"""The sounds of a scripted caller, and what a line does to them on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assistant.speech.audio import frames, to_ulaw

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.speech.audio import Samples

RATE = 8000
QUIET = b"\xff" * 160


def hiss(seconds: float, level: float = 1500, seed: int = 5) -> Samples:
    """White noise."""
    noise = np.random.default_rng(seed).normal(0, level, round(seconds * RATE))
    return noise.clip(-32000, 32000).astype(np.int16)


def cough() -> Samples:
    """Two bursts of noise that die away in a quarter of a second."""
    chance, wave, long = np.random.default_rng(8), np.zeros(2 * RATE), 2000
    fading = np.exp(-np.arange(long) / 500)
    for place in (2000, 6000):
        wave[place : place + long] = chance.normal(0, 6000, long) * fading
    return wave.clip(-32000, 32000).astype(np.int16)


def television(words: Sequence[Samples], seconds: float, below_db: float, like: Samples) -> Samples:
    """Other voices that talk without a pause, so much below the loudest part of `like`."""
    talk = np.concatenate([words[place % len(words)] for place in range(60)])[: int(seconds * RATE)]
    gain = peak(like) * 10 ** (-below_db / 20) / peak(talk)
    return (talk * gain).astype(np.int16)


def over(voice: Samples, bed: Samples) -> Samples:
    """Both together, as long as the bed."""
    wave = bed.astype(np.int32)
    wave[: voice.size] += voice[: wave.size]
    return wave.clip(-32000, 32000).astype(np.int16)


def peak(wave: Samples) -> float:
    """The level of the loudest 20 ms."""
    rows = wave[: wave.size - wave.size % 160].reshape(-1, 160).astype(np.float64)
    return float(np.sqrt(np.square(rows).mean(axis=1)).max())


def lossy(wave: Samples, fault: str, seed: int = 3) -> Iterator[bytes]:
    """The frames of a sound as a bad line brings them: every twentieth lost, late or doubled."""
    chance, held = np.random.default_rng(seed), b""
    for frame in frames(to_ulaw(wave)):
        unlucky = chance.random() < 1 / 20
        if unlucky and fault == "lost":
            continue
        if unlucky and fault == "late" and not held:
            held = frame
            continue
        yield frame
        if unlucky and fault == "doubled":
            yield frame
        if held:
            yield held
            held = b""
