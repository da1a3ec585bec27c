"""The answering half of a call: a turn in, its reply on the line, and what follows it.

`call.VoiceCall` is the other half, which decides what a turn is. Both count the same frames.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant import outage
from assistant.attention import Attention
from assistant.core.errors import AssistantError, CarrierError
from assistant.core.event import Say
from assistant.core.ports import FRAME_MS
from assistant.core.turn import HungUp, Key
from assistant.deaf import Deaf
from assistant.dialogue.actions.pace import MIN_RATE, SLOWER
from assistant.listening import Listening
from assistant.playback import Pauses, Playback

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from assistant.config import ListeningConfig
    from assistant.conversation import Talk
    from assistant.core.conversation import Conversation
    from assistant.core.ladder import Rung
    from assistant.core.ports import Journal, Line
    from assistant.core.turn import Turn, Utterance
    from assistant.dialogue.prompts import Sentence
    from assistant.rooms import Reply
    from assistant.speech.ears import Ears
    from assistant.speech.hesitation import Hesitation
    from assistant.speech.mouth import Mouth

log = logging.getLogger(__name__)

SLOW_S, LONGEST_S = 4.0, 24.0
"""Of the clock: an answer takes 60 ms at worst; who hears nothing for longer than four seconds asks
whether anybody is there."""


@dataclass(frozen=True, slots=True)
class CallParts:
    """What a call needs from the rest of the house."""

    talk: Talk
    ears: Ears
    mouth: Mouth
    journal: Journal
    patience: ListeningConfig
    hesitations: Mapping[str, Hesitation]
    "How each language hesitates."
    pauses: Pauses
    unsaid: Callable[[Reply], None]
    "Keeps what could not be spoken, for the carrier's own voice."


class Answering:
    """Speaks, and does what follows. Not shared between tasks."""

    def __init__(
        self, line: Line, parts: CallParts, conversation: Conversation, rung: Rung
    ) -> None:
        self._line, self._parts, self._rung = line, parts, rung
        self.conversation = conversation
        self._frames = 0
        self._last_speech = 0
        self._owed = 0  # frames of a long wait, still in the socket: what is said begins after them
        self._playback = Playback(line, parts.journal, conversation.opened)
        rooms = parts.talk.rooms
        self._attention = Attention(
            parts.patience,
            rooms.site.languages,
            parts.hesitations,
            confirm_below=rooms.confirm_below,
        )
        hears = rung == "speech" and bool(parts.ears.languages)
        waiting = self._attention.waiting(conversation)
        self._listening: Listening | Deaf
        self._listening = Listening(parts.ears, waiting) if hears else Deaf(waiting)
        self._afterwards: Reply | None = None
        self._work: asyncio.Future[Reply] | None = None
        "The turn under way; held, so that it comes to its end when it is given up."
        self._unsaid: tuple[Sentence, ...] = ()
        "What was cut; kept while she only asks for a moment."
        self._resumed = 0
        self._leaving = False
        self.over = False
        self.bridged = False

    @property
    def done(self) -> bool:
        """Whether we ended it, with all said that there was to say."""
        return self.over and not self._leaving and not self.bridged

    def moment(self) -> datetime:
        """Now, on the call's audio clock."""
        return self._playback.moment(self._frames)

    # -- speaking ---------------------------------------------------------------------------

    async def _turn(self, turn: Turn | Utterance, decode_cpu_ms: float = 0.0) -> Reply:
        """Take a turn and begin to speak the reply."""
        decided, at = time.monotonic(), self._frames
        self._resumed = 0
        reply = await self._take(turn)
        if not reply.conversation.waiting:
            self._unsaid = ()
        if self.over:
            return reply
        self._afterwards = reply if reply.end or reply.transfer else None
        key = isinstance(turn, Key)
        for number, sentence in enumerate(reply.sentences):
            pause = self._parts.pauses.before(sentence, first=number == 0, key=key)
            if not await self._speak(sentence, pause) and await self._line.leave():
                self._leave(replace(reply, sentences=reply.sentences[number:]))
                break
            if number == 0:
                waited_ms = (time.monotonic() - decided) * 1000
                self._timing(at * FRAME_MS, waited_ms, decode_cpu_ms)
        await self._spoken()
        return reply

    async def _take(self, turn: Turn | Utterance) -> Reply:
        before = self.conversation
        if before.ended and not isinstance(turn, HungUp):  # she spoke into our goodbye
            before = replace(before, ended=False)
        reply = await self._patiently(before, turn)
        self.conversation = reply.conversation
        self._attention.took(turn, before, reply.conversation)
        return reply

    async def _patiently(self, before: Conversation, turn: Turn | Utterance) -> Reply:
        """The reply; where it keeps her waiting she hears why, and in the end whom to ring instead.

        Whoever was told that waits no second time: key 0 puts her through. What is given up goes
        on behind her back: it may keep more than she was told, never less.
        """
        talk, keys_only = self._parts.talk, not self._listening.languages
        now = self.moment()
        work = asyncio.ensure_future(
            asyncio.to_thread(talk.take, before, turn, now, keys_only=keys_only, held=True)
        )
        self._work = work
        began = time.monotonic() - self._owed * FRAME_MS / 1000
        done, _ = await asyncio.wait({work}, timeout=SLOW_S)
        if done or isinstance(turn, HungUp):
            return await work
        self._owed = round((time.monotonic() - began) * 1000) // FRAME_MS
        for sentence in outage.slow(talk.rooms, before, turn):
            await self._speak(sentence)
        longest = LONGEST_S if before.unreached < outage.TOLD else 2 * SLOW_S
        done, _ = await asyncio.wait({work}, timeout=longest - SLOW_S)
        self._owed = round((time.monotonic() - began) * 1000) // FRAME_MS
        if done:
            return await work
        log.error("conversation %s was kept waiting for too long", before.id)
        return talk.regret(replace(before, unreached=outage.TOLD), turn, now, away=True)

    async def _speak(self, sentence: Sentence, pause: int = 0, *, aside: bool = False) -> bool:
        pace = self.conversation.pace
        rate = max(MIN_RATE, pace.rate * SLOWER**sentence.slower)
        prompt = sentence.prompt if sentence.fixed else None
        mouth = self._parts.mouth
        voice = mouth.other(sentence.language) if pace.other_voice else None
        try:
            audio = await mouth.speak(
                sentence.text, sentence.language, rate, pace.gain_db, prompt=prompt, voice=voice
            )
        except AssistantError as error:
            log.warning("a prompt could not be spoken: %s", type(error).__name__)
            return False
        frame = self._frames + self._owed
        await self._playback.play(
            audio, sentence, frame, rate, pace, aside=aside, pause_frames=pause
        )
        return True

    async def _encourage(self) -> None:
        """A word in her pause: she is listened to, and need not hurry."""
        book, language = self._parts.talk.rooms.book, self.conversation.language
        await self._speak(book.sentence(Say("listening"), language, "voice"), aside=True)

    async def _resume(self) -> None:
        """Say again what was cut and what was to follow it; not what was heard to its end."""
        unsaid, self._unsaid = self._unsaid, ()
        self._resumed += 1
        for number, sentence in enumerate(unsaid):
            pause = self._parts.pauses.before(sentence, first=number == 0, key=False)
            await self._speak(sentence, pause)
        await self._spoken()

    async def _spoken(self) -> None:
        if self._playback.speaking:
            self._listening.wait_for_turn(self._attention.interruptible(self.conversation))
        else:
            await self._all_heard()

    def _leave(self, unsaid: Reply) -> None:
        """The carrier's own voice goes on, once what was queued before has been heard."""
        self._parts.unsaid(unsaid)
        self._afterwards = None
        self._leaving = True

    # -- what follows -----------------------------------------------------------------------

    async def _all_heard(self) -> None:
        """It is her turn now, or has been for a while."""
        waiting = self._attention.waiting(self.conversation)
        if not self._listening.in_turn:
            self._listening.wait_for_turn(waiting)
        else:
            self._listening.adjust(waiting)
            if self._hangs_up_next:
                return
        await self._follow_up()

    @property
    def _hangs_up_next(self) -> bool:
        return self._afterwards is not None and self._afterwards.transfer is None

    async def _follow_up(self) -> None:
        """Hang up or put through, once what was said before has been heard."""
        reply, self._afterwards = self._afterwards, None
        if self._leaving:
            self.over = True
        if reply is None:
            return
        if reply.transfer is None:
            await self._line.hang_up()
        elif not await self._put_through(reply.transfer):
            await self._turn(Key("#"))
            return
        self.over = True

    async def _put_through(self, number: str) -> bool:
        try:
            await self._line.transfer(number)
        except CarrierError:
            log.warning("a transfer was refused in conversation %s", self.conversation.id)
            return False
        self.bridged = True
        return True

    def _timing(self, decided_ms: int, waited_ms: float, decode_cpu_ms: float) -> None:
        self._parts.journal.write(
            "timing",
            self.conversation,
            self.moment(),
            end_of_speech_ms=self._last_speech * FRAME_MS,
            decided_ms=decided_ms,
            reply_started_ms=round(decided_ms + waited_ms),
            decode_cpu_ms=round(decode_cpu_ms, 1),
        )
