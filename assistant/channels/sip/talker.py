"""Somebody we have rung: what is said to them, and the key they press. Times are counted frames."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Final

from aiortp.codecs.g711 import PcmuCodec

from assistant.channels.paced.pump import Gone, Inbox, Key, Mark
from assistant.core.errors import AssistantError
from assistant.core.ports import FRAME_MS, SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.channels.paced.menu import Speak
    from assistant.channels.sip.outbound import OutgoingCall
    from assistant.core.ports import Spoken

log = logging.getLogger(__name__)

RINGING_HERTZ, RINGING_S, PAUSE_S = 450, 1, 4
"What is heard in China while the other telephone rings."


class Talker:
    """One of them."""

    def __init__(self, call: OutgoingCall, inbox: Inbox, speak: Speak) -> None:
        self.call, self.inbox = call, inbox
        self._speak = speak
        self._marks = 0

    def is_there(self) -> bool:
        """Whether they are still on the line."""
        return not self.call.over

    async def say(self, sentences: Sequence[Spoken]) -> str:
        """Say it all, and wait until it has been heard; a key cuts it and is returned."""
        audio = b"".join([await self._spoken(sentence) for sentence in sentences])
        leg = self.call.leg
        if not self.is_there() or leg is None or not audio:
            return ""
        self._marks += 1
        leg.playout.play(audio, f"s{self._marks}")
        while self.is_there():
            match await self.inbox.next():
                case Key(digit):
                    leg.playout.clear()
                    return digit
                case Mark(name) if name == f"s{self._marks}":
                    return ""
                case Gone():
                    return ""
        return ""

    async def key(self, seconds: float) -> str:
        """The next key; empty when none came in time."""
        left = round(seconds * 1000 / FRAME_MS)
        while left > 0 and self.is_there():
            match await self.inbox.next():
                case Key(digit):
                    return digit
                case bytes():
                    left -= 1
                case Gone():
                    return ""
        return ""

    async def _spoken(self, sentence: Spoken) -> bytes:
        try:
            return await self._speak(sentence.text, sentence.language)
        except AssistantError as error:
            log.warning("a sentence of a ring could not be spoken: %s", type(error).__name__)
            return b""


def _ringing() -> bytes:
    """One ring and its pause, as it is heard by who waits; mu-law."""
    samples = bytearray()
    for at in range(RINGING_S * SAMPLE_RATE):
        value = round(3000 * math.sin(2 * math.pi * RINGING_HERTZ * at / SAMPLE_RATE))
        samples += value.to_bytes(2, "little", signed=True)
    return PcmuCodec().encode(bytes(samples) + bytes(2 * PAUSE_S * SAMPLE_RATE))


RINGING: Final = _ringing()
