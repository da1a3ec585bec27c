"""The listening half of a call: when she speaks, and what the open ears make of it.

Counts frames only; the recognisers behind the ears live in worker processes.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from assistant.core.errors import AssistantError
from assistant.speech.audio import ulaw_to_pcm
from assistant.speech.endpointing import Endpointer, EndpointSettings, Heard
from assistant.speech.syllables import SyllableCounter
from assistant.speech.voice_activity import level_db, voice_activity

if TYPE_CHECKING:
    from assistant.core.turn import Utterance
    from assistant.speech.audio import Samples
    from assistant.speech.ears import Ear, Ears

log = logging.getLogger(__name__)

KEPT_FRAMES = 100
"Two seconds of the latest sound: a turn is noticed late and its beginning must not be lost."

FED_PAUSE_FRAMES = 25
"""So much of a pause (0.5 s) is given to the ears. The rest of it, up to the end of the turn, would
cost them as much as speech and tell them nothing."""
HELD_FRAMES = 15
"Latest frames (0.3 s) of a longer pause, given to the ears when she goes on: how a word begins."

LOST_AFTER = 2
"Utterances in a row that no ear could take or keep: one may be bad luck, a worker being replaced."


class Listening:
    """One call's hearing. Used by one task."""

    def __init__(self, ears: Ears, settings: EndpointSettings) -> None:
        self._ears = ears
        self._activity = voice_activity()
        self._endpointer = Endpointer(settings)
        self._syllables = SyllableCounter()
        self._latest: deque[bytes] = deque(maxlen=KEPT_FRAMES)
        self._open: list[Ear] = []
        self._unfed: deque[bytes] = deque(maxlen=HELD_FRAMES)
        self._pause = 0
        self._in_vain = 0

    @property
    def lost(self) -> bool:
        """Whether no ear can be had any more: the last utterances were heard by none at all."""
        return self._in_vain >= LOST_AFTER

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that can be heard now."""
        return tuple(self._ears.languages)

    @property
    def load(self) -> float:
        """The share of the recognisers' capacity in use."""
        return self._ears.load

    @property
    def in_turn(self) -> bool:
        """Whether somebody is speaking and has not finished."""
        return self._endpointer.speaking

    @property
    def silence_ms(self) -> int:
        """How long nothing has been said."""
        return self._endpointer.silence_ms

    @property
    def syllables(self) -> int:
        """About how many syllables were heard since somebody began to speak."""
        return self._syllables.count

    def latest(self, frames: int) -> Samples:
        """The latest sound, at most two seconds of it."""
        return np.frombuffer(b"".join(list(self._latest)[-frames:]), "<i2").astype(np.int16)

    def wait_for_turn(self, settings: EndpointSettings) -> None:
        """Wait for new words from the next frame on; whatever was being heard is dropped."""
        self._close()
        self._endpointer.restart(settings)

    def adjust(self, settings: EndpointSettings) -> None:
        """Go on hearing what is being said, with other patience."""
        self._endpointer.adjust(settings)

    def hold(self) -> None:
        """Wait for the rest of what was said; the next words get ears of their own."""
        self._close()
        self._endpointer.hold()

    def push(self, ulaw: bytes) -> Heard | None:
        """One inbound frame of mu-law; what it decides, mostly nothing."""
        pcm = ulaw_to_pcm(ulaw)
        self._latest.append(pcm)
        level = level_db(pcm)
        decided = self._endpointer.push(self._activity.push(pcm), level)
        self._feed(pcm)
        if not self._endpointer.stirring:
            self._syllables.restart()
        self._syllables.push(level, voiced=self._endpointer.voiced)
        return decided

    def _feed(self, pcm: bytes) -> None:
        """The ears hear what she says and the beginning and end of her pauses."""
        self._unfed.append(pcm)
        self._pause = 0 if self._endpointer.voiced else self._pause + 1
        if self._open and self._pause <= FED_PAUSE_FRAMES:
            sound = b"".join(self._unfed)
            for ear in self._open:
                ear.feed(sound)
            self._unfed.clear()

    def _close(self) -> None:
        for ear in self._open:
            ear.close()
        self._open = []

    def open(
        self,
        begun: Heard,
        languages: Iterable[str],
        vocabulary: str,
        more: Mapping[str, Sequence[str]],
    ) -> None:
        """Open one ear a language and give it the turn from its first sound on.

        `more` is what can be said besides the vocabulary, by language.
        """
        self._close()
        frames = list(self._latest)[-begun.frames :]
        for language in languages:
            try:
                ear = self._ears.open(language, vocabulary, more.get(language, ()))
            except AssistantError as error:
                log.warning("no ear for %s: %s", language, error)
                continue
            for pcm in frames:
                ear.feed(pcm)
            self._open.append(ear)
        self._unfed.clear()

    async def finish(self) -> tuple[list[Utterance], float]:
        """What each open ear heard, without those that heard no word, and the CPU ms it took."""
        ears, self._open = self._open, []
        heard = await asyncio.gather(*(_finish(ear) for ear in ears))
        self._in_vain = self._in_vain + 1 if all(item is None for item in heard) else 0
        words = [utterance for utterance in heard if utterance is not None and utterance.text]
        return words, sum(ear.decode_cpu_ms for ear in ears)


async def _finish(ear: Ear) -> Utterance | None:
    try:
        return await ear.finish()
    except AssistantError as error:
        log.warning("an ear was lost: %s", type(error).__name__)
        return None
