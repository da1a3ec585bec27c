"""From a sentence to its sound: out of memory, off the disk, or by an engine in its own process.

A crash or hang of the engine costs one retry in a new process.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from assistant.core.errors import SynthesisError
from assistant.speech.audiocache import AudioCache, key_of
from assistant.speech.beside import beside
from assistant.speech.synthesisers import ENGINES, run
from assistant.speech.workers import Worker, WorkerFailed, WorkerLost, WorkerTimeout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.speech.synthesisers.engine import Setup
    from assistant.speech.voice import Pace, Voice

TIMEOUT_S: Final = 5.0
"For one sentence, the start of a new process included; a sentence takes about 25 ms."

TRIES: Final = 2
"A sentence that cost two processes in a row is given up."

FAILURES_TO_REPLACE: Final = 3
"Refusals of different sentences in a row after which the engine itself is taken to be broken."

PROCESSING: Final = 2
"Raised when filtering, level or trimming changes, so that cached audio is made again."


class Renderer:
    """One process an engine, each for one sentence at a time. Used from one event loop."""

    def __init__(self, loaded: Mapping[str, Setup], cache: AudioCache, timeout_s: float) -> None:
        self._cache, self._timeout_s = cache, timeout_s
        self._versions = {
            (name, voice): ENGINES[name].version(setup, voice)
            for name, setup in loaded.items()
            for voice in setup.rates
        }
        self._workers = {
            name: Worker(f"voice {name}", run, (name, setup)) for name, setup in loaded.items()
        }
        self._turns = {name: asyncio.Lock() for name in self._workers}
        self._failures = dict.fromkeys(self._workers, 0)

    @property
    def workers(self) -> tuple[Worker, ...]:
        """The processes."""
        return tuple(self._workers.values())

    def alive(self, voice: Voice) -> bool:
        """Whether the engine of a voice is loaded and can speak now."""
        return self._workers[voice.engine].alive

    async def sentence(self, text: str, voice: Voice, pace: Pace, *, keep: bool) -> bytes:
        """Mu-law of one sentence, by the voice itself; `keep` writes it to disk.

        Raises `SynthesisError` when the engine fails twice.
        """
        version = self._versions[voice.engine, voice.voice]
        key = key_of(PROCESSING, voice.engine, version, voice.voice, voice.rate, pace, text)
        audio = self._cache.recent(key)
        if audio is not None and not keep:
            return audio
        stored = await beside(self._cache.get, key)
        if stored is None:
            stored = audio or await self._render(key, text, voice, pace)
            if keep:
                await beside(self._cache.keep, key, stored)
        self._cache.remember(key, stored)
        return stored

    async def _render(self, key: str, text: str, voice: Voice, pace: Pace) -> bytes:
        """From the engine, once for all who ask together: a full house hears one greeting."""
        worker = self._workers[voice.engine]
        order = (text, voice.voice, pace.words, pace.pauses)
        async with self._turns[voice.engine]:
            meanwhile = self._cache.recent(key)
            if meanwhile is not None:
                return meanwhile
            for _ in range(TRIES):
                with contextlib.suppress(WorkerLost, WorkerTimeout):
                    audio = await self._request(worker, voice.engine, order)
                    self._failures[voice.engine] = 0
                    self._cache.remember(key, audio)
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
