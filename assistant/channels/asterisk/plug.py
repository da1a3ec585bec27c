"""A call's sound over AudioSocket: a TCP connection that Asterisk makes, paced by our own clock."""

from __future__ import annotations

import asyncio
import logging
import socket
import uuid
from typing import TYPE_CHECKING, Final, cast

from assistant.channels.asterisk import frames
from assistant.channels.asterisk.sound import SLIN, Cutter
from assistant.channels.asterisk.talk import Talk, came, malformed, strangers
from assistant.channels.paced.g711 import SILENCE
from assistant.channels.paced.playout import Playout

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.channels.asterisk.talk import Parts

log = logging.getLogger(__name__)

START_WITHIN_S = 5.0
"Asterisk sends its identifier as soon as it is connected."
DEAD_AFTER_MS: Final = 20_000
"Sound that nobody has acknowledged for so long is going nowhere."
STUCK_BYTES: Final = 64_000
"Of unsent sound, four seconds."
MAX_MALFORMED = 50
KEYS = frozenset("0123456789*#")


class Plug(asyncio.Protocol):
    """One connection, and the call behind it (`talk.Media`)."""

    def __init__(self, parts: Parts, keep: Callable[[asyncio.Task[None]], None]) -> None:
        self._parts, self._keep = parts, keep
        self.queue = Playout()
        self._reader, self._cutter = frames.Reader(), Cutter(SLIN)
        self._transport: asyncio.Transport | None = None
        self._host = ""
        self._talk: Talk | None = None
        self._late: asyncio.TimerHandle | None = None
        self._malformed = 0

    # -- the connection -----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Only the Asterisk's, and our own check's, are heard."""
        self._transport = cast("asyncio.Transport", transport)
        self._host = str(transport.get_extra_info("peername")[0])
        settings = self._parts.settings
        if not settings.knows(self._host) and self._host != settings.address:
            strangers.inc()
            self._transport.abort()
            return
        _watch(transport.get_extra_info("socket"))
        self._late = asyncio.get_running_loop().call_later(START_WITHIN_S, self._refuse)

    def data_received(self, data: bytes) -> None:
        """Messages, whole or in parts."""
        for message in self._reader.feed(data):
            if self._transport is None or self._transport.is_closing():
                return
            if self._talk is None:
                self._begin(message)
            else:
                self._hear(message, self._talk)

    def connection_lost(self, exc: Exception | None) -> None:
        """She has hung up, or the network is gone."""
        del exc
        self._transport = None
        self._in_time()
        if self._talk is not None:
            self._talk.inbox.gone()

    def _begin(self, message: frames.Message) -> None:
        """The first message is the ticket; any other, or one that is not good, ends it."""
        self._in_time()
        good = message.kind == frames.IDENTIFIER and len(message.payload) == frames.UUID_BYTES
        identifier = str(uuid.UUID(bytes=message.payload)) if good else ""
        ticket = self._parts.tickets.offered(identifier)
        if ticket is None or not (
            self._parts.settings.knows(self._host) or ticket.host == self._host
        ):
            self._refuse()
            return
        self._parts.tickets.take(ticket)
        self._talk = Talk(self._parts, ticket, self)
        self._keep(asyncio.get_running_loop().create_task(self._talk.run()))

    def _refuse(self) -> None:
        strangers.inc()
        log.warning("a connection without a ticket was refused")
        self.end()

    def _in_time(self) -> None:
        if self._late is not None:
            self._late.cancel()

    # -- in -----------------------------------------------------------------------------------

    def _hear(self, message: frames.Message, talk: Talk) -> None:
        match message.kind:
            case frames.AUDIO:
                for frame in self._cutter.cut(message.payload):
                    talk.frame(frame)
            case frames.KEY:
                digit = message.payload.decode("latin-1")
                if digit in KEYS:
                    talk.inbox.key(digit)
            case frames.HANG_UP:
                talk.inbox.gone()
            case frames.ERROR:
                log.warning("Asterisk has trouble with a call and gives it up")
                talk.inbox.gone()
            case kind if kind in frames.OTHER_AUDIO:
                log.error("a call has sound that is not spoken here; dial it with c(slin)")
                came.labels(self._parts.settings.kind, "no_sound").inc()
                talk.inbox.gone()
            case _:
                self._strange(talk)

    def _strange(self, talk: Talk) -> None:
        malformed.inc()
        self._malformed += 1
        if self._malformed > MAX_MALFORMED:
            talk.inbox.gone()

    # -- out ----------------------------------------------------------------------------------

    def tick(self) -> None:
        """20 ms of what is to be said, or of silence: some Asterisks give up without any."""
        if self._transport is None or self._transport.is_closing():
            return
        frame = self.queue.frame() or SILENCE
        self._transport.write(frames.message(frames.AUDIO, SLIN.from_ulaw(frame)))
        if self._transport.get_write_buffer_size() > STUCK_BYTES and self._talk is not None:
            log.error("an Asterisk takes nothing of a call any more; the call is ended")
            self._transport.abort()

    def end(self) -> None:
        """Hang up and close."""
        self._in_time()
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(frames.message(frames.HANG_UP))
            self._transport.close()


def _watch(wire: socket.socket) -> None:
    """Each frame goes at once, and a connection whose other end vanished does not last."""
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    user_timeout = getattr(socket, "TCP_USER_TIMEOUT", None)
    if user_timeout is not None:
        wire.setsockopt(socket.IPPROTO_TCP, user_timeout, DEAD_AFTER_MS)
