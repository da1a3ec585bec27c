"""How the callers sound: the site's own voices, slowed, parted by pauses, under a television."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.app import build_mouth
from assistant.core.errors import SynthesisError
from assistant.speech.audio import from_ulaw, silence, to_int16, to_ulaw

if TYPE_CHECKING:
    from assistant.app import House
    from assistant.drill.wishes import Wish
    from assistant.speech.audio import Samples

log = logging.getLogger(__name__)

SLOW = 0.75
"Of the voice's normal rate: the slowest quarter of speakers over 75 (SENIOR 1.1)."
PAUSE_MS = 900
"A breath in mid-sentence; the line must not take it for the end."
TELEVISION_DB = -22.0
"Of the caller's own level: a set in the same room, some metres from the telephone."
TAIL_MS = 200


@dataclass(frozen=True, slots=True)
class Sounds:
    """What the callers say, in mu-law, and what is heard behind them."""

    spoken: Mapping[Wish, bytes]
    "As an unhurried speaker says it."
    slow: Mapping[Wish, bytes]
    television: bytes
    "Several voices at once, faint; empty where nothing can be synthesised."


def prepare(house: House, wishes: Iterable[Wish]) -> Sounds:
    """Let the site's voices say every wish. A voice that fails leaves its wishes out."""
    return asyncio.run(_prepare(house, tuple(wishes)))


def with_pause(ulaw: bytes) -> bytes:
    """The same words with a pause at their quietest place in the middle third."""
    samples = from_ulaw(ulaw)
    step, third = 160, len(samples) // 3
    places = range(third, 2 * third, step)
    if not places:
        return ulaw
    at = min(places, key=lambda place: float(np.abs(samples[place : place + step]).mean()))
    return ulaw[:at] + silence(PAUSE_MS) + ulaw[at:]


def over(ulaw: bytes, room: bytes) -> bytes:
    """The caller's words with the sound of the room under them."""
    if not room:
        return ulaw
    behind = np.resize(from_ulaw(room), len(ulaw)).astype(np.float64)
    return to_ulaw(to_int16(from_ulaw(ulaw) + behind))


async def _prepare(house: House, wishes: tuple[Wish, ...]) -> Sounds:
    with tempfile.TemporaryDirectory(prefix="drill-voices-") as folder:
        mouth = build_mouth(house.config, house.library, Path(folder))
        mouth.say_as(house.inquiries.pronouncer().spoken)
        await mouth.start()
        try:
            plain, slow = {}, {}
            for wish in wishes:
                try:
                    plain[wish] = await mouth.speak(wish.words, wish.language) + silence(TAIL_MS)
                    slow[wish] = await mouth.speak(wish.words, wish.language, SLOW)
                except SynthesisError:
                    log.warning("a caller has no voice in %s and rings by keys", wish.language)
        finally:
            await mouth.stop()
    return Sounds(plain, slow, _television(list(plain.values())))


def _television(sentences: list[bytes]) -> bytes:
    """Three talk at once, each a sentence apart, so that no word of theirs is clear."""
    if not sentences:
        return b""
    said: Samples = from_ulaw(b"".join(sentences))
    parts = [np.roll(said, len(said) * part // 3).astype(np.float64) for part in range(3)]
    mixed = np.sum(parts, axis=0)
    return to_ulaw(to_int16(mixed / 3**0.5 * 10 ** (TELEVISION_DB / 20)))
