"""One utterance being heard, and heard again elsewhere when its worker is lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from assistant.core.errors import RecogniserError
from assistant.core.ports import SAMPLE_RATE
from assistant.speech.workers import WorkerFailed, WorkerLost, WorkerTimeout

if TYPE_CHECKING:
    from assistant.core.turn import Utterance
    from assistant.speech.ears import Ears, Seat

_ATTEMPTS = 3
"Workers an utterance may be lost with, through no fault of its own, before it is given up."
BATCH_BYTES = 1600
"""100 ms of sound go to the worker in one message: each costs two processes some 60 µs, which is
more than a 20 ms frame is worth, and words so far are not looked at more often than that."""
_NO_GENERATION = -1
_REPLACED_S = 0.02
"By then a worker that was lost has been replaced by one that takes messages."


class Ear:
    """One utterance being heard. For the event loop's thread only."""

    def __init__(self, number: int, ears: Ears, what: tuple[str, str, tuple[str, ...]]) -> None:
        self.partial = ""
        "The words so far; empty with an engine that has none before the end."
        self.decode_cpu_ms = 0.0
        "What the utterance cost, once finished."
        self.guilty = False
        "Whether a worker was lost to this utterance."
        self._number = number
        self._ears = ears
        self._what = what
        self._sound: list[bytes] = []
        self._unsent = bytearray()
        self._room_left = ears.settings.max_audio_ms * SAMPLE_RATE * 2 // 1000
        self._seat: Seat | None = None
        self._generation = 0
        self._attempts = 0
        self._closed = False

    @property
    def language(self) -> str:
        """The language listened for."""
        return self._what[0]

    def feed(self, pcm: bytes) -> None:
        """Take 8 kHz signed 16-bit little-endian mono of any length. Never waits, never raises.

        Nothing more is taken after `finish`, `close` or `max_audio_ms`.
        """
        if self._closed or not pcm or self._room_left < len(pcm):
            return
        self._room_left -= len(pcm)
        self._sound.append(pcm)
        self._unsent += pcm
        if len(self._unsent) >= BATCH_BYTES:
            self._pass_on()

    async def finish(self) -> Utterance:
        """End the utterance and return its words; the ear is closed.

        Raises `RecogniserError` when no words can be had: the worker hung or died over it, or was
        lost too often. Waits `finish_timeout_s`, three times that while the worker is late but
        at work, and again on another worker if the first was lost through no fault of its own.
        """
        if self._closed:
            raise RecogniserError("the ear is closed; open another for the next utterance")
        try:
            while True:
                heard = await self._attempt()
                if heard is not None:
                    return heard
        finally:
            self.close()

    def close(self) -> None:
        """Stop hearing; safe to call twice, and after `finish`."""
        if self._closed:
            return
        self._closed = True
        self._send(("close", self._number))
        self._leave()
        self._sound.clear()

    def sit(self, seat: Seat) -> None:
        """Be heard by this worker, from the first sound kept."""
        self._leave()
        self._attempts += 1
        self._seat = seat
        self._generation = seat.worker.generation
        self._unsent.clear()
        seat.ears[self._number] = self
        self._send(("open", self._number, *self._what))
        if self._sound:
            self._send(("audio", self._number, b"".join(self._sound)))

    def _pass_on(self) -> None:
        """Hand over what the worker has not got yet; a new worker gets everything at once."""
        if self._settled() and self._unsent:
            self._send(("audio", self._number, bytes(self._unsent)))
            self._unsent.clear()

    async def _attempt(self) -> Utterance | None:
        """Ask for the words once; `None` when the worker was lost to somebody else."""
        self._pass_on()
        if not self._settled() or self._seat is None:
            raise RecogniserError("the recognition worker was lost over this utterance; ask again")
        worker, done = self._seat.worker, self._seat.done
        try:
            heard, self.decode_cpu_ms = await worker.request(
                ("finish", self._number),
                self._ears.settings.finish_timeout_s,
                progress=lambda: int(done.value),
            )
        except WorkerFailed as error:
            raise RecogniserError(f"recognition failed: {error}") from error
        except WorkerTimeout:
            if worker.generation == self._generation:  # not hung, but loading or far behind
                raise RecogniserError("the recognition worker is too busy; ask again") from None
            return None
        except WorkerLost:
            self._generation = _NO_GENERATION
            await asyncio.sleep(_REPLACED_S)
            return None
        self._ears.language_served(self.language)
        sound_s = sum(map(len, self._sound)) / (2 * SAMPLE_RATE)
        self._ears.language_cost(self.language, self.decode_cpu_ms / 1000, sound_s)
        result: Utterance = heard
        return result

    def _settled(self) -> bool:
        """Whether a worker hears this utterance; moves to another after a loss if that is fair."""
        seat = self._seat
        if seat is None:
            return False
        if seat.worker.generation == self._generation:
            return True
        self.guilty = self.guilty or seat.mark.value == self._number
        if self.guilty or self._attempts >= _ATTEMPTS:
            self._leave()
            return False
        self.sit(self._ears.freest())
        return True

    def _send(self, message: tuple[Any, ...]) -> None:
        if self._seat is not None and self._seat.worker.generation == self._generation:
            try:
                self._seat.worker.send(message)
            except WorkerLost:  # gone or too far behind: to be heard elsewhere from the beginning
                self._generation = _NO_GENERATION

    def _leave(self) -> None:
        if self._seat is not None:
            self._seat.ears.pop(self._number, None)
        self._seat = None
