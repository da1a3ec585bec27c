"""One telephone call: frames, keys and marks in; prompts out. The call's clock is its audio.

Every timer here counts inbound frames of 20 ms, so a ten-minute call plays in seconds in a test
and gives the same answer every time. Inputs are taken one after the other; while a recogniser
finishes, frames wait in the socket and are counted afterwards.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from assistant.answering import CallParts
from assistant.core.ports import FRAME_MS
from assistant.core.turn import HungUp, Key, Opened, Utterance
from assistant.deaf import Deaf
from assistant.listener import Listener

if TYPE_CHECKING:
    from assistant.core.conversation import Conversation
    from assistant.core.ladder import Rung
    from assistant.core.ports import Line
    from assistant.speech.endpointing import Heard

__all__ = ["CallParts", "VoiceCall"]

LAST_WITHIN_S = 1.0
"Of the clock; nobody waits longer to be greeted in the language she spoke last."


class VoiceCall(Listener):
    """One call from pick-up to hang-up. Not shared between tasks."""

    def __init__(
        self, line: Line, parts: CallParts, conversation: Conversation, rung: Rung = "speech"
    ) -> None:
        """`rung` is what the house has left for this call; only `speech` costs an ear."""
        super().__init__(line, parts, conversation, rung)

    # -- what a carrier tells us ------------------------------------------------------------

    async def start(self) -> None:
        """Greet the caller."""
        talk, own = self._parts.talk, self.conversation
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WITHIN_S):
                last = await asyncio.to_thread(talk.last_language, own.channel, own.contact)
                self._attention.before = last
        await self._turn(Opened(self._rung))

    async def frame(self, ulaw: bytes) -> None:
        """One inbound frame: 160 bytes of mu-law."""
        if self.over:
            return
        self._frames += 1
        self._owed = max(0, self._owed - 1)
        decided = self._listening.push(ulaw)
        if self._playback.speaking:
            await self._while_speaking(decided)
        elif decided is not None:
            await self._decided(decided)
        overdue = self._playback.overdue(self._frames)
        if overdue is not None:
            await self.played(overdue)

    async def key(self, digit: str) -> None:
        """One key; cuts a prompt at once, but for a goodbye that began after she pressed it."""
        if self.over or (self._owed and self._hangs_up_next):
            return
        await self._silenced()
        if not self.over:
            await self._turn(Key(digit))

    async def played(self, mark: str) -> None:
        """The carrier has played everything up to `mark`, or cleared it."""
        speaking = self._playback.speaking
        self._playback.returned(mark, self.conversation)
        if speaking and not self._playback.speaking and not self.over:
            await self._all_heard()

    async def hung_up(self) -> None:
        """The caller has gone."""
        if self.over:
            return
        self.over = True
        self._forget_pieces()
        self._listening.wait_for_turn(self._attention.waiting(self.conversation))
        await self._take(HungUp())

    async def typed(self, text: str, spoken_s: float) -> None:
        """Words typed at a terminal, as if said in `spoken_s` seconds and perfectly heard."""
        if self.over:
            return
        await self._silenced()
        if not self.over:
            await self._typed(Utterance(text, self.conversation.language), spoken_s)

    async def _typed(self, said: Utterance, spoken_s: float) -> None:
        self._frames += round(spoken_s * 1000 / FRAME_MS)
        self._last_speech = self._frames
        self._pieces = [said]
        self._frames += self._attention.waiting(self.conversation).end_ms // FRAME_MS
        if not isinstance(self._listening, Deaf) and await self._wants_more(said):
            self._listening.hold()
        else:
            await self._answer()

    @property
    def settled(self) -> bool:
        """Whether it is the resident's turn: nothing playing, nobody in mid-utterance."""
        return not self._playback.speaking and not self._listening.in_turn

    # -- while we speak ---------------------------------------------------------------------

    async def _while_speaking(self, decided: Heard | None) -> None:
        """Let her interrupt: by two syllables after the first moments, by a command, by danger."""
        if decided is not None and decided.event == "speech":
            self._open_ears(decided)
        judge = self._interruption
        enough = judge.is_enough(self._listening, resumed=self._resumed)
        if enough and judge.is_due(self._frames, goes_on=self._goes_on):
            if judge.is_echo(self._listening, self._frames):
                await self._spoken()
            else:
                await self._interrupted(goes_on=self._goes_on)
        elif decided is not None and decided.event in {"end", "too_long"}:
            await self._overheard(decided, goes_on=self._goes_on)

    @property
    def _goes_on(self) -> bool:
        """Whether what is heard follows so soon on words just answered that it belongs to them."""
        if self._answered is None:
            return False
        gap_s = (self._began - self._answered.ended) * FRAME_MS / 1000
        return gap_s < self._attention.patience(self._answered.before).join_s

    async def _overheard(self, decided: Heard, *, goes_on: bool) -> None:
        """A short word into our prompt: stop for a command or for danger, else take no notice."""
        silent = decided.frames if decided.event == "end" else 0
        if self._interruption.is_echo(self._listening, self._frames, silent):
            await self._spoken()
            return
        heard = await self._heard()
        due = self._interruption.is_due(self._frames - silent, goes_on=goes_on)
        if heard is None or not await self._counts(heard, due=due, goes_on=goes_on):
            await self._spoken()
            return
        self._last_speech = self._frames - silent
        await self._interrupted(goes_on=goes_on)
        if not self.over:
            self._pieces.append(heard)
            await self._answer()

    async def _counts(self, heard: Utterance, *, due: bool, goes_on: bool) -> bool:
        if due and self._attention.goes_on(heard):
            return True
        reading = await self._read(heard)
        if reading is None:
            return False
        answers = self._attention.answers(reading, self.conversation)
        return self._interruption.counts(heard, reading, due=due, answers=answers, goes_on=goes_on)

    async def _interrupted(self, *, goes_on: bool) -> None:
        """Stop speaking and go on hearing her; the answer to half a sentence is taken back."""
        self._unsaid = await self._playback.cut(self._frames, self.conversation)
        if not self._hangs_up_next:
            await self._follow_up()
        if self.over:
            return
        if goes_on and self._answered is not None:
            self._pieces = list(self._answered.pieces)
            self._taken_back = self.conversation
            self.conversation = self._answered.before
            self._attention.was_cut_off()
        self._answered = None
        self._listening.adjust(self._attention.waiting(self.conversation))

    async def _silenced(self) -> None:
        """Stop speaking and hearing for a key; what was to follow the prompt follows at once."""
        if self._playback.sounding:
            self._unsaid = await self._playback.cut(self._frames, self.conversation)
        self._forget_pieces()
        self._answered = None
        self._listening.wait_for_turn(self._attention.waiting(self.conversation))
        await self._follow_up()
