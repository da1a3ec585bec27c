"""A small exchange for tests: hands messages between a line and telephones, by the number dialled.

It changes nothing in them. Answers of telephones come to its port (they are asked for by `rport`)
and go on to the line; what telephones begin themselves goes to the line's own address.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator

from tests.sip.office import HOST

Address = tuple[str, int]


class Exchange(asyncio.DatagramProtocol):
    """Numbers, and where they ring."""

    def __init__(self) -> None:
        self.numbers: dict[str, Address] = {}
        self.line: Address = (HOST, 0)
        self.invited: list[str] = []
        self._by_call: dict[str, Address] = {}
        self._transport: asyncio.DatagramTransport | None = None

    @property
    def address(self) -> Address:
        """Where it listens."""
        assert self._transport is not None
        host, port = self._transport.get_extra_info("sockname")[:2]
        return (host, port)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket."""
        self._transport = transport  # type: ignore[assignment]  # always a datagram transport

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Hand it on; a number that nobody has is told so."""
        assert self._transport is not None
        text = data.decode("utf-8", "replace")
        if addr != self.line:
            self._transport.sendto(data, self.line)
            return
        found = re.search(r"^Call-ID:\s*(\S+)", text, re.MULTILINE | re.IGNORECASE)
        name = found.group(1) if found else ""
        dialled = re.match(r"INVITE sip:([^@]+)@", text)
        if dialled and name not in self._by_call:
            self.invited.append(dialled.group(1))
            self._by_call[name] = self.numbers.get(dialled.group(1), ("", 0))
        to = self._by_call.get(name, ("", 0))
        if to[1]:
            self._transport.sendto(data, to)
        elif dialled:
            self._transport.sendto(_not_found(text).encode(), self.line)


def _not_found(invite: str) -> str:
    kept = [
        line
        for line in invite.split("\r\n")
        if line.split(":")[0].lower() in {"via", "from", "to", "call-id", "cseq"}
    ]
    kept = [line + ";tag=x" if line.lower().startswith("to:") else line for line in kept]
    return "\r\n".join(["SIP/2.0 404 Not Found", *kept, "Content-Length: 0", "", ""])


@contextlib.asynccontextmanager
async def exchange() -> AsyncIterator[Exchange]:
    """One that runs."""
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(Exchange, local_addr=(HOST, 0))
    try:
        yield protocol
    finally:
        transport.close()
