"""The one UDP socket on which a line speaks SIP, bound to the configured address and no other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import cast

from aiosipua import SipMessage, SipRequest, SipResponse
from prometheus_client import Counter

from assistant.channels.sip.settings import Address
from assistant.core.errors import CarrierError

log = logging.getLogger(__name__)

for _loud in ("aiosipua", "aiortp"):
    logging.getLogger(_loud).setLevel(logging.CRITICAL)
"They log addresses and first lines of messages, and numbers stand in both."

malformed = Counter("assistant_sip_malformed", "Datagrams on a SIP socket that were no SIP.")
LARGEST = 16_384
"Bytes; a long INVITE with its description takes 2,000."

Hear = Callable[[SipRequest | SipResponse, Address], None]


class Wire(asyncio.DatagramProtocol):
    """Messages in and out."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._transport: asyncio.DatagramTransport | None = None
        self.address: Address = ("", 0)

    @classmethod
    async def open(cls, address: Address, hear: Hear) -> Wire:
        """Bind; port 0 takes any that is free. Raises `CarrierError`."""
        loop = asyncio.get_running_loop()
        try:
            transport, wire = await loop.create_datagram_endpoint(
                lambda: cls(hear), local_addr=address
            )
        except (OSError, UnicodeError) as error:
            raise CarrierError(
                f"the line's address and port cannot be used ({type(error).__name__}); is it this"
                " machine's, and does no other program hold it?"
            ) from error
        host, port = transport.get_extra_info("sockname")[:2]
        wire.address = (host, port)
        return wire

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket; what loops hand in is a datagram transport by another class, too."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """One datagram is one message; blank ones keep a network's door open."""
        if not data.strip():
            return
        if len(data) > LARGEST or b"SIP/2.0" not in data.partition(b"\n")[0]:
            malformed.inc()
            return
        try:
            message = SipMessage.parse(data)
            self._hear(message, (addr[0], addr[1]))
        except Exception as error:  # noqa: BLE001 - the edge: anything can be sent to a socket
            malformed.inc()
            log.debug("a datagram was of no use: %s", type(error).__name__)

    def error_received(self, exc: Exception) -> None:
        """Nobody listens where we sent something; the transaction finds out by itself."""
        log.debug("a message did not arrive: %s", type(exc).__name__)

    def send(self, message: SipRequest | SipResponse, to: Address) -> None:
        """Send one message; after `close` nothing is sent."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(bytes(message), to)

    def close(self) -> None:
        """Let go of the socket."""
        if self._transport is not None:
            self._transport.close()
