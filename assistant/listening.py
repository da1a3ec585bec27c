"""The listening half of a call: when she speaks, and what the open ears make of it.

Counts frames only; the recognisers behind the ears live in worker processes.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from assistant.core.errors import AssistantError
from assistant.speech.audio import ulaw_to_pcm
from assistant.speech.endpointing import Endpointer, EndpointSettings, Heard
from assistant.speech.voice_activity import level_db, voice_activity

if TYPE_CHECKING:
    from assistant.core.turn import Utterance
    from assistant.speech.ears import Ear, Ears

log = logging.getLogger(__name__)

KEPT_FRAMES = 100
"Two seconds of the latest sound: a turn is noticed late and its beginning must not be lost."


class Listening:
    """One call's hearing. Used by one task."""

    def __init__(self, ears: Ears, settings: EndpointSettings) -> None:
        self._ears = ears
        self._activity = voice_activity()
        self._endpointer = Endpointer(settings)
        self._latest: deque[bytes] = deque(maxlen=KEPT_FRAMES)
        self._open: list[Ear] = []

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that can be heard now."""
        return tuple(self._ears.languages)

    @property
    def in_turn(self) -> bool:
        """Whether somebody is speaking and has not finished."""
        return self._endpointer.speaking

    def wait_for_turn(self, settings: EndpointSettings) -> None:
        """Wait for new words from the next frame on; whatever was being heard is dropped."""
        for ear in self._open:
            ear.close()
        self._open = []
        self._endpointer.restart(settings)

    def push(self, ulaw: bytes) -> Heard | None:
        """One inbound frame of mu-law; what it decides, mostly nothing."""
        pcm = ulaw_to_pcm(ulaw)
        self._latest.append(pcm)
        for ear in self._open:
            ear.feed(pcm)
        return self._endpointer.push(self._activity.push(pcm), level_db(pcm))

    def open(
        self, begun: Heard, languages: Iterable[str], vocabulary: str, names: Sequence[str]
    ) -> None:
        """Open one ear a language and give it the turn from its first sound on."""
        frames = list(self._latest)[-begun.frames :]
        for language in languages:
            try:
                ear = self._ears.open(language, vocabulary, names)
            except AssistantError as error:
                log.warning("no ear for %s: %s", language, error)
                continue
            for pcm in frames:
                ear.feed(pcm)
            self._open.append(ear)

    async def finish(self) -> tuple[list[Utterance], float]:
        """What each open ear heard, without those that heard no word, and the CPU ms it took."""
        ears, self._open = self._open, []
        heard = await asyncio.gather(*(_finish(ear) for ear in ears))
        words = [utterance for utterance in heard if utterance is not None and utterance.text]
        return words, sum(ear.decode_cpu_ms for ear in ears)


async def _finish(ear: Ear) -> Utterance | None:
    try:
        return await ear.finish()
    except AssistantError as error:
        log.warning("an ear was lost: %s", type(error).__name__)
        return None
