"""The queue of chan_websocket, from its documentation: what an Asterisk does with our sound.

It reads a frame every 20 ms, reports what was said before it, drops what does not fill a frame
outside brackets, and speaks JSON or plain text.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field

MOST, NEARLY_FULL, ROOM_AGAIN, LONGEST_TEXT = 1000, 900, 800, 128


@dataclass
class MediaQueue:
    """One channel's."""

    style: str = "json"
    frame_bytes: int = 160
    passthrough: bool = False
    frames: deque[bytes | str] = field(default_factory=deque)
    told: list[str] = field(default_factory=list)
    "Events, as they are sent."
    commands: list[str] = field(default_factory=list)
    dropped: int = 0
    "Bytes that were never played."
    hung_up: bool = False
    _bulk: bool = False
    _left: bytes = b""
    _full: bool = False

    def event(self, name: str, **parts: object) -> str:
        """One event in this channel's style."""
        if self.style == "json":
            return json.dumps({"event": name, "channel_id": "1761245643.1", **parts})
        if list(parts) == ["correlation_id"]:
            return f"{name} {parts['correlation_id']}"
        return " ".join([name, *(f"{key}:{value}" for key, value in parts.items())])

    def start(self, codec: str = "ulaw") -> str:
        """The first event of a call."""
        return self.event(
            "MEDIA_START",
            connection_id="line",
            channel="WebSocket/line/0x5140001a0040",
            format=codec,
            optimal_frame_size=0 if self.passthrough else self.frame_bytes,
            ptime=20,
        )

    @property
    def length(self) -> int:
        """Frames of sound in the queue."""
        return sum(isinstance(frame, bytes) for frame in self.frames)

    def command(self, text: str) -> None:
        """A text message from the application."""
        assert len(text) <= LONGEST_TEXT
        parts = json.loads(text) if self.style == "json" else None
        name, _, plain_id = text.partition(" ")
        name = parts["command"] if parts is not None else name
        correlation = parts.get("correlation_id", "") if parts is not None else plain_id
        self.commands.append(name)
        if name == "HANGUP":
            self.hung_up = True
        elif self.passthrough:
            self.told.append(self.event("ERROR", error_text=f"{name} not supported"))
        elif name == "START_MEDIA_BUFFERING":
            self._bulk = True
        elif name == "STOP_MEDIA_BUFFERING":
            self._bulk = False
            if self._left:
                self.frames.append(self._left)
            self._left = b""
            self.frames.append(self.event("MEDIA_BUFFERING_COMPLETED", correlation_id=correlation))
        elif name == "FLUSH_MEDIA":
            self.frames.clear()
            self._bulk, self._left = False, b""
        else:
            raise AssertionError(name)

    def binary(self, sound: bytes) -> None:
        """Sound from the application."""
        if self.length >= MOST:
            self.dropped += len(sound)
            return
        sound = (self._left if self._bulk else b"") + sound
        size = len(sound) if self.passthrough else self.frame_bytes
        end = len(sound) - len(sound) % size
        self.frames += [sound[at : at + size] for at in range(0, end, size)]
        self._left = sound[end:] if self._bulk else b""
        self.dropped += 0 if self._bulk else len(sound) - end
        if self.length >= NEARLY_FULL and not self._full:
            self._full = True
            self.told.append(self.event("MEDIA_XOFF"))

    def read(self) -> bytes | None:
        """The timer: the next frame, or none; reports that stand before it are sent."""
        if self._full and self.length < ROOM_AGAIN:
            self._full = False
            self.told.append(self.event("MEDIA_XON"))
        while self.frames:
            frame = self.frames.popleft()
            if isinstance(frame, bytes):
                return frame
            self.told.append(frame)
        return None
