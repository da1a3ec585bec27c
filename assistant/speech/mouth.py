"""The mouth: a text in, telephone audio out, whatever the engine does.

Each sentence is rendered by itself, so that a sentence known beforehand is found in the cache
whatever stands around it, and joined with the pauses of its language. Only what `warm` was given
(or `keep` asks for) is written to disk: what is said to one resident may hold their number and
stays in memory. An engine that gives nothing is stood in for by another that speaks the language.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from assistant.core.errors import SynthesisError
from assistant.speech.audio import from_ulaw, silence, to_ulaw
from assistant.speech.audiocache import AudioCache
from assistant.speech.beside import beside
from assistant.speech.limiter import gain
from assistant.speech.recorded import RecordedPrompts
from assistant.speech.recordings import Recordings
from assistant.speech.rendering import TIMEOUT_S, Renderer
from assistant.speech.synthesisers import setups
from assistant.speech.voice import (
    Pace,
    VoiceSettings,
    by_language,
    count,
    is_question,
    sentences,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from assistant.speech.workers import Worker

log = logging.getLogger(__name__)

NEURAL: Final = "neural"
"Folder, beside the recordings, of the voice files of engines that have such."


class Mouth:
    """Speaks every language that has a voice. Used from one event loop.

    `voices` by language; `recordings_dir` holds what people recorded (`speech.recordings`), and
    voice files in its folder `neural`; `program` is the command of an engine of its own.
    """

    def __init__(
        self,
        voices: Mapping[str, VoiceSettings],
        cache_dir: Path,
        recordings_dir: Path,
        *,
        timeout_s: float = TIMEOUT_S,
        program: str = "",
    ) -> None:
        self._voices = dict(voices)
        cache = AudioCache(cache_dir)
        self.recordings = Recordings(recordings_dir)
        self._recorded = RecordedPrompts(self.recordings, cache)
        loaded = setups(voices, program, recordings_dir / NEURAL)
        self._renderer = Renderer(loaded, cache, timeout_s)
        self._respell: Callable[[str, str], str] = _as_written
        self._live = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    def say_as(self, respell: Callable[[str, str], str]) -> None:
        """From now on read sentences as `respell` writes them (text and language in, text out)."""
        self._respell = respell

    @property
    def workers(self) -> tuple[Worker, ...]:
        """The synthesis processes, one an engine."""
        return self._renderer.workers

    @property
    def alive(self) -> bool:
        """Whether every language has a voice whose engine is loaded and can speak now."""
        return all(
            any(self._renderer.alive(voice) for voice in settings.voices.values())
            for settings in self._voices.values()
        )

    async def start(self) -> None:
        """Start the processes; they load in the background."""
        for worker in self.workers:
            worker.start()

    async def stop(self) -> None:
        """End the processes."""
        for worker in self.workers:
            await asyncio.to_thread(worker.stop)

    async def speak(
        self,
        text: str,
        language: str,
        rate: float = 1.0,
        gain_db: float = 0.0,
        *,
        prompt: str | None = None,
        voice: str | None = None,
        keep: bool = False,
    ) -> bytes:
        """Mu-law 8 kHz of `text`; `rate` 1 is the voice's normal, `gain_db` is for "louder".

        `prompt` names a prompt without parameters: a recording of it is played when there is one,
        unless a `voice` is asked for by name; a name the language lacks means its usual voice.
        Characters only another voice can read are said by that voice. A text with nothing to say
        gives 100 ms of silence. Raises `SynthesisError` when the engine fails twice or the language
        has no voice.
        """
        self._live += 1
        self._quiet.clear()
        try:
            audio = await self._speak(text, language, rate, prompt=prompt, voice=voice, keep=keep)
        finally:
            self._live -= 1
            if self._live == 0:
                self._quiet.set()
        return audio if gain_db == 0 else await beside(_louder, audio, gain_db)

    def other(self, language: str) -> str | None:
        """The voice for a caller who hears the usual one badly; `None` when there is but one."""
        voice = self._voices.get(language)
        return voice.other if voice is not None else None

    async def warm(self, texts: Iterable[tuple[str, str]]) -> int:
        """Render pairs of text and language to disk, one sentence at a time between live requests.

        Returns how many sentences could not be rendered; each is tried again when it is needed.
        """
        failed = 0
        for text, language in texts:
            for part, sentence in self._parts(text, language):
                await self._quiet.wait()
                try:
                    await self._sentence(sentence, part, Pace.of(1), None, keep=True)
                except SynthesisError as error:
                    failed += 1
                    log.warning("a fixed prompt in %s could not be rendered: %s", part, error)
                await asyncio.sleep(0)
        return failed

    def estimate_seconds(self, text: str, language: str, rate: float = 1.0) -> float:
        """About how long `text` takes to say, without synthesis; works when that is down."""
        voice = self._voices.get(language)
        if voice is None:
            return 0.3 * count(text, "word")
        return 60 * count(text, voice.unit) / (voice.per_minute * max(0.5, min(2.0, rate)))

    async def _speak(
        self,
        text: str,
        language: str,
        rate: float,
        *,
        prompt: str | None,
        voice: str | None,
        keep: bool,
    ) -> bytes:
        pace = Pace.of(rate)
        if prompt is not None and voice is None:
            recorded = await self._recorded.audio(prompt, language, text, pace)
            if recorded is not None:
                return recorded
        pauses = self._voice(language).pauses
        pieces: list[bytes] = []
        for sentence in sentences(text, self._voice(language).abbreviations):
            if pieces:
                ms = pauses.question_ms if is_question(sentence) else pauses.sentence_ms
                pieces.append(silence(ms * pace.pauses))
            for part, words in by_language(sentence, language, self._voices):
                pieces.append(await self._sentence(words, part, pace, voice, keep=keep))
        return b"".join(pieces) or silence(100)

    def _parts(self, text: str, language: str) -> list[tuple[str, str]]:
        return [
            part
            for sentence in sentences(text, self._voice(language).abbreviations)
            for part in by_language(sentence, language, self._voices)
        ]

    def _voice(self, language: str) -> VoiceSettings:
        voice = self._voices.get(language)
        if voice is None:
            raise SynthesisError(
                f"there is no voice for {language}; write voices/{language}/voice.yaml"
            )
        return voice

    async def _sentence(
        self, text: str, language: str, pace: Pace, voice: str | None, *, keep: bool
    ) -> bytes:
        """One sentence in the voice wanted, or in another engine's when that one fails."""
        text = self._respell(text, language)
        settings = self._voice(language)
        wanted = settings.voices[settings.named(voice)]
        stand_ins = [item for item in settings.voices.values() if item.engine != wanted.engine]
        for candidate in (wanted, *stand_ins):
            try:
                return await self._renderer.sentence(text, candidate, pace, keep=keep)
            except SynthesisError as error:
                failure = error
        raise failure


def _as_written(text: str, _language: str) -> str:
    return text


def _louder(audio: bytes, db: float) -> bytes:
    return to_ulaw(gain(from_ulaw(audio), db))
