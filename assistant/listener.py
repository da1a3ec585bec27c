"""The listening half of a call in the caller's turn: from a sound to the words that are answered.

What she says comes in pieces. A pause ends a piece; whether it ends what she has to say depends on
the words: hesitation and half sentences are waited for. Words that come soon after an answer has
begun belong to those before it: the answer is taken back, and everything is read as one.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answering import Answering, CallParts
from assistant.core.ports import FRAME_MS
from assistant.core.turn import EarsLost, Silence, Unclear, Utterance
from assistant.deaf import Deaf
from assistant.interruption import Interruption
from assistant.speech.pieces import joined

if TYPE_CHECKING:
    from assistant.core.conversation import Conversation
    from assistant.core.intent import Reading
    from assistant.core.ladder import Rung
    from assistant.core.ports import Line
    from assistant.speech.endpointing import Heard

log = logging.getLogger(__name__)

READ_WITHIN_S = 3.0
"""Of the clock, for making sense of words, which also asks the directory: 20 ms where the database
is well. Later it is done without; the turn itself then says that it takes long."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Words that were answered, and what the answer can be taken back to when more words come."""

    pieces: tuple[Utterance, ...]
    before: Conversation
    ended: int
    "Number of the frame after their last sound."


class Listener(Answering):
    """Hears one caller out. Not shared between tasks."""

    def __init__(
        self, line: Line, parts: CallParts, conversation: Conversation, rung: Rung
    ) -> None:
        super().__init__(line, parts, conversation, rung)
        confirm_below = parts.talk.rooms.confirm_below
        self._interruption = Interruption(parts.patience, self._playback, confirm_below)
        self._began = 0
        self._cpu_ms = 0.0
        self._pieces: list[Utterance] = []
        self._answered: Answered | None = None
        self._taken_back: Conversation | None = None

    async def _decided(self, decided: Heard) -> None:
        match decided.event:
            case "speech":
                await self._begins(decided)
            case "end":
                self._last_speech = self._frames - decided.frames
                await self._piece_over()
            case "too_long":
                self._last_speech = self._frames
                await self._piece_over(last=True)
            case "waiting":
                await self._encourage()
            case "given_up":
                await self._given_up(decided)
            case "no_speech":
                await self._turn(Silence(decided.frames * FRAME_MS / 1000))

    async def _begins(self, decided: Heard) -> None:
        """Speech begins; the echo of a prompt that has just ended is none."""
        if not self._pieces and self._interruption.is_echo(self._listening, self._frames):
            self._listening.wait_for_turn(self._attention.waiting(self.conversation))
            return
        self._open_ears(decided)

    def _open_ears(self, begun: Heard) -> None:
        self._began = self._frames - begun.frames
        attention, listening = self._attention, self._listening
        stopped = bool(self._unsaid)
        vocabulary, names = attention.vocabulary(self.conversation, stopped=stopped)
        languages = attention.ears(self.conversation, listening.languages, listening.load)
        listening.open(begun, languages, vocabulary, names)

    async def _piece_over(self, *, last: bool = False) -> None:
        """A pause: the words so far are an answer, or more is waited for."""
        best = await self._heard()
        if best is not None:
            self._pieces.append(best)
        elif self._taken_back is not None or not self._pieces:
            await self._nothing_heard()
            return
        if not last and await self._wants_more(joined(self._pieces)):
            self._listening.hold()
        else:
            await self._answer()

    async def _heard(self) -> Utterance | None:
        """The words of the surest ear, or `None` where none made out any."""
        heard, cpu_ms = await self._listening.finish()
        self._cpu_ms += cpu_ms
        if len(heard) < 2:  # noqa: PLR2004 - one ear needs no comparison
            return heard[0] if heard else None
        surest = self._parts.talk.surest
        try:
            comparing = asyncio.to_thread(surest, heard, self.conversation, self.moment())
            return await asyncio.wait_for(comparing, READ_WITHIN_S)
        except Exception:
            log.exception("ears were not compared in conversation %s", self.conversation.id)
            return max(heard, key=lambda utterance: utterance.confidence)

    async def _wants_more(self, said: Utterance) -> bool:
        """Whether she has not finished yet."""
        if not self._attention.unfinished(said):
            return False
        reading = await self._read(said)
        return reading is not None and not self._attention.answers(reading, self.conversation)

    async def _read(self, said: Utterance) -> Reading | None:
        """What the words mean; `None` where that fails, which is logged and ends no call."""
        read = self._parts.talk.read
        try:
            reading = asyncio.to_thread(read, said, self.conversation, self.moment())
            return await asyncio.wait_for(reading, READ_WITHIN_S)
        except Exception:
            log.exception("words were not read in conversation %s", self.conversation.id)
            return None

    async def _given_up(self, decided: Heard) -> None:
        """She said no more: half a sentence is taken as it is, hesitation alone as silence."""
        if self._attention.is_empty(joined(self._pieces)):
            self._forget_pieces()
            await self._turn(Silence(decided.frames * FRAME_MS / 1000))
        else:
            await self._answer()

    async def _answer(self) -> None:
        """Everything she has said is one utterance: answer it, or go on where she stopped us."""
        pieces, self._pieces = tuple(self._pieces), []
        cpu_ms, self._cpu_ms = self._cpu_ms, 0.0
        said, before, self._taken_back = joined(pieces), self.conversation, None
        if self._unsaid and self._attention.goes_on(said):
            self._note(said)
            await self._resume()
            return
        ended = self._last_speech
        reply = await self._turn(said, cpu_ms)
        self._answered = None if reply.binding else Answered(pieces, before, ended)

    async def _nothing_heard(self) -> None:
        """No words were made out; once the ears themselves are gone the call goes on by keys."""
        self._forget_pieces()
        cpu_ms, self._cpu_ms = self._cpu_ms, 0.0
        if self._listening.lost:
            self._listening = Deaf(self._attention.waiting(self.conversation))
            await self._turn(EarsLost(), cpu_ms)
        elif self.conversation.waiting:
            self._listening.wait_for_turn(self._attention.waiting(self.conversation))
        elif self._unsaid or self._hangs_up_next:
            await self._resume()
        else:
            await self._turn(Unclear(), cpu_ms)

    def _forget_pieces(self) -> None:
        """Drop what was being said; an answer that was taken back for it stands again."""
        self._pieces = []
        if self._taken_back is not None:
            self.conversation, self._taken_back = self._taken_back, None

    def _note(self, said: Utterance) -> None:
        """Journal words that the call itself acts on."""
        self._parts.journal.write(
            "heard",
            self.conversation,
            self.moment(),
            text=said.text,
            language=said.language,
            confidence=round(said.confidence, 3),
            alternatives=[item.text for item in said.alternatives],
        )
