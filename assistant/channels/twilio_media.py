"""Twilio Media Streams: the messages on the wire, and the order of the audio. No I/O.

Message shapes: docs of `<Connect><Stream>`, bidirectional, "websocket-messages". Inbound numbers
are strings on the wire; unknown events and extra fields are let pass.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import Any

from assistant.core.ports import FRAME_BYTES

MAX_MESSAGE = 65_536
"Characters; a 20 ms frame takes about 300, ten seconds in one message 107,000: refused."
MOST_DIGITS = 20
"Of a chunk's number: from some thousands on Python refuses to read one."
HELD = 3
"Frames held back while an earlier one is missing: 60 ms, about one network hiccup."
MAX_GAP = 50
"Missing frames filled with silence at the most (one second), so that the clock stays true."
SILENCE = b"\xff" * FRAME_BYTES


@dataclass(frozen=True, slots=True)
class Start:
    """The stream begins."""

    stream_sid: str
    call_sid: str
    parameters: dict[str, str]


@dataclass(frozen=True, slots=True)
class Media:
    """Inbound audio."""

    chunk: int | None
    payload: bytes


@dataclass(frozen=True, slots=True)
class Digit:
    """One key."""

    digit: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Everything before this mark was played or cleared."""

    name: str


@dataclass(frozen=True, slots=True)
class Stop:
    """The stream is over."""


Message = Start | Media | Digit | Mark | Stop


class Malformed(ValueError):  # noqa: N818 - says what the message is
    """A message that is not of the protocol; the text names the field, never its content."""


def decode(text: str) -> Message | None:
    """One inbound message; `None` for events that ask nothing of us. Raises `Malformed`."""
    if len(text) > MAX_MESSAGE:
        raise Malformed("message too long")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    if not isinstance(message, dict):
        raise Malformed("not an object")
    match message.get("event"):
        case "start":
            return _start(message)
        case "media":
            return _media(_part(message, "media"))
        case "dtmf":
            return _digit(_part(message, "dtmf"))
        case "mark":
            return Mark(_text(_part(message, "mark"), "name"))
        case "stop":
            return Stop()
        case _:
            return None


def _part(message: dict[str, Any], name: str) -> dict[str, Any]:
    part = message.get(name)
    if not isinstance(part, dict):
        raise Malformed(name)
    return part


def _text(part: dict[str, Any], name: str) -> str:
    value = part.get(name)
    if not isinstance(value, str) or not value:
        raise Malformed(name)
    return value


def _start(message: dict[str, Any]) -> Start:
    part = _part(message, "start")
    given = part.get("customParameters") or {}
    if not isinstance(given, dict):
        raise Malformed("customParameters")
    parameters = {str(key): str(value) for key, value in given.items()}
    return Start(_text(part, "streamSid"), _text(part, "callSid"), parameters)


def _media(part: dict[str, Any]) -> Media | None:
    if part.get("track", "inbound") != "inbound":
        return None
    try:
        payload = binascii.a2b_base64(_text(part, "payload"), strict_mode=True)
    except ValueError:
        raise Malformed("payload") from None
    return Media(_number(part.get("chunk")), payload)


def _number(chunk: object) -> int | None:
    """The number of a chunk; none where it is no number, or one no call lives to see."""
    if not isinstance(chunk, str) or len(chunk) > MOST_DIGITS:
        return None
    return int(chunk) if chunk.isascii() and chunk.isdigit() else None


def _digit(part: dict[str, Any]) -> Digit:
    digit = _text(part, "digit")
    if digit not in "0123456789*#" or len(digit) != 1:
        raise Malformed("digit")
    return Digit(digit)


def media(stream_sid: str, audio: bytes) -> str:
    """Audio to be played: mu-law 8 kHz of any length, no header."""
    payload = base64.b64encode(audio).decode("ascii")
    return json.dumps({"event": "media", "streamSid": stream_sid, "media": {"payload": payload}})


def mark(stream_sid: str, name: str) -> str:
    """Ask to be told when everything before has been played."""
    return json.dumps({"event": "mark", "streamSid": stream_sid, "mark": {"name": name}})


def clear(stream_sid: str) -> str:
    """Empty the carrier's buffer."""
    return json.dumps({"event": "clear", "streamSid": stream_sid})


@dataclass(slots=True)
class Order:
    """Puts inbound audio in order and cuts it into frames: late ones wait, doubles are dropped."""

    _next: int | None = None
    _held: dict[int, bytes] = field(default_factory=dict)
    _rest: bytes = b""

    def push(self, message: Media) -> list[bytes]:
        """Frames of 160 bytes that are now due, in order; gaps come as silence."""
        if message.chunk is None:
            return self._cut(message.payload)
        if message.chunk == self._next and not self._held and not self._rest:
            self._next += 1
            return self._cut(message.payload)
        if self._next is None:
            self._next = message.chunk
        if message.chunk < self._next or message.chunk in self._held:
            return []
        self._held[message.chunk] = message.payload
        due = self._in_order()
        if len(self._held) > HELD:
            gap = min(self._held) - self._next
            due.extend([SILENCE] * min(gap, MAX_GAP))
            self._next = min(self._held)
            due.extend(self._in_order())
        return due

    def _in_order(self) -> list[bytes]:
        due: list[bytes] = []
        while self._next is not None and self._next in self._held:
            due.extend(self._cut(self._held.pop(self._next)))
            self._next += 1
        return due

    def _cut(self, payload: bytes) -> list[bytes]:
        if not self._rest and len(payload) == FRAME_BYTES:
            return [payload]
        audio = self._rest + payload
        whole = len(audio) - len(audio) % FRAME_BYTES
        self._rest = audio[whole:]
        return [audio[at : at + FRAME_BYTES] for at in range(0, whole, FRAME_BYTES)]
