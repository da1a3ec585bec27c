"""One synthetic caller: opens the media stream, speaks, presses keys, listens.

Audio may run faster than real time; nothing changes but the waiting, since the line counts frames.
"""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from websockets.exceptions import ConnectionClosed

from assistant.core.errors import AssistantError
from assistant.core.ports import FRAME_BYTES, FRAME_MS
from assistant.drill.earpiece import Earpiece
from assistant.speech.audio import frames, read_wav, to_ulaw

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

FRAME_S = FRAME_MS / 1000
QUIET = b"\xff" * FRAME_BYTES
CATCHES_UP_S = 0.05
"How far a late caller may run behind before she lets the lost time go."


class NoAnswerError(AssistantError, TimeoutError):
    """The line said nothing for longer than anybody would wait."""


@dataclass(slots=True)
class Caller:
    """The far end of one media stream. Used by one thread."""

    socket: ClientConnection
    call_sid: str
    speed: float = 1.0
    sequence: int = 0
    chunk: int = 0
    heard: bytearray = field(default_factory=bytearray)
    marks: list[str] = field(default_factory=list)
    cleared: int = 0
    closed: bool = False
    sent_at: list[float] = field(default_factory=list)
    "When each frame was sent, on the monotonic clock."
    heard_at: list[float] = field(default_factory=list)
    "When each piece of sound arrived."
    pressed_at: list[float] = field(default_factory=list)
    room: bytes = b""
    "What sounds around her all the time, in mu-law; empty for a quiet room."
    _ear: Earpiece = field(default_factory=Earpiece)
    _due: float = 0.0

    @property
    def listening(self) -> bool:
        """Whether something is being played to her."""
        return not self._ear.silent

    def send(self, message: dict[str, object]) -> None:
        """One message, numbered as on the wire."""
        self.sequence += 1
        text = json.dumps({"sequenceNumber": str(self.sequence), "streamSid": "MZ1", **message})
        try:
            self.socket.send(text)
        except ConnectionClosed:
            self.closed = True

    def start(self, token: str) -> None:
        """`connected` and `start`."""
        self.socket.send('{"event":"connected","protocol":"Call","version":"1.0.0"}')
        given = {"streamSid": "MZ1", "callSid": self.call_sid, "customParameters": {"token": token}}
        self.send({"event": "start", "start": given})

    def frame(self, audio: bytes) -> None:
        """20 ms of the caller's sound; takes in what has come and lets it play on."""
        self.chunk += 1
        payload = base64.b64encode(audio).decode()
        media = {"track": "inbound", "chunk": str(self.chunk), "payload": payload}
        self.sent_at.append(time.monotonic())
        self.send({"event": "media", "media": media})
        self._take_in()
        for name in self._ear.tick():
            self._return(name)
        self._due = max(self._due + FRAME_S / self.speed, time.monotonic() - CATCHES_UP_S)
        time.sleep(max(0.0, self._due - time.monotonic()))

    def _take_in(self) -> None:
        while not self.closed:
            try:
                message = json.loads(self.socket.recv(timeout=0))
            except TimeoutError:
                return
            except ConnectionClosed:
                self.closed = True
                return
            self._got(message)

    def _got(self, message: dict[str, Any]) -> None:
        match message["event"]:
            case "media":
                audio = base64.b64decode(message["media"]["payload"])
                self.heard += audio
                self.heard_at.append(time.monotonic())
                self._ear.play(len(audio) // FRAME_BYTES)
            case "mark":
                self._ear.mark(message["mark"]["name"])
            case "clear":
                self.cleared += 1
                for name in self._ear.clear():
                    self._return(name)

    def _return(self, name: str) -> None:
        self.marks.append(name)
        self.send({"event": "mark", "mark": {"name": name}})

    def wait(self, seconds: float) -> None:
        """Say nothing for a while."""
        for _ in range(round(seconds / FRAME_S)):
            if self.closed:
                return
            self.frame(self._background())

    def listen(self, longest_s: float = 40) -> None:
        """Until the line has begun to speak and has finished. Raises `NoAnswerError`."""
        before = len(self.marks)
        for _ in range(round(longest_s / FRAME_S)):
            if self.closed or (len(self.marks) > before and self._ear.silent):
                return
            self.frame(self._background())
        raise NoAnswerError("the line did not answer in time")

    def say(self, wav: Path) -> None:
        """Speak a recording."""
        self.speak(to_ulaw(read_wav(wav)))

    def speak(self, ulaw: bytes) -> None:
        """Speak what is in mu-law at 8 kHz already."""
        for audio in frames(ulaw):
            if self.closed:
                return
            self.frame(audio)

    def press(self, digit: str) -> None:
        """One key."""
        self.pressed_at.append(time.monotonic())
        self.send({"event": "dtmf", "dtmf": {"track": "inbound_track", "digit": digit}})

    def hang_up(self) -> None:
        """Put the receiver down."""
        if not self.closed:
            self.send({"event": "stop", "stop": {"callSid": self.call_sid}})

    def _background(self) -> bytes:
        if not self.room:
            return QUIET
        at = self.chunk * FRAME_BYTES % max(FRAME_BYTES, len(self.room) - FRAME_BYTES)
        return self.room[at : at + FRAME_BYTES]
