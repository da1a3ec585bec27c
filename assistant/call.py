"""One telephone call: frames, keys and marks in; prompts out. The call's clock is its audio.

Every timer here counts inbound frames of 20 ms, so a ten-minute call plays in seconds in a test
and gives the same answer every time. Inputs are taken one after the other; while a recogniser
finishes, frames wait in the socket and are counted afterwards.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.core.errors import AssistantError, CarrierError
from assistant.core.ports import FRAME_MS
from assistant.core.turn import HungUp, Key, Opened, Silence, Turn, Unclear, Utterance
from assistant.dialogue.actions.talk import MIN_RATE, SLOWER
from assistant.listening import Listening
from assistant.playback import Playback
from assistant.speech.endpointing import EndpointSettings, Heard
from assistant.speech.vocabulary import OPEN

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.config import ListeningConfig
    from assistant.conversation import Reply, Talk
    from assistant.core.conversation import Conversation
    from assistant.core.ports import Journal, Line
    from assistant.dialogue.prompts import Sentence
    from assistant.speech.ears import Ears
    from assistant.speech.mouth import Mouth

log = logging.getLogger(__name__)

VOCABULARY = {"confirm": "yes_no", "emergency": "yes_no", "menu": "digits", "which": "digits"}
"""Questions answered by a word or a digit: a small vocabulary hears those best; else the open one,
as for "which place?" before any were read out."""
NEVER_MS = 24 * 3600 * 1000
"While the line is speaking, silence means nothing."


@dataclass(frozen=True, slots=True)
class CallParts:
    """What a call needs from the rest of the house."""

    talk: Talk
    ears: Ears
    mouth: Mouth
    journal: Journal
    patience: ListeningConfig


class VoiceCall:
    """One call from pick-up to hang-up. Not shared between tasks."""

    def __init__(self, line: Line, parts: CallParts, conversation: Conversation) -> None:
        self._line, self._parts = line, parts
        self.conversation = conversation
        self._frames = 0
        self._playback = Playback(line, parts.journal, conversation.opened)
        self._listening = Listening(parts.ears, self._patience())
        self._afterwards: Reply | None = None
        self._last_speech = 0
        self._both_ears = True
        self.over = False
        self.bridged = False

    # -- what a carrier tells us ------------------------------------------------------------

    async def start(self) -> None:
        """Greet the caller."""
        await self._turn(Opened())

    async def frame(self, ulaw: bytes) -> None:
        """One inbound frame: 160 bytes of mu-law."""
        if self.over:
            return
        self._frames += 1
        decided = self._listening.push(ulaw)
        if self._playback.speaking:
            await self._while_speaking(decided)
        elif decided is not None:
            await self._decided(decided)

    async def key(self, digit: str) -> None:
        """One key; cuts a prompt at once, always."""
        if self.over:
            return
        await self._cut()
        if not self.over:
            await self._turn(Key(digit))

    async def played(self, mark: str) -> None:
        """The carrier has played everything up to `mark`, or cleared it."""
        known = self._playback.returned(mark, self.conversation)
        if known and not self._playback.speaking:
            await self._all_heard()

    async def hung_up(self) -> None:
        """The caller has gone."""
        if self.over:
            return
        self.over = True
        self._listening.wait_for_turn(self._patience())
        await self._take(HungUp())

    async def typed(self, text: str, spoken_s: float) -> None:
        """Words typed at a terminal, as if said in `spoken_s` seconds and perfectly heard."""
        if self.over:
            return
        await self._cut()
        self._frames += round(spoken_s * 1000 / FRAME_MS)
        self._last_speech = self._frames
        self._frames += self._patience().end_ms // FRAME_MS
        await self._turn(Utterance(text, self.conversation.language))

    # -- what a driver may ask --------------------------------------------------------------

    @property
    def settled(self) -> bool:
        """Whether it is the resident's turn: nothing playing, nobody in mid-utterance."""
        return not self._playback.speaking and not self._listening.in_turn

    def moment(self) -> datetime:
        """Now, on the call's audio clock."""
        return self._playback.moment(self._frames)

    # -- listening --------------------------------------------------------------------------

    async def _decided(self, decided: Heard) -> None:
        match decided.event:
            case "speech":
                self._open_ears(decided)
            case "end":
                self._last_speech = self._frames - decided.frames
                await self._utterance_over()
            case "too_long":
                self._last_speech = self._frames
                await self._utterance_over()
            case "no_speech":
                await self._turn(Silence(decided.frames * FRAME_MS / 1000))

    def _open_ears(self, begun: Heard) -> None:
        pending, language = self.conversation.pending, self.conversation.language
        question = pending.question if pending is not None else "open"
        options = pending.options if pending is not None else ()
        names = [name for option in options if (name := option.name.text(language))]
        numbered = bool(options) or question != "which"
        vocabulary = VOCABULARY.get(question, OPEN) if numbered else OPEN
        self._listening.open(begun, self._ear_languages(), vocabulary, names)

    def _ear_languages(self) -> tuple[str, ...]:
        """Every ear for the first words and after a doubtful turn; then one."""
        site, own = self._parts.talk.rooms.site.languages, self.conversation.language
        live = self._listening.languages
        if self._both_ears or own not in live:
            return tuple(item for item in site if item in live)
        return (own,)

    async def _utterance_over(self) -> None:
        heard, cpu_ms = await self._listening.finish()
        if not heard:
            await self._turn(Unclear(), cpu_ms)
            return
        best = heard[0]
        if len(heard) > 1:
            surest = self._parts.talk.surest
            best = await asyncio.to_thread(surest, heard, self.conversation, self.moment())
        await self._turn(best, cpu_ms)

    def _patience(self, *, speaking: bool = False) -> EndpointSettings:
        """Patience for the next words: slow mode, a moment asked for, a yes-or-no question."""
        patience, conversation = self._parts.patience, self.conversation
        start, end = patience.start_s, patience.end_s
        if conversation.pending is not None and conversation.pending.question == "confirm":
            end = patience.end_yes_no_s
        if conversation.pace.patient:
            start, end = patience.start_patient_s, max(end, patience.end_patient_s)
        if conversation.pending is not None and conversation.pending.question == "emergency":
            start = patience.start_emergency_s
        if conversation.waiting:
            start = patience.start_waiting_s
        settings = EndpointSettings(
            start_ms=round(start * 1000),
            end_ms=round(end * 1000),
            max_ms=round(patience.max_s * 1000),
        )
        if not speaking:
            return settings
        barge_ms = round(patience.barge_in_speech_s * 1000)
        return replace(settings, start_ms=NEVER_MS, min_speech_ms=barge_ms, window_ms=2 * barge_ms)

    # -- speaking ---------------------------------------------------------------------------

    async def _while_speaking(self, decided: Heard | None) -> None:
        """Let the caller interrupt: after the first moments, and by more than a cough."""
        if decided is not None and decided.event == "speech":
            after_ms = self._parts.patience.barge_in_after_s * 1000
            if self._playback.heard_ms(self._frames) >= after_ms:
                await self._cut(keep_listening=True)
                if not self.over:
                    self._open_ears(decided)
                return
        if decided is not None:
            self._listening.wait_for_turn(self._patience(speaking=True))
        overdue = self._playback.overdue(self._frames)
        if overdue is not None:
            await self.played(overdue)

    async def _cut(self, *, keep_listening: bool = False) -> None:
        """Stop speaking now; what was to follow the prompt follows at once."""
        if self._playback.speaking:
            await self._playback.cut(self._frames, self.conversation)
        if not keep_listening:
            self._listening.wait_for_turn(self._patience())
        await self._follow_up()

    async def _turn(self, turn: Turn | Utterance, decode_cpu_ms: float = 0.0) -> None:
        """Take a turn and begin to speak the reply."""
        decided, at = time.monotonic(), self._frames
        reply = await self._take(turn)
        if self.over:
            return
        self._afterwards = reply if reply.end or reply.transfer else None
        for number, sentence in enumerate(reply.sentences):
            await self._speak(sentence)
            if number == 0:
                waited_ms = (time.monotonic() - decided) * 1000
                self._timing(at * FRAME_MS + waited_ms, decode_cpu_ms)
        if self._playback.speaking:
            self._listening.wait_for_turn(self._patience(speaking=True))
        else:
            await self._all_heard()

    async def _take(self, turn: Turn | Utterance) -> Reply:
        talk, missed = self._parts.talk, self.conversation.misses
        keys_only = not self._listening.languages
        reply = await asyncio.to_thread(
            talk.take, self.conversation, turn, self.moment(), keys_only=keys_only
        )
        self.conversation = reply.conversation
        if isinstance(turn, Utterance | Unclear):
            self._both_ears = reply.conversation.misses > missed
        return reply

    async def _speak(self, sentence: Sentence) -> None:
        pace = self.conversation.pace
        rate = max(MIN_RATE, pace.rate * SLOWER) if sentence.slower else pace.rate
        prompt = sentence.prompt if sentence.fixed else None
        try:
            audio = await self._parts.mouth.speak(
                sentence.text, sentence.language, rate, pace.gain_db, prompt=prompt
            )
        except AssistantError as error:
            log.warning("a prompt could not be spoken: %s", type(error).__name__)
            return
        await self._playback.play(audio, sentence, self._frames, rate, pace)

    async def _all_heard(self) -> None:
        self._listening.wait_for_turn(self._patience())
        await self._follow_up()

    async def _follow_up(self) -> None:
        """Hang up or put through, once what was said before has been heard."""
        reply, self._afterwards = self._afterwards, None
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

    def _timing(self, reply_started_ms: float, decode_cpu_ms: float) -> None:
        self._parts.journal.write(
            "timing",
            self.conversation,
            self.moment(),
            end_of_speech_ms=self._last_speech * FRAME_MS,
            reply_started_ms=round(reply_started_ms),
            decode_cpu_ms=round(decode_cpu_ms, 1),
        )
