"""A call or a text exchange without a carrier, on the conversation's own clock.

Behind `run.py call`, `run.py text`, the golden scenarios and the drill: the same loop, ears and
mouth as a real call, driven frame by frame as fast as the machine can.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.admission import Calls
from assistant.app import House, build_ears, build_mouth, teach
from assistant.call import VoiceCall
from assistant.channels.terminal import TerminalLine
from assistant.clock import ConversationClock
from assistant.core.ports import FRAME_MS
from assistant.speech.audio import frames, read_wav, to_ulaw

if TYPE_CHECKING:
    from assistant.speech.ears import Ears
    from assistant.speech.mouth import Mouth

QUIET = b"\xff" * 160
LONGEST_REPLY_S = 600
"A reply that still plays after ten minutes is a defect, not an answer."
HANZI_A_SECOND, WORDS_A_SECOND = 3.0, 2.2
"How fast typed words pass: an unhurried older speaker (SENIOR 1.1)."

_WORD = re.compile(r"[一-鿿]|[^\W_]+")


def speaking_seconds(text: str) -> float:
    """About how long it takes to say `text`, from its characters and words."""
    pieces = _WORD.findall(text)
    hanzi = sum("一" <= piece <= "鿿" for piece in pieces)
    words = len(pieces) - hanzi
    return float(max(0.4, hanzi / HANZI_A_SECOND + words / WORDS_A_SECOND))


@dataclass(slots=True)
class SimulatedCall:
    """One simulated call: the caller's side of the line."""

    call: VoiceCall
    line: TerminalLine
    clock: ConversationClock

    async def begin(self) -> None:
        """The line answers; returns when the greeting has been heard."""
        self.clock.running = self.call.moment
        await self.call.start()
        await self.settle()

    async def say(self, text: str) -> None:
        """Type words, as if said and perfectly heard."""
        await self.call.typed(text, speaking_seconds(text))
        await self.settle()

    async def press(self, digit: str) -> None:
        """Press one key."""
        await self.call.key(digit)
        await self.settle()

    async def play(self, path: Path) -> None:
        """Say what a WAV file holds. Raises `DataError` for a file that is none."""
        for frame in frames(to_ulaw(read_wav(path))):
            await self._pass(frame)
        await self.settle()

    async def keep_silent(self, seconds: float) -> None:
        """Say nothing for a while of the call's own time."""
        for _ in range(round(seconds * 1000 / FRAME_MS)):
            await self._pass(QUIET)
        await self.settle()

    async def hang_up(self) -> None:
        """Put the receiver down."""
        await self.call.hung_up()

    async def settle(self) -> None:
        """Let the call run until it is the caller's turn, or over."""
        for _ in range(LONGEST_REPLY_S * 1000 // FRAME_MS):
            if self.call.over or self.call.settled:
                return
            await self._pass(QUIET)

    async def _pass(self, frame: bytes) -> None:
        if self.call.over:
            return
        for mark in self.line.tick():
            await self.call.played(mark)
        await self.call.frame(frame)

    @property
    def over(self) -> bool:
        """Whether the call has ended or was put through to a person."""
        return self.call.over


class Exchange:
    """Opens simulated calls and texts over one house."""

    def __init__(self, house: House, clock: ConversationClock) -> None:
        self.house, self.clock = house, clock
        self.ears: Ears = build_ears(house.config, house.data)
        teach(self.ears, house)
        self.mouth: Mouth = build_mouth(house.config, house.library, house.data)
        self.mouth.say_as(house.inquiries.pronouncer().spoken)
        self._calls = Calls(house, self.ears, self.mouth)

    async def start(self) -> None:
        """Load ears and mouth."""
        await asyncio.gather(self.mouth.start(), self.ears.start())

    async def stop(self) -> None:
        """Let go of them."""
        await self.mouth.stop()
        await self.ears.stop()

    def ring(self, contact: str, language: str | None = None) -> SimulatedCall:
        """A new call from `contact`; `begin` answers it."""
        now, line = self.clock.now(), TerminalLine()
        conversation = self.house.talk.begin("voice", contact, now, language=language)
        call = VoiceCall(line, self._calls.parts, conversation)
        return SimulatedCall(call, line, self.clock)


@asynccontextmanager
async def exchange(house: House, clock: ConversationClock) -> AsyncIterator[Exchange]:
    """An exchange with its worker processes, ended at the end of the block."""
    made = Exchange(house, clock)
    try:
        await made.start()
        yield made
    finally:
        await made.stop()
