"""Listens to a voice as a caller would: can it say everything, how loud, how fast."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.core.errors import DataError, SynthesisError
from assistant.speech.audio import FULL_SCALE, Samples, from_ulaw, seconds
from assistant.speech.loudness import TARGET_LUFS, TOLERANCE_LU, loudness
from assistant.speech.voice import SLOWER, VoiceSettings, count

if TYPE_CHECKING:
    from assistant.speech.mouth import Mouth
    from assistant.speech.recordings import Recordings
    from assistant.speech.workers import Worker

LOOK_EVERY_S: Final = 0.25

STARTS_ENOUGH: Final = 3
"An engine that ended so often while loading will not load."

RATE_TOLERANCE: Final = 0.05
"A voice this near to its rate is heard as that fast: 150 to 160 characters for 155."


@dataclass(frozen=True, slots=True)
class Audition:
    """What one voice of one language came to."""

    language: str
    voice: str
    prompts: int
    "How many it could say."
    per_minute: float
    "Characters or words a minute over the samples, pauses included."
    slow_per_minute: float
    'The same after one "slower".'
    softest: float
    "Loudness of its softest prompt, in LUFS."
    loudest: float
    problems: tuple[str, ...]
    "One plain line each."


async def not_ready(mouth: Mouth, timeout_s: float) -> list[str]:
    """Engines that cannot be loaded, or not within `timeout_s`, one plain line each.

    On a call such an engine is stood in for by another, where the language has one.
    """
    ready = await asyncio.gather(*(_loads(worker, timeout_s) for worker in mouth.workers))
    return [
        f"{worker.name}: {worker.last_error or 'it takes too long to load'}"
        for worker, well in zip(mouth.workers, ready, strict=True)
        if not well
    ]


async def _loads(worker: Worker, timeout_s: float) -> bool:
    for _ in range(math.ceil(timeout_s / LOOK_EVERY_S)):
        if await asyncio.to_thread(worker.wait_ready, LOOK_EVERY_S):
            return True
        if worker.starts >= STARTS_ENOUGH:
            return False
    return False


async def audition(
    mouth: Mouth, language: str, settings: VoiceSettings, voice: str, prompts: Mapping[str, str]
) -> Audition:
    """Let a voice say every prompt (texts by key) and the samples, and measure."""
    who, problems, levels = f"{language}, voice {voice}", [], []
    for key, text in prompts.items():
        try:
            sound = from_ulaw(await mouth.speak(text, language, voice=voice))
        except SynthesisError as error:
            problems.append(f"{who}: the prompt {key} cannot be spoken: {error}")
            continue
        level = _level(sound)
        levels.append(level)
        if abs(level - TARGET_LUFS) > TOLERANCE_LU:
            problems.append(f"{who}: the prompt {key} {_off(level)}; choose another voice")
    normal, slow = [
        await _per_minute(mouth, language, settings, voice, rate) for rate in (1.0, SLOWER)
    ]
    problems += _pace_problems(who, language, settings, voice, normal, slow)
    softest, loudest = min(levels, default=-math.inf), max(levels, default=-math.inf)
    return Audition(language, voice, len(levels), normal, slow, softest, loudest, tuple(problems))


def hear_recordings(recordings: Recordings, language: str) -> Iterator[str]:
    """What is wrong with a language's recordings, one plain line each."""
    for item in recordings.of(language):
        try:
            level = _level(recordings.load(item, language))
        except DataError as error:
            yield str(error)
            continue
        if abs(level - TARGET_LUFS) > TOLERANCE_LU:
            yield f"{language}: the recording {item.file} {_off(level)}; import it again"


async def _per_minute(
    mouth: Mouth, language: str, settings: VoiceSettings, voice: str, rate: float
) -> float:
    """Units a minute over the samples; nan when there are none, or they cannot be spoken."""
    said = lasted = 0.0
    for text in settings.samples:
        try:
            audio = await mouth.speak(text, language, rate, voice=voice)
        except SynthesisError:
            return math.nan
        said += count(text, settings.unit)
        lasted += seconds(audio)
    return 60 * said / lasted if lasted else math.nan


def _pace_problems(
    who: str, language: str, settings: VoiceSettings, voice: str, normal: float, slow: float
) -> Iterator[str]:
    wanted, wanted_slow = settings.per_minute, settings.slow_per_minute
    if math.isnan(normal) or math.isnan(slow):
        yield (
            f"{who}: its speed cannot be measured; give voices/{language}/voice.yaml samples it "
            "can speak"
        )
    elif abs(normal / wanted - 1) > RATE_TOLERANCE:
        rate = settings.voices[voice].rate * wanted / normal
        yield (
            f"{who}: speaks {normal:.0f} {settings.unit}s a minute instead of {wanted:.0f}; set "
            f"its rate to {rate:.3g} in voices/{language}/voice.yaml"
        )
    elif abs(slow / wanted_slow - 1) > RATE_TOLERANCE:
        yield (
            f"{who}: slowed down it speaks {slow:.0f} {settings.unit}s a minute instead of "
            f"{wanted_slow:.0f}; its pauses are unusual, choose another voice"
        )


def _level(sound: Samples) -> float:
    return loudness(sound / FULL_SCALE)


def _off(level: float) -> str:
    return f"is {level - TARGET_LUFS:+.1f} dB from the line's loudness"
