"""Synthetic callers: many media streams in real time from one thread that costs little.

Every caller sends a frame each 20 ms, spread evenly over them, and plays what it is sent: marks
come back when their audio would have been heard. What it says is prepared beforehand.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import time
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.uri import parse_uri

from assistant.benchmarks.running import BenchError
from assistant.drill.carrier import Carrier
from assistant.drill.earpiece import Earpiece

if TYPE_CHECKING:
    from assistant.benchmarks.running import RunningService

FRAME_S = 0.02
FRAME_BYTES = 160
QUIET = base64.b64encode(b"\xff" * FRAME_BYTES).decode()
CONNECT_WITHIN_S = 20.0
CONTACT = "+86138000{:05d}"
NUMBERS = itertools.count(1)
"A call's id is never used twice: the service answers a repeated one as it did before."


@dataclass(frozen=True, slots=True)
class Script:
    """What a caller does, over and over."""

    frames: tuple[str, ...] = (QUIET,)
    "Base64 of each frame's sound."
    keys: tuple[tuple[int, str], ...] = ()
    "Frame numbers at which a key is pressed, and which."

    @classmethod
    def of(cls, audio: bytes, keys: Sequence[tuple[int, str]] = ()) -> Script:
        """From mu-law at 8 kHz; an incomplete last frame is left out."""
        cut = range(0, len(audio) - FRAME_BYTES + 1, FRAME_BYTES)
        frames = (base64.b64encode(audio[at : at + FRAME_BYTES]).decode() for at in cut)
        return cls(tuple(frames), tuple(keys))


class Caller(asyncio.Protocol):
    """The far end of one stream."""

    def __init__(self, url: str, signature: str, call_sid: str, token: str, script: Script) -> None:
        self.call_sid = call_sid
        self.sent: list[float] = []
        "When each frame was sent, on the monotonic clock."
        self.heard: list[float] = []
        "When each piece of sound arrived."
        self.key_delays: list[tuple[float, float]] = []
        "When a key was pressed, and the seconds until the first sound after it."
        self.started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed = False
        self._wire = ClientProtocol(parse_uri(url), max_size=None)
        self._signature, self._token = signature, token
        self._keys, self._frames = dict(script.keys), script.frames
        self._ear = Earpiece()
        self._key_at: float | None = None

    # -- the socket -------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - TCP only
        self._transport = transport
        request = self._wire.connect()
        request.headers["X-Twilio-Signature"] = self._signature
        self._wire.send_request(request)
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Take in what the service says."""
        self._wire.receive_data(data)
        for event in self._wire.events_received():
            if isinstance(event, Response):
                self._upgraded()
            elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self._got(json.loads(bytes(event.data)))
        self._flush()

    def connection_lost(self, _error: Exception | None) -> None:
        """The line is gone."""
        self.closed = True
        if not self.started.done():
            self.started.set_exception(BenchError("the service closed a stream at once"))

    def _flush(self) -> None:
        for data in self._wire.data_to_send():
            self._transport.write(data)

    def _upgraded(self) -> None:
        if self._wire.state is not State.OPEN:
            self.started.set_exception(BenchError("the service refused a media stream"))
            return
        given = {"streamSid": "MZ", "callSid": self.call_sid}
        parameters = {"customParameters": {"token": self._token}}
        self._send(json.dumps({"event": "start", "start": {**given, **parameters}}))
        self.started.set_result(None)

    def _send(self, text: str) -> None:
        self._transport.write(Frame(Opcode.TEXT, text.encode()).serialize(mask=True))

    # -- the call ---------------------------------------------------------------------------

    def _got(self, message: dict[str, Any]) -> None:
        match message["event"]:
            case "media":
                now = time.monotonic()
                self.heard.append(now)
                if self._key_at is not None:
                    self.key_delays.append((self._key_at, now - self._key_at))
                    self._key_at = None
                frames = len(message["media"]["payload"]) * 3 // 4 // FRAME_BYTES
                self._ear.play(frames)
            case "mark":
                self._ear.mark(message["mark"]["name"])
            case "clear":
                for name in self._ear.clear():
                    self._return(name)

    def _return(self, name: str) -> None:
        self._send('{"event":"mark","streamSid":"MZ","mark":{"name":"' + name + '"}}')

    def tick(self) -> None:
        """20 ms pass."""
        if self.closed:
            return
        number = len(self.sent)
        place = number % len(self._frames)
        self.sent.append(time.monotonic())
        self._send(
            f'{{"event":"media","sequenceNumber":"{number + 2}","media":{{"track":"inbound",'
            f'"chunk":"{number + 1}","timestamp":"{number * 20}","payload":"{self._frames[place]}"'
            '},"streamSid":"MZ"}'
        )
        digit = self._keys.get(place)
        if digit is not None:
            self._key_at = time.monotonic()
            self._send(
                '{"event":"dtmf","streamSid":"MZ","dtmf":{"track":"inbound_track",'
                f'"digit":"{digit}"}}}}'
            )
        for name in self._ear.tick():
            self._return(name)

    def hang_up(self) -> None:
        """Put the receiver down."""
        if not self.closed:
            self._send('{"event":"stop","streamSid":"MZ","stop":{"callSid":"CA"}}')
            self._transport.close()


@dataclass(slots=True)
class Callers:
    """Everybody who is ringing one service."""

    service: RunningService
    everybody: list[Caller] = field(default_factory=list)
    worst_late: float = 0.0
    "How late the callers themselves ever were with a frame, in seconds."

    async def ring(self, script: Script) -> Caller:
        """One call: the webhook, the stream, the start message.

        Raises `DrillError` where the webhook is refused, `BenchError` where the stream is.
        """
        number = next(NUMBERS)
        call_sid, contact = f"CA{number:08d}", CONTACT.format(number % 100_000)
        carrier = Carrier(self.service.base, self.service.secret)
        url, token = await asyncio.to_thread(carrier.ring, call_sid, contact)
        signature = carrier.sign(url, {})
        address = urllib.parse.urlsplit(url)
        loop = asyncio.get_running_loop()
        _, caller = await loop.create_connection(
            lambda: Caller(url, signature, call_sid, token, script),
            address.hostname or "",
            address.port or 0,
        )
        async with asyncio.timeout(CONNECT_WITHIN_S):
            await caller.started
        self.everybody.append(caller)
        return caller

    async def talk(self, seconds: float | None = None, speed: float = 1.0) -> None:
        """Let everybody's call go on for so many seconds of sound, or until this is cancelled.

        `speed` is that of the sound: the line counts frames, not seconds.
        """
        slots: list[list[Caller]] = [[] for _ in range(20)]
        for number, caller in enumerate(self.everybody):
            slots[number % 20].append(caller)
        steps = itertools.count() if seconds is None else range(round(seconds / FRAME_S) * 20)
        began = time.monotonic()
        for step in steps:
            due = began + step * FRAME_S / 20 / speed
            ahead = due - time.monotonic()
            if ahead > 0:
                await asyncio.sleep(ahead)
            else:
                self.worst_late = max(self.worst_late, -ahead)
                if step % 20 == 0:
                    await asyncio.sleep(0)
            for caller in slots[step % 20]:
                caller.tick()

    def hang_up(self) -> None:
        """Everybody puts the receiver down."""
        for caller in self.everybody:
            caller.hang_up()
        self.everybody.clear()
