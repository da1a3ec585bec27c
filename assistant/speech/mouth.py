"""The mouth: a text in, telephone audio out, whatever the engine does.

Each sentence is rendered by itself, so that a sentence known beforehand is found in the cache
whatever stands around it, and joined with the pauses of its voice. Only what `warm` was given (or
`keep` asks for) is written to disk: what is said to one resident may hold their number and stays in
memory. A crash or hang of the engine costs one retry in a new process.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from typing import TYPE_CHECKING, Final

from assistant.core.errors import DataError, SynthesisError
from assistant.speech.audio import from_ulaw, gain, read_wav, silence, to_ulaw
from assistant.speech.audiocache import AudioCache, key_of
from assistant.speech.loudness import master
from assistant.speech.pauses import stretch_pauses, trim
from assistant.speech.synthesisers import ENGINES, run
from assistant.speech.voice import Pace, VoiceSettings, by_language, count, is_question, sentences
from assistant.speech.workers import Worker, WorkerFailed, WorkerLost, WorkerTimeout

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

log = logging.getLogger(__name__)

TIMEOUT_S: Final = 5.0
"For one sentence, the start of a new process included; a sentence takes about 25 ms."

TRIES: Final = 2
"A sentence that cost two processes in a row is given up."

FAILURES_TO_REPLACE: Final = 3
"Refusals of different sentences in a row after which the engine itself is taken to be broken."

PROCESSING: Final = 1
"Raised when filtering, level or trimming changes, so that cached audio is made again."

_PROMPT_NAME: Final = re.compile(r"[\w-]+(\.[\w-]+)*")


class Mouth:
    """Speaks every language that has a voice. Used from one event loop.

    `voices` by language; `recordings_dir` is the tree holding `<language>/recordings/*.wav`.
    """

    def __init__(
        self,
        voices: Mapping[str, VoiceSettings],
        cache_dir: Path,
        recordings_dir: Path,
        *,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        for language, voice in voices.items():
            if voice.engine not in ENGINES:
                raise DataError(
                    f"voices/{language}/voice.yaml: speaking.engine: there is no engine "
                    f"{voice.engine}; use one of {', '.join(sorted(ENGINES))}"
                )
        self._voices = dict(voices)
        self._recordings_dir = recordings_dir
        self._timeout_s = timeout_s
        self._cache = AudioCache(cache_dir)
        self._workers = {name: _worker(name, voices) for name in _engines(voices)}
        self._versions = {name: ENGINES[name].version() for name in self._workers}
        self._turns = {name: asyncio.Lock() for name in self._workers}
        self._failures = dict.fromkeys(self._workers, 0)
        self._live = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    @property
    def workers(self) -> tuple[Worker, ...]:
        """The synthesis processes, one an engine."""
        return tuple(self._workers.values())

    @property
    def alive(self) -> bool:
        """Whether every engine is loaded and can speak now."""
        return all(worker.alive for worker in self._workers.values())

    async def start(self) -> None:
        """Start the processes; they load in the background."""
        for worker in self._workers.values():
            worker.start()

    async def stop(self) -> None:
        """End the processes."""
        for worker in self._workers.values():
            await asyncio.to_thread(worker.stop)

    async def speak(
        self,
        text: str,
        language: str,
        rate: float = 1.0,
        gain_db: float = 0.0,
        *,
        prompt: str | None = None,
        keep: bool = False,
    ) -> bytes:
        """Mu-law 8 kHz of `text`; `rate` 1 is the voice's normal, `gain_db` is for "louder".

        `prompt` names a prompt without parameters: its recording is played when there is one.
        Characters only another voice can read are said by that voice. A text with nothing to say
        gives 100 ms of silence. Raises `SynthesisError` when the engine fails twice or the language
        has no voice.
        """
        self._live += 1
        self._quiet.clear()
        try:
            audio = await self._speak(text, language, rate, prompt=prompt, keep=keep)
        finally:
            self._live -= 1
            if self._live == 0:
                self._quiet.set()
        return audio if gain_db == 0 else to_ulaw(gain(from_ulaw(audio), gain_db))

    async def warm(self, texts: Iterable[tuple[str, str]]) -> int:
        """Render pairs of text and language to disk, one sentence at a time between live requests.

        Returns how many sentences could not be rendered; each is tried again when it is needed.
        """
        failed = 0
        for text, language in texts:
            for part, sentence in self._parts(text, language):
                await self._quiet.wait()
                try:
                    await self._sentence(sentence, part, Pace.of(1), keep=True)
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
        self, text: str, language: str, rate: float, *, prompt: str | None, keep: bool
    ) -> bytes:
        pace = Pace.of(rate)
        if prompt is not None:
            recording = await asyncio.to_thread(self._recording, prompt, language, pace)
            if recording is not None:
                return recording
        pauses = self._voice(language).pauses
        pieces: list[bytes] = []
        for sentence in sentences(text, self._voice(language).abbreviations):
            if pieces:
                ms = pauses.question_ms if is_question(sentence) else pauses.sentence_ms
                pieces.append(silence(ms * pace.pauses))
            for part, words in by_language(sentence, language, self._voices):
                pieces.append(await self._sentence(words, part, pace, keep=keep))
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

    async def _sentence(self, text: str, language: str, pace: Pace, *, keep: bool) -> bytes:
        """One sentence from memory, from disk, or from the engine."""
        voice = self._voice(language)
        version = self._versions[voice.engine]
        key = key_of(PROCESSING, voice.engine, version, voice.voice, voice.rate, pace, text)
        audio = self._cache.recent(key)
        if audio is not None and not keep:
            return audio
        stored = await asyncio.to_thread(self._cache.get, key)
        if stored is None:
            stored = audio or await self._render(text, voice, pace)
            if keep:
                await asyncio.to_thread(self._cache.keep, key, stored)
        self._cache.remember(key, stored)
        return stored

    async def _render(self, text: str, voice: VoiceSettings, pace: Pace) -> bytes:
        worker = self._workers[voice.engine]
        order = (text, voice.voice, pace.words, pace.pauses)
        async with self._turns[voice.engine]:
            for _ in range(TRIES):
                with contextlib.suppress(WorkerLost, WorkerTimeout):
                    audio = await self._request(worker, voice.engine, order)
                    self._failures[voice.engine] = 0
                    return audio
        reason = worker.last_error or "it is not running"
        raise SynthesisError(
            f"voice {voice.voice} gave no sound in {TRIES} tries ({reason}); "
            "keys and texts go on, run the check command"
        )

    async def _request(
        self, worker: Worker, engine: str, order: tuple[str, str, float, float]
    ) -> bytes:
        try:
            audio: bytes = await worker.request(order, self._timeout_s)
        except WorkerFailed as error:
            self._failures[engine] += 1
            if self._failures[engine] >= FAILURES_TO_REPLACE:
                self._failures[engine] = 0
                worker.replace("it refused several sentences in a row")
            raise SynthesisError(str(error)) from error
        return audio

    def _recording(self, prompt: str, language: str, pace: Pace) -> bytes | None:
        """A person's recording of a prompt, levelled like the voice; `None` when there is none."""
        if not _PROMPT_NAME.fullmatch(prompt):
            return None
        path = self._recordings_dir / language / "recordings" / f"{prompt}.wav"
        try:
            changed = path.stat().st_mtime_ns
        except OSError:
            return None
        key = key_of("recording", path, changed, pace.pauses)
        audio = self._cache.recent(key)
        if audio is None:
            try:
                samples = trim(master(read_wav(path)))
            except DataError as error:
                log.warning("a recording is not used: %s", error)
                return None
            audio = to_ulaw(stretch_pauses(samples, pace.pauses)) or silence(100)
            self._cache.remember(key, audio)
        return audio


def _engines(voices: Mapping[str, VoiceSettings]) -> set[str]:
    return {voice.engine for voice in voices.values()}


def _worker(engine: str, voices: Mapping[str, VoiceSettings]) -> Worker:
    rates = {voice.voice: voice.rate for voice in voices.values() if voice.engine == engine}
    return Worker(f"voice {engine}", run, (engine, rates))
