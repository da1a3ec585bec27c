"""The sound of one call: RTP on a socket of its own, 20 ms at a time, by the line's clock.

Packets are taken only from the host that the other side named for its sound, or from the exchange
itself; to whichever port of it they come from, ours go. Nothing is sent before `connect`.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import struct
from collections.abc import Iterator
from typing import Protocol, cast

from aiortp import RtpPacket

from assistant.channels.paced.g711 import SILENCE, Concealer, from_ulaw, to_ulaw
from assistant.channels.paced.playout import Playout
from assistant.channels.sip.jitter import Jitter
from assistant.channels.sip.keys import Keys
from assistant.channels.sip.sdp import Media
from assistant.channels.sip.settings import Address
from assistant.core.errors import CarrierError
from assistant.core.ports import FRAME_MS

log = logging.getLogger(__name__)

QUIET_FRAMES = 60 * 1000 // FRAME_MS
"""Frames without a packet, one minute, after which nobody is there any more. Adapters that send
nothing in silence still send something within seconds."""
HEADER = struct.Struct("!BBHII")
VERSION_2 = 0x80
MARKER = 0x80


class Ear(Protocol):
    """Who hears what a call brings; called on the loop, and never to wait."""

    def frame(self, ulaw: bytes) -> None:
        """The next 20 ms."""
        ...

    def key(self, digit: str) -> None:
        """A key."""
        ...

    def played(self, mark: str) -> None:
        """What was queued up to this mark was sent, or dropped."""
        ...

    def gone(self) -> None:
        """Nobody is there any more."""
        ...


class Ports:
    """The even ports of a line, from the first to the last, in turn."""

    def __init__(self, first: int, last: int) -> None:
        self._first, self._last, self._next = first, last, first

    def each(self) -> Iterator[int]:
        """Every one once, after the one that was used last."""
        for _ in range((self._last - self._first) // 2 + 1):
            port = self._next
            self._next = self._first if port + 2 > self._last else port + 2
            yield port


class Leg(asyncio.DatagramProtocol):
    """One call's sound, both ways."""

    def __init__(self, exchange: str, ear: Ear) -> None:
        self.playout, self.keys = Playout(), Keys()
        self.ear = ear
        self.port = 0
        self._exchange = exchange
        self._transport: asyncio.DatagramTransport | None = None
        self._jitter, self._concealer = Jitter(), Concealer()
        self._media: Media | None = None
        self._to: Address | None = None
        self._source = 0
        self._quiet = 0
        self._unsent = b""
        self._number, self._time = secrets.randbits(16), secrets.randbits(32)
        self._stream, self._first = secrets.randbits(32), True

    @classmethod
    async def open(cls, host: str, ports: Iterator[int], exchange: str, ear: Ear) -> Leg:
        """Bind the first of `ports` that is free. Raises `CarrierError` when none is."""
        loop = asyncio.get_running_loop()
        for port in ports:
            try:
                transport, leg = await loop.create_datagram_endpoint(
                    lambda: cls(exchange, ear), local_addr=(host, port)
                )
            except OSError:
                continue
            leg.port = transport.get_extra_info("sockname")[1]
            return leg
        raise CarrierError("no port is free for the sound of a call; widen lines.*.rtp_ports")

    def connect(self, media: Media) -> None:
        """Send there from now on, and hear what comes from there."""
        moved = self._media is None or self._media.address != media.address
        self._media = media
        self._quiet = 0
        if moved:
            self._to = media.address

    @property
    def held(self) -> bool:
        """Whether the caller is on hold: the time of her call stands still."""
        return self._media is None or self._media.held

    # -- in ---------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """One packet; what is no RTP, or from elsewhere, is let pass."""
        media = self._media
        if media is None or addr[0] not in {media.address[0], self._exchange}:
            return
        try:
            packet = RtpPacket.parse(data)
        except (ValueError, IndexError, struct.error):
            return
        self._quiet = 0
        if packet.payload_type == media.codec:
            self._take(packet, media, (addr[0], addr[1]))
        elif packet.payload_type == media.events:
            digit = self.keys.event(packet.timestamp, packet.payload)
            if digit is not None:
                self.ear.key(digit)

    def _take(self, packet: RtpPacket, media: Media, source: Address) -> None:
        self._to = source
        if packet.ssrc != self._source:
            self._source, self._jitter = packet.ssrc, Jitter()
        self._jitter.put(packet.timestamp, to_ulaw(packet.payload, media.codec))

    # -- both, every 20 ms ------------------------------------------------------------------

    def tick(self) -> None:
        """Send what is due, hand over what was heard, and the marks that have come back."""
        media = self._media
        if media is None:
            return
        if not media.held:
            self._send(self.playout.frame() or SILENCE, media)
            self._hear()
        for mark in self.playout.returned():
            self.ear.played(mark)
        self._quiet += 1
        if self._quiet == QUIET_FRAMES and not media.held:
            self.ear.gone()

    def _hear(self) -> None:
        heard = self._jitter.take()
        if heard is None:
            self.ear.frame(self._concealer.missing())
        else:
            self._concealer.heard(heard)
            self.ear.frame(heard)

    def _send(self, ulaw: bytes, media: Media) -> None:
        """A packet once it is full: with 30 ms every second or third time only."""
        self._unsent += ulaw
        size = media.ptime_ms * 8
        while len(self._unsent) >= size:
            payload, self._unsent = self._unsent[:size], self._unsent[size:]
            self._packet(from_ulaw(payload, media.codec), media.codec)

    def _packet(self, payload: bytes, codec: int) -> None:
        kind = codec | (MARKER if self._first else 0)
        self._first = False
        header = HEADER.pack(VERSION_2, kind, self._number, self._time, self._stream)
        self._number = (self._number + 1) & 0xFFFF
        self._time = (self._time + len(payload)) & 0xFFFFFFFF
        if self._transport is not None and self._to is not None:
            self._transport.sendto(header + payload, self._to)

    def error_received(self, exc: Exception) -> None:
        """Nobody listens there now; somebody may again."""
        log.debug("sound did not arrive: %s", type(exc).__name__)

    def close(self) -> None:
        """Send and hear nothing more; what was queued is given up."""
        self._media = None
        if self._transport is not None:
            self._transport.close()
