"""An Asterisk, from its documentation: a dialplan that asks, and channels that bring sound.

`Dialplan.ring` does what the recipe in docs/lines.md has an Asterisk do for one caller, by any of
the three ways in which her sound may come.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from assistant.channels.asterisk.agent import AsteriskLine
from assistant.channels.asterisk.door import basic
from assistant.channels.asterisk.settings import AsteriskSettings
from assistant.channels.paced.house import Inside
from assistant.channels.paced.ticker import Ticker
from tests.asterisk.queue import MediaQueue
from tests.sip.office import HOST, FakeHouse

if TYPE_CHECKING:
    from websockets.asyncio.connection import Connection

Way = Literal["to us", "to it", "audiosocket"]
WAYS: tuple[Way, ...] = ("to us", "to it", "audiosocket")
PASSWORD = "a long password"
MEDIA = [Subprotocol("media")]
SILENCE = b"\xff" * 160


def settings_for(**changed: Any) -> AsteriskSettings:  # noqa: ANN401 - any setting
    """Those of a line on loopback."""
    given: dict[str, Any] = {
        "name": "office",
        "kind": "asterisk",
        "address": HOST,
        "port": 0,
        "peer": HOST,
        "password": PASSWORD,
        "calls": 5,
        "country": "CN",
        "secret": b"of this installation",
    }
    return AsteriskSettings(**{**given, **changed})


@dataclass
class Channel:
    """Her sound: what she heard, frame by frame, and what she says and presses."""

    heard: list[bytes] = field(default_factory=list)
    says: list[bytes] = field(default_factory=list)
    keys: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    leaves: asyncio.Event = field(default_factory=asyncio.Event)
    graceful: bool = False
    "Whether it was ended by a message, and not by the connection alone."
    queue: MediaQueue = field(default_factory=MediaQueue)

    @property
    def sound(self) -> bytes:
        """What she heard, in one piece."""
        return b"".join(self.heard)

    async def over_socket(self, socket: Connection, codec: str = "ulaw") -> None:
        """As chan_websocket runs a channel."""
        reading = asyncio.ensure_future(self._read(socket))
        try:
            await socket.send(self.queue.start(codec))
            await self._tick(socket)
        finally:
            reading.cancel()
            await socket.close()
            self.over.set()

    async def _read(self, socket: Connection) -> None:
        async for message in socket:
            if isinstance(message, bytes):
                self.queue.binary(message)
            else:
                self.queue.command(message)
        self.queue.hung_up = True

    async def _tick(self, socket: Connection) -> None:
        says = iter(self.says)
        while not self.queue.hung_up and not self.leaves.is_set():
            self.heard.append(self.queue.read() or SILENCE)
            told, self.queue.told = self.queue.told, []
            for event in told:
                await socket.send(event)
            while not self.keys.empty():
                await socket.send(self.queue.event("DTMF_END", digit=self.keys.get_nowait()))
            await socket.send(next(says, SILENCE))
            await asyncio.sleep(0.02)
        self.graceful = "HANGUP" in self.queue.commands

    async def over_plug(self, port: int, identifier: str) -> None:
        """As the AudioSocket application does; what is no sound and no hang-up ends it at once."""
        reader, writer = await asyncio.open_connection(HOST, port)
        writing = asyncio.ensure_future(self._write(writer, identifier))
        try:
            while True:
                kind, high, low = await reader.readexactly(3)
                payload = await reader.readexactly(high * 256 + low)
                if kind == 0:
                    self.graceful = True
                    return
                assert (kind, len(payload)) == (0x10, 320)
                self.heard.append(payload)
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writing.cancel()
            writer.close()
            self.over.set()

    async def _write(self, writer: asyncio.StreamWriter, identifier: str) -> None:
        writer.write(b"\x01\x00\x10" + uuid.UUID(identifier).bytes)
        says = iter(self.says)
        while not self.leaves.is_set():
            while not self.keys.empty():
                writer.write(b"\x03\x00\x01" + self.keys.get_nowait().encode())
            writer.write(b"\x10\x01\x40" + next(says, bytes(320)))
            await asyncio.sleep(0.02)
        writer.close()


@dataclass
class Dialplan:
    """One Asterisk with one line of ours in its dialplan."""

    name: str
    port: int
    sound_port: int = 0
    waiting: dict[str, Channel] = field(default_factory=dict)
    "Channels that wait for our connection, as WebSocket/INCOMING does."

    async def curl(self, path: str, password: str = PASSWORD, **more: str) -> tuple[int, str]:
        """A question over HTTP, as CURL() asks it: status and body."""
        reader, writer = await asyncio.open_connection(HOST, self.port)
        headers = {"Host": "line", "Authorization": basic(self.name, password), **more}
        asked = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
        writer.write(f"GET {path} HTTP/1.1\r\n{asked}\r\n".encode())
        answer = (await reader.read()).decode()
        writer.close()
        head, _, body = answer.partition("\r\n\r\n")
        return int(head.split()[1]), body

    async def announce(self, caller: str) -> str:
        """The ticket for a caller; empty where she is not taken."""
        return (await self.curl(f"/call?caller={quote(caller)}"))[1]

    async def ring(self, channel: Channel, way: Way, caller: str = "13800000001") -> str:
        """Her whole call; where she is put through afterwards, or nothing."""
        ticket = await self.announce(caller)
        if not ticket:
            return "busy"
        await self.connect(channel, way, ticket)
        return (await self.curl(f"/next?call={ticket}"))[1]

    async def connect(self, channel: Channel, way: Way, ticket: str) -> None:
        """Her sound, until it ends."""
        if way == "audiosocket":
            await channel.over_plug(self.sound_port, ticket)
        elif way == "to us":
            address = f"ws://{HOST}:{self.port}/media?call={ticket}"
            headers = {"Authorization": basic(self.name, PASSWORD)}
            async with connect(
                address, subprotocols=MEDIA, additional_headers=headers, proxy=None
            ) as socket:
                await channel.over_socket(socket)
        else:
            name = uuid.uuid4().hex
            self.waiting[name] = channel
            assert (await self.curl(f"/attach?call={ticket}&connection={name}"))[1] == ticket
            await channel.over.wait()

    async def taken(self, socket: ServerConnection) -> None:
        """Somebody fetches the sound of a channel that waits."""
        assert socket.request is not None
        assert socket.subprotocol == "media"
        await self.waiting.pop(socket.request.path.removeprefix("/media/")).over_socket(socket)


@dataclass(kw_only=True)
class Stage(Dialplan):
    """An Asterisk and, in this process, the line that it speaks with."""

    line: AsteriskLine


@asynccontextmanager
async def asterisk(
    house: FakeHouse,
    way: Way = "to us",
    **changed: Any,  # noqa: ANN401 - any setting
) -> AsyncIterator[Stage]:
    """A line of ours, and the Asterisk behind it."""
    ticker = Ticker()
    ticker.start()
    plans: list[Stage] = []

    async def taken(socket: ServerConnection) -> None:
        await plans[0].taken(socket)

    async with serve(taken, HOST, 0, subprotocols=MEDIA) as media:
        port = next(iter(media.sockets)).getsockname()[1]
        given = {"kind": "audiosocket" if way == "audiosocket" else "asterisk"}
        if way == "to it":
            given["media_url"] = f"ws://{HOST}:{port}/media"
        inside = Inside(house, house, house.speak, lambda _: house.crowded)
        line = AsteriskLine(settings_for(**{**given, **changed}), inside, ticker)
        await line.start()
        plans.append(Stage("office", line.port, line.sound_port, line=line))
        try:
            yield plans[0]
        finally:
            await line.stop()
            ticker.stop()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0)
