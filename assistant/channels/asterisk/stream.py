"""A call's sound over chan_websocket, once either side has connected."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from typing import TYPE_CHECKING

from websockets.exceptions import ConnectionClosed

from assistant.channels.asterisk import control
from assistant.channels.asterisk.buffered import Buffered
from assistant.channels.asterisk.sound import Cutter, Sound, sound_of
from assistant.channels.asterisk.talk import Talk, came, malformed

if TYPE_CHECKING:
    from websockets.asyncio.connection import Connection

    from assistant.channels.asterisk.talk import Parts
    from assistant.channels.asterisk.tickets import Ticket

log = logging.getLogger(__name__)

START_WITHIN_S = 5.0
"Asterisk says MEDIA_START as soon as it is connected."
CLOSE_WITHIN_S = 2.0
MOST_WAITING = 400
"Messages to an Asterisk that takes none any more: five seconds of sound have a dozen."
MAX_MALFORMED = 50
LONGEST_MESSAGE = 65_536
"Bytes; 20 ms have 320 at the most."


async def talk_over(socket: Connection, ticket: Ticket, parts: Parts) -> None:
    """The call, from MEDIA_START to its end; the ticket is taken already."""
    try:
        begins = await _begins(socket)
        sound = sound_of(begins.format, begins.frame_bytes) if begins is not None else None
        if begins is None or sound is None:
            came.labels(parts.settings.kind, "no_sound").inc()
            log.error("a call has no sound that is spoken here; dial it with c(ulaw), without p")
            return
        media = SocketMedia(socket, begins.style, sound)
        talk = Talk(parts, ticket, media)
        work = [asyncio.ensure_future(media.read(talk)), asyncio.ensure_future(media.write())]
        try:
            await talk.run()
            await asyncio.wait(work[1:], timeout=CLOSE_WITHIN_S)
        finally:
            for task in work:
                task.cancel()
    finally:
        parts.tickets.over(ticket)
        await socket.close()


async def _begins(socket: Connection) -> control.Begins | None:
    try:
        async with asyncio.timeout(START_WITHIN_S):
            message = await socket.recv()
        event = control.read(message) if isinstance(message, str) else None
    except (TimeoutError, ConnectionClosed, control.Malformed):
        return None
    return event if isinstance(event, control.Begins) else None


class SocketMedia:
    """The connection as its call knows it (`talk.Media`)."""

    def __init__(self, socket: Connection, style: control.Style, sound: Sound) -> None:
        self._socket, self._style = socket, style
        self._cutter = Cutter(sound)
        self.queue = Buffered(self._put, style, sound)
        self._waiting: deque[str | bytes] = deque()
        self._news = asyncio.Event()
        self._ended = False
        self._malformed = 0

    def tick(self) -> None:
        """As `Media.tick`."""
        self.queue.tick()

    def end(self) -> None:
        """As `Media.end`: what was not handed over by now is not said."""
        if not self._ended:
            self._ended = True
            self._waiting.clear()
            self._waiting.append(control.write(self._style, "HANGUP"))
            self._news.set()

    def _put(self, message: str | bytes) -> None:
        if not self._ended:
            self._waiting.append(message)
            self._news.set()
            if len(self._waiting) > MOST_WAITING:
                log.error("an Asterisk takes nothing of a call any more; the call is ended")
                self.end()

    async def write(self) -> None:
        """Send what is put in, until the call has ended and Asterisk was told so."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self._news.wait()
                self._news.clear()
                while self._waiting:
                    await self._socket.send(self._waiting.popleft())
                if self._ended:
                    return

    async def read(self, talk: Talk) -> None:
        """Hand over what Asterisk says, until it has closed."""
        try:
            async for message in self._socket:
                if isinstance(message, bytes):
                    for frame in self._cutter.cut(message):
                        talk.frame(frame)
                elif not self._told(message, talk):
                    break
        finally:
            talk.inbox.gone()

    def _told(self, text: str, talk: Talk) -> bool:
        """Do what a control message says; false once too many were none."""
        try:
            event = control.read(text)
        except control.Malformed as error:
            malformed.inc()
            log.debug("a message was not understood: %s", error)
            self._malformed += 1
            return self._malformed <= MAX_MALFORMED
        match event:
            case control.Pressed(digit):
                talk.inbox.key(digit)
            case control.Said(id=name):
                self.queue.said(name)
            case control.Flow(room=room):
                self.queue.flow(room=room)
            case control.Refused():
                log.warning("Asterisk did not do what it was told in a call")
        return True
