"""A person's recording of a prompt: is it good enough, and made ready for the line. PURE."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from assistant.core.ports import SAMPLE_RATE
from assistant.speech.audio import FULL_SCALE, Samples, resample, to_int16
from assistant.speech.loudness import master

Wave = npt.NDArray[np.float64]
Fault = Literal["silent", "clipped", "soft", "noisy", "length"]

CLIPPED_RUN: Final = 3
"So many equal samples in a row at the very top were cut off; a natural peak has one or two."

CLIPPING_FROM: Final = 0.95
"Share of full scale where cutting off happens; mu-law ends at 0.98."

CLIPPED_MOST: Final = 2
"Cut-off peaks that nobody hears."

SOFTEST_DB: Final = -45.0
"Speech softer than this is mostly the recorder's own noise once it has been made louder."

NOISE_BELOW_DB: Final = 25.0
"The room must be so far below the speech; a quiet office gives 30 to 45 dB."

SHORTEST: Final = 0.5
LONGEST: Final = 2.0
"""Bounds of a length that fits the text, as shares of what it takes at the voice's own rate. People
read between 0.7 and 1.4 of it."""

EXTRA_S: Final = 0.6
"Allowed on top, for a text of one word."

FRAME: Final = SAMPLE_RATE * 20 // 1000
"Samples (20 ms) over which the level of speech and room is taken."

_QUIETEST: Final = 0.1
"Share of the frames that is surely the room: even fast speech pauses more than that."

_LOUDEST: Final = 0.3
"Share of the frames that is surely speech."

_GATE_DB: Final = 8.0
"Above the room by more than this is speech."

_HANGOVER: Final = 6
"Frames (120 ms) around speech that stay open, so that no soft end of a word is lost."


@dataclass(frozen=True, slots=True)
class Take:
    """One recording, measured."""

    seconds: float
    "From the first sound to the last."
    speech_db: float
    "Level of the speech below full scale."
    room_db: float
    "Level of the room between the words."
    clipped: int
    "Peaks cut off."

    def problems(self, expected_s: float) -> list[str]:
        """What is wrong with it, each with a remedy; empty when it can be used."""
        told: dict[Fault, str] = {
            "silent": "there is no sound in it; check the microphone and record again",
            "clipped": f"it is clipped in {self.clipped} places; turn the microphone down, "
            "record again",
            "soft": f"it is too soft ({self.speech_db:.0f} dB); come nearer, record again",
            "noisy": f"noise or music is only {self.speech_db - self.room_db:.0f} dB below the "
            "voice; record in a quiet room",
            "length": f"it lasts {self.seconds:.1f} s where the text takes about "
            f"{expected_s:.1f} s; is it the right text, whole and said once?",
        }
        return [told[fault] for fault in faults(self, expected_s)]


def faults(take: Take, expected_s: float) -> tuple[Fault, ...]:
    """What is wrong with a recording of a text that takes `expected_s`; empty for nothing."""
    if not math.isfinite(take.speech_db):
        return ("silent",)
    fits = SHORTEST * expected_s - EXTRA_S <= take.seconds <= LONGEST * expected_s + EXTRA_S
    found: dict[Fault, bool] = {
        "clipped": take.clipped > CLIPPED_MOST,
        "soft": take.speech_db < SOFTEST_DB,
        "noisy": take.speech_db - take.room_db < NOISE_BELOW_DB,
        "length": not fits,
    }
    return tuple(fault for fault, wrong in found.items() if wrong)


def measure(channels: Wave, rate: int) -> tuple[Take, Samples]:
    """Measure a recording; also its sound made ready for the line, empty when there is none.

    `channels` is a wave in -1..1, one column a channel, at `rate` Hz. Ready means: mono at 8 kHz,
    the room faded out between the words, silent ends cut, telephone band, the line's loudness.
    """
    clipped = sum(_cut_off(channels[:, at]) for at in range(channels.shape[1]))
    mono = channels.mean(axis=1)
    samples = resample(to_int16(mono - mono.mean()), rate)
    powers = _powers(samples)
    room, speech = _levels(powers)
    if not math.isfinite(speech):
        return Take(0.0, -math.inf, -math.inf, clipped), samples[:0]
    ready = master(_without_room(samples, powers, room, speech))
    return Take(ready.size / SAMPLE_RATE, speech, room, clipped), ready


def _cut_off(wave: Wave) -> int:
    """How many peaks were cut off: runs of equal samples at the top of the recording."""
    top = np.abs(wave).max(initial=0.0)
    if top < CLIPPING_FROM:
        return 0
    flat = np.concatenate([[False], np.abs(wave) >= top - 1.5 / FULL_SCALE, [False]])
    edges = np.flatnonzero(np.diff(flat.astype(np.int8)))
    return int(np.count_nonzero(edges[1::2] - edges[::2] >= CLIPPED_RUN))


def _powers(samples: Samples) -> Wave:
    """Mean square of each frame, in decibels below full scale; digital silence is -120."""
    padded = np.pad(samples / FULL_SCALE, (0, -samples.size % FRAME))
    squares = np.square(padded.reshape(-1, FRAME)).mean(axis=1)
    decibels: Wave = 10 * np.log10(np.maximum(squares, 1e-12))
    return decibels


def _levels(powers: Wave) -> tuple[float, float]:
    """Levels of the room and of the speech; -inf for the latter when all is silence."""
    ordered = np.sort(powers)
    count = ordered.size
    room = float(ordered[: max(1, round(count * _QUIETEST))].mean())
    speech = float(ordered[-max(1, round(count * _LOUDEST)) :].mean())
    return room, speech if speech > -90 else -math.inf  # noqa: PLR2004 - 16-bit sound ends there


def _without_room(samples: Samples, powers: Wave, room: float, speech: float) -> Samples:
    """Fade the room out where nobody speaks: raised to the line's loudness it would be heard."""
    threshold = min(room + _GATE_DB, speech - NOISE_BELOW_DB / 2)
    spoken = (powers > threshold).astype(np.float64)
    opened = np.convolve(spoken, np.ones(2 * _HANGOVER + 1), "same")[: spoken.size] > 0
    centres = np.arange(opened.size) * FRAME + FRAME / 2
    fade = np.interp(np.arange(samples.size), centres, opened.astype(np.float64))
    return to_int16(samples / FULL_SCALE * fade)
