"""The media socket: Twilio's bidirectional stream on one side, a call on the other (ASGI).

Nothing is heard before the upgrade was signed and the stream has shown the one-time token of its
call. A message that is not of the protocol is let pass; many of them end the stream, and the
caller goes on with the keys-only menu that stands behind the stream.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter as Tally
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import Counter

from assistant.channels import twilio_media as wire
from assistant.channels.punctuality import FRAME_S, Punctuality
from assistant.channels.twilio_rest import TwilioControl
from assistant.channels.twilio_signature import Gate, StreamTokens, from_subprotocols
from assistant.core.errors import CarrierError, DatabaseError
from assistant.core.ports import Call, CallDesk

log = logging.getLogger(__name__)

frames_taken = Counter("assistant_frames", "Inbound frames of 20 ms taken from media streams.")
frames_late = Counter("assistant_frames_late", "Of these, taken more than 60 ms after their time.")

PATH = "/twilio/stream"
START_WITHIN_S = 5.0
"A socket that shows no valid start by then is closed."
FIRST_USE_WITHIN_S = 1.0
"Asking takes 5 ms; while the database is away, signature and age of a token must do."
_REST = ThreadPoolExecutor(8, thread_name_prefix="calls")
"Its own threads: others may all wait for a database while a call is ended or put through."
HANGS_UP_WITHIN_S = 3.0
"After a goodbye nobody is kept in silence for longer."
BEFORE_START = 10
"Messages before the start; Twilio sends one, *connected*."
LOBBY = 60
"Sockets of one address that have not shown their start yet: a second of a carrier's rush hour."
QUIET_S = 30.0
"Twilio sends 50 messages a second; a stream silent for so long is dead."
RENEW_AFTER = 50
"Messages between two looks at the clock for that: a second's."
MAX_MALFORMED = 50
REFUSED, POLICY, PROTOCOL, NORMAL = 403, 1008, 1002, 1000

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


FirstUse = Callable[[str], bool]
"""From a token's fingerprint to whether no node has seen it before; asked beside the loop. Raises
`DatabaseError`."""


class StreamLine:
    """A `Line` over one media stream and the account's REST side."""

    def __init__(self, send: Send, start: wire.Start, control: TwilioControl) -> None:
        self._send, self._control = send, control
        self._stream, self._call = start.stream_sid, start.call_sid

    async def play(self, audio: bytes, mark: str) -> None:
        """A whole prompt in one message, and its mark."""
        await self._text(wire.media(self._stream, audio))
        await self._text(wire.mark(self._stream, mark))

    async def clear(self) -> None:
        """Empty the carrier's buffer."""
        await self._text(wire.clear(self._stream))

    async def hang_up(self) -> None:
        """End the call; if the carrier does not obey, the TwiML behind the stream hangs up."""
        try:
            async with asyncio.timeout(HANGS_UP_WITHIN_S):
                await _asked(self._control.hang_up, self._call)
        except (CarrierError, TimeoutError) as error:
            why = str(error) or "no answer"
            log.warning("hang-up left to the TwiML behind the stream: %s", why)

    async def transfer(self, number: str) -> None:
        """Put the caller through. Raises `CarrierError`."""
        await _asked(self._control.transfer, self._call, number)

    async def leave(self) -> bool:
        """The TwiML behind the stream takes over once the socket is closed."""
        return True

    async def _text(self, text: str) -> None:
        try:
            await self._send({"type": "websocket.send", "text": text})
        except (OSError, RuntimeError):
            log.info("a stream closed while we were speaking")


@dataclass(frozen=True, slots=True)
class Streams:
    """The ASGI application at `/twilio/stream`."""

    gate: Gate
    tokens: StreamTokens
    desk: CallDesk
    control: TwilioControl
    open_streams: dict[str, Callable[[], Awaitable[None]]]
    "By call id, how to close it; the simulator's carrier uses this."
    lobby: Tally[str] = field(default_factory=Tally)
    "By address, sockets that were let in and have not shown their start yet."
    first_use: FirstUse | None = None
    "Where several nodes take streams."

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket from upgrade to close."""
        await receive()
        address = str((scope.get("client") or ("",))[0])
        subprotocol = self._admit(scope)
        if subprotocol is None or self.lobby[address] >= LOBBY:
            await send({"type": "websocket.close", "code": POLICY})
            return
        await send({"type": "websocket.accept", "subprotocol": subprotocol or None})
        code = await self._serve(address, receive, send)
        try:
            await send({"type": "websocket.close", "code": code})
        except (OSError, RuntimeError):
            log.debug("the other side closed first")

    def _admit(self, scope: Scope) -> str | None:
        """The subprotocol to accept (may be empty); `None` refuses the upgrade."""
        headers = dict(scope.get("headers", ()))
        signature = headers.get(b"x-twilio-signature", b"").decode("latin-1")
        if signature:
            return "" if self.gate.socket(PATH, signature) else None
        carried = from_subprotocols(scope.get("subprotocols", ()))
        if carried is not None and self.gate.socket(PATH, carried[1]):
            return carried[0]
        return None

    async def _serve(self, address: str, receive: Receive, send: Send) -> int:
        self.lobby[address] += 1
        try:
            start = await self._await_start(receive)
        finally:
            self.lobby.subtract([address])
            if not self.lobby[address]:
                del self.lobby[address]
        if start is None:
            return POLICY
        token = start.parameters.get("token", "")
        contact = self.tokens.redeem(token, start.call_sid)
        if contact is None or not await self._first_use(token):
            log.warning("a stream without a valid token was refused")
            return POLICY
        line = StreamLine(send, start, self.control)
        call = self.desk.open(line, start.call_sid, contact)
        if call is None:
            return NORMAL

        async def close() -> None:
            await send({"type": "websocket.close", "code": NORMAL})

        self.open_streams[start.call_sid] = close
        try:
            await call.start()
            return await _pump(call, receive)
        finally:
            self.open_streams.pop(start.call_sid, None)
            self.desk.close(start.call_sid)
            await call.hung_up()

    async def _first_use(self, token: str) -> bool:
        """Whether no other node has taken this token; nobody is kept waiting for the answer."""
        if self.first_use is None:
            return True
        fingerprint = hashlib.sha256(token.encode()).hexdigest()
        try:
            async with asyncio.timeout(FIRST_USE_WITHIN_S):
                return await asyncio.to_thread(self.first_use, fingerprint)
        except (TimeoutError, DatabaseError):
            log.warning("no other node could be asked about a stream's token; it is believed")
            return True

    async def _await_start(self, receive: Receive) -> wire.Start | None:
        try:
            async with asyncio.timeout(START_WITHIN_S):
                for _ in range(BEFORE_START):
                    event = await receive()
                    if event["type"] == "websocket.disconnect":
                        return None
                    message = _decode(event)
                    if isinstance(message, wire.Start):
                        return message
                return None
        except TimeoutError:
            return None
        except wire.Malformed:
            return None


async def _asked(ask: Callable[..., object], *of: str) -> None:
    """Ask the account's REST side beside the loop. Raises what `ask` raises."""
    await asyncio.get_running_loop().run_in_executor(_REST, ask, *of)


async def _pump(call: Call, receive: Receive) -> int:
    """Feed a call until it is over; the close code."""
    try:
        async with asyncio.timeout(QUIET_S) as quiet:
            return await _Feed(call, quiet).run(receive)
    except TimeoutError:
        log.warning("a stream went silent and was closed")
        return NORMAL


class _Feed:
    """The messages of one stream on their way to its call."""

    def __init__(self, call: Call, quiet: asyncio.Timeout) -> None:
        self._call, self._quiet = call, quiet
        self._order, self._punctuality = wire.Order(), Punctuality()
        self._malformed = self._messages = 0
        self._time = asyncio.get_running_loop().time

    async def run(self, receive: Receive) -> int:
        """Take messages until the call is over; the close code."""
        while not self._call.over:
            event = await receive()
            if event["type"] == "websocket.disconnect":
                return NORMAL
            self._messages += 1
            if self._messages % RENEW_AFTER == 0:
                self._quiet.reschedule(self._time() + QUIET_S)
            try:
                message = _decode(event)
            except wire.Malformed as error:
                self._malformed += 1
                log.debug("a message was not understood: %s", error)
                if self._malformed > MAX_MALFORMED:
                    return PROTOCOL
                continue
            if isinstance(message, wire.Stop):
                return NORMAL
            await self._hand_over(message)
        return NORMAL

    async def _hand_over(self, message: wire.Message | None) -> None:
        """One message, told to the call. The time a call takes over it is no lateness of ours."""
        began = self._time()
        match message:
            case wire.Media():
                frames_taken.inc()
                if self._punctuality.late(began):
                    frames_late.inc()
                for frame in self._order.push(message):
                    await self._call.frame(frame)
            case wire.Digit(digit):
                await self._call.key(digit)
            case wire.Mark(name):
                await self._call.played(name)
        took = self._time() - began
        if took > FRAME_S:
            self._punctuality.excuse(took)


def _decode(event: MutableMapping[str, Any]) -> wire.Message | None:
    text = event.get("text")
    if text is None:
        raise wire.Malformed("binary frame")
    return wire.decode(text)
