"""The keys menu over a line that has no carrier's menu behind it: `KeysDesk`, spoken by ourselves.

It takes the place that TwiML has with Twilio. A call comes here when its conversation failed, or
could not speak; what it left unsaid is said first. A sentence that no voice can speak is left out;
where nothing could be spoken for several steps the caller is let go, and the exchange's own way for
a line that does not answer is next.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from assistant.core.errors import AssistantError, CarrierError
from assistant.core.ports import FRAME_MS, KeysDesk, Line, MenuReply, Spoken

log = logging.getLogger(__name__)

WAIT_FRAMES: Final = 10 * 1000 // FRAME_MS
"Frames to wait for a key, ten seconds, as Twilio's menu waits."
MAX_STEPS: Final = 60
MUTE_STEPS: Final = 3
"Steps in a row of which nothing could be spoken."

Speak = Callable[[str, str], Awaitable[bytes]]
"A sentence and its language, as mu-law. Raises `AssistantError`."


class MenuCall:
    """A `Call` that goes by keys alone."""

    def __init__(
        self, line: Line, desk: KeysDesk, speak: Speak, identifier: str, contact: str
    ) -> None:
        self._line, self._desk, self._speak = line, desk, speak
        self._identifier, self._contact = identifier, contact
        self.over = False
        self._steps = self._mute = self._marks = 0
        self._waited: int | None = None
        self._then: MenuReply | None = None

    async def start(self) -> None:
        """Say what was left unsaid, or the menu."""
        await self._step(None, first=True)

    async def frame(self, ulaw: bytes) -> None:
        """Count the silence in which no key comes."""
        del ulaw
        if self.over or self._waited is None:
            return
        self._waited += 1
        if self._waited >= WAIT_FRAMES:
            await self._step(None)

    async def key(self, digit: str) -> None:
        """A key, at any time; what is being said is cut."""
        if self.over or self._then is not None:
            return
        await self._line.clear()
        await self._step(digit)

    async def played(self, mark: str) -> None:
        """What was said has been heard: wait for a key, or do what follows."""
        if self.over or mark != f"m{self._marks}":
            return
        self._waited = 0
        reply, self._then = self._then, None
        if reply is not None:
            await self._follow(reply)

    async def hung_up(self) -> None:
        """The caller has gone; a conversation left open is taken up when she rings again."""
        self.over = True

    async def _step(self, digit: str | None, *, first: bool = False) -> None:
        self._waited = None
        self._steps += 1
        reply = await asyncio.to_thread(
            self._desk.menu, self._identifier, self._contact, digit, first=first
        )
        ends = reply.end or reply.transfer is not None or self._steps > MAX_STEPS
        self._then = reply if ends else None
        audio = b"".join([await self._spoken(sentence) for sentence in reply.sentences])
        self._mute = 0 if audio or not reply.sentences else self._mute + 1
        if self._mute >= MUTE_STEPS:
            self._then = reply
        self._marks += 1
        await self._line.play(audio, f"m{self._marks}")

    async def _spoken(self, sentence: Spoken) -> bytes:
        try:
            return await self._speak(sentence.text, sentence.language)
        except AssistantError as error:
            log.warning("a sentence of the menu could not be spoken: %s", type(error).__name__)
            return b""

    async def _follow(self, reply: MenuReply) -> None:
        if reply.transfer is not None:
            try:
                await self._line.transfer(reply.transfer)
            except CarrierError:
                log.warning("a transfer from the keys menu was refused")
                await self._step("#")
                return
        else:
            await self._line.hang_up()
        self.over = True
