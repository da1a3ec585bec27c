"""The other end of a line, message by message: SIP and RTP as text and bytes, by hand.

It repeats nothing and acknowledges nothing by itself, so that a test says what is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from tests.sip.office import HOST

Address = tuple[str, int]
_count = itertools.count(1)


class Datagrams(asyncio.DatagramProtocol):
    """A socket that keeps what comes."""

    def __init__(self) -> None:
        self.came: asyncio.Queue[tuple[bytes, Address]] = asyncio.Queue()
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket."""
        self.transport = transport  # type: ignore[assignment]  # always a datagram transport

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Keep it."""
        self.came.put_nowait((data, addr))


@dataclass
class Message:
    """One message that came."""

    text: str
    source: Address

    @property
    def first(self) -> str:
        """Its first line."""
        return self.text.partition("\r\n")[0]

    @property
    def status(self) -> int:
        """Of a response; 0 for a request."""
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        """Of a request, or of what a response answers."""
        return self.header("CSeq").split()[1]

    def header(self, name: str) -> str:
        """The first header of that name; empty where there is none."""
        found = re.search(rf"^{name}:\s*(.*?)\r?$", self.text, re.IGNORECASE | re.MULTILINE)
        return found.group(1) if found else ""

    @property
    def body(self) -> str:
        """What follows the headers."""
        return self.text.partition("\r\n\r\n")[2]

    @property
    def sound_port(self) -> int:
        """The port in its description."""
        found = re.search(r"^m=audio (\d+)", self.body, re.MULTILINE)
        assert found is not None
        return int(found.group(1))


@dataclass
class Peer:
    """An exchange by hand."""

    sip: Datagrams
    rtp: Datagrams
    line: Address
    host: str = HOST
    packets: int = 0
    seen: list[Message] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Of its SIP socket."""
        assert self.sip.transport is not None
        return int(self.sip.transport.get_extra_info("sockname")[1])

    @property
    def sound(self) -> int:
        """Of its RTP socket."""
        assert self.rtp.transport is not None
        return int(self.rtp.transport.get_extra_info("sockname")[1])

    def send(self, text: str | bytes) -> None:
        """One datagram to the line."""
        assert self.sip.transport is not None
        data = text if isinstance(text, bytes) else text.replace("\n", "\r\n").encode()
        self.sip.transport.sendto(data, self.line)

    async def next(self, within_s: float = 3.0) -> Message:
        """The next message, whatever it is."""
        async with asyncio.timeout(within_s):
            data, source = await self.sip.came.get()
        message = Message(data.decode("utf-8", "replace"), source)
        self.seen.append(message)
        return message

    async def final(self, within_s: float = 3.0) -> Message:
        """The next final response."""
        while True:
            message = await self.next(within_s)
            if message.status >= 200:
                return message

    async def request(self, method: str, within_s: float = 3.0) -> Message:
        """The next request of that method."""
        while True:
            message = await self.next(within_s)
            if message.status == 0 and message.method == method:
                return message

    async def silence(self, seconds: float = 0.3) -> list[Message]:
        """What comes in so many seconds; empty is silence."""
        found: list[Message] = []
        with contextlib.suppress(TimeoutError):
            while True:
                found.append(await self.next(seconds))
        return found

    # -- calls ------------------------------------------------------------------------------

    def call(self, **changed: Any) -> Call:  # noqa: ANN401 - any field of a call
        """A call that is not made yet."""
        number = next(_count)
        return Call(self, f"c{number}@raw", f"from{number}", **changed)

    def answer(self, request: Message, status: str, extra: str = "", body: str = "") -> None:
        """Answer a request of the line's."""
        to = request.header("To")
        if "tag=" not in to:
            to += ";tag=peer"
        kind = "Content-Type: application/sdp\n" if body else ""
        body = body.replace("\n", "\r\n")
        self.send(
            f"SIP/2.0 {status}\nVia: {request.header('Via')}\nFrom: {request.header('From')}\n"
            f"To: {to}\nCall-ID: {request.header('Call-ID')}\nCSeq: {request.header('CSeq')}\n"
            f"Contact: <sip:peer@{self.host}:{self.port}>\n{extra}{kind}"
            f"Content-Length: {len(body)}\n\n" + body
        )

    # -- sound ------------------------------------------------------------------------------

    def packet(
        self, to: int, payload: bytes, *, time: int, kind: int = 0, number: int | None = None
    ) -> None:
        """One packet of sound."""
        self.packets += 1
        number = self.packets if number is None else number
        header = struct.pack("!BBHII", 0x80, kind, number & 0xFFFF, time & 0xFFFFFFFF, 7)
        assert self.rtp.transport is not None
        self.rtp.transport.sendto(header + payload, (HOST, to))

    def press(self, to: int, event: int, *, time: int, ends: int = 3) -> None:
        """One key as RFC 4733 sends it: four packets that grow, and the end, three times."""
        for duration in (160, 320, 480, 640):
            self.packet(to, struct.pack("!BBH", event, 10, duration), time=time, kind=101)
        for _ in range(ends):
            self.packet(to, struct.pack("!BBH", event, 0x80 | 10, 800), time=time, kind=101)

    def heard(self) -> list[tuple[int, int, bytes]]:
        """Payload type, timestamp and payload of the packets that have come."""
        found = []
        while not self.rtp.came.empty():
            data, _ = self.rtp.came.get_nowait()
            found.append((data[1] & 0x7F, struct.unpack("!I", data[4:8])[0], data[12:]))
        return found


@dataclass
class Call:
    """One call by hand."""

    peer: Peer
    call_id: str
    tag: str
    caller: str = "<sip:+8613800000001@example.org>"
    extra: str = ""
    codecs: str = "0 8 101"
    more: str = "a=rtpmap:101 telephone-event/8000\n"
    direction: str = "sendrecv"
    sound_host: str = HOST
    offers: bool = True
    to: str = "<sip:line@example.org>"
    number: int = 1
    branch: str = ""
    there: int = 0
    "The line's port of sound."

    def sdp(self, direction: str = "") -> str:
        """What it offers."""
        return (
            f"v=0\no=- 1 1 IN IP4 {HOST}\ns=-\nc=IN IP4 {self.sound_host}\nt=0 0\n"
            f"m=audio {self.peer.sound} RTP/AVP {self.codecs}\n{self.more}"
            f"a={direction or self.direction}\n"
        )

    def text(self, method: str, *, body: str = "", extra: str = "", branch: str = "") -> str:
        """A request; INVITE, ACK and CANCEL of one number have one branch."""
        self.branch = branch or f"z9hG4bK{self.call_id[:-4]}-{self.number}"
        new = branch or (self.branch if method in {"INVITE", "CANCEL"} else self.branch + method)
        wire = body.replace("\n", "\r\n")
        kind = "" if "Content-Type" in extra or not body else "Content-Type: application/sdp\n"
        return (
            f"{method} sip:line@{HOST} SIP/2.0\n"
            f"Via: SIP/2.0/UDP {self.peer.host}:{self.peer.port};branch={new};rport\n"
            f"From: {self.caller};tag={self.tag}\nTo: {self.to}\nCall-ID: {self.call_id}\n"
            f"CSeq: {self.number} {method}\nMax-Forwards: 70\n"
            f"Contact: <sip:caller@{self.peer.host}:{self.peer.port}>\n{self.extra}{extra}{kind}"
            f"Content-Length: {len(wire.encode())}\n\n{body}"
        )

    def send(self, method: str, *, body: str = "", extra: str = "") -> None:
        """Send one."""
        if method not in {"INVITE", "ACK", "CANCEL"}:
            self.number += 1
        self.peer.send(self.text(method, body=body, extra=extra))

    def invite(self, direction: str = "") -> None:
        """Offer the call, or offer its sound anew."""
        self.peer.send(self.text("INVITE", body=self.sdp(direction) if self.offers else ""))

    async def establish(self, body: str = "") -> Message:
        """Offer it, wait for the answer and acknowledge it; the answer."""
        self.invite()
        answer = await self.peer.final()
        assert answer.status == 200, answer.text
        self.to = answer.header("To")
        self.there = answer.sound_port
        self.send("ACK", body=body)
        return answer

    async def bye(self) -> Message:
        """Hang up; what the line says."""
        self.send("BYE")
        return await self.peer.final()


@contextlib.asynccontextmanager
async def peer(line: Address, host: str = HOST) -> AsyncIterator[Peer]:
    """An exchange that the line at this address may ring with."""
    loop = asyncio.get_running_loop()
    opened = []
    for _ in range(2):
        transport, protocol = await loop.create_datagram_endpoint(Datagrams, local_addr=(host, 0))
        opened.append((transport, protocol))
    try:
        yield Peer(opened[0][1], opened[1][1], line, host)
    finally:
        for transport, _ in opened:
            transport.close()
