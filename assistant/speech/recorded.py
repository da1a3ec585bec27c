"""Recorded prompts as the line plays them: at the caller's pace, from memory when heard before."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from assistant.core.errors import DataError
from assistant.speech.audio import to_ulaw
from assistant.speech.audiocache import key_of
from assistant.speech.beside import beside
from assistant.speech.pauses import stretch_pauses
from assistant.speech.recordings import Recording, Recordings
from assistant.speech.tempo import at_rate

if TYPE_CHECKING:
    from assistant.speech.audiocache import AudioCache
    from assistant.speech.voice import Pace

log = logging.getLogger(__name__)


class RecordedPrompts:
    """What people recorded, ready to be played. Used from one event loop."""

    def __init__(self, recordings: Recordings, cache: AudioCache) -> None:
        self._recordings, self._cache = recordings, cache

    async def audio(self, prompt: str, language: str, text: str, pace: Pace) -> bytes | None:
        """Mu-law of a recording of exactly these words; `None` when there is none to be used.

        A file that is missing or damaged costs a warning, and the next variant is played.
        """
        for recording in self._recordings.choose(prompt, language, text):
            key = key_of("recording", recording.sha256, pace)
            audio = self._cache.recent(key)
            if audio is None:
                try:
                    audio = await beside(self._load, recording, language, pace)
                except DataError as error:
                    log.warning("a recording is not used: %s", error)
                    continue
                self._cache.remember(key, audio)
            return audio
        return None

    def _load(self, recording: Recording, language: str, pace: Pace) -> bytes:
        samples = at_rate(self._recordings.load(recording, language), pace.words)
        return to_ulaw(stretch_pauses(samples, pace.pauses))
