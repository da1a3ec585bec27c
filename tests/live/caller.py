"""A carrier and a caller in one: signs webhooks, opens the media stream, speaks, presses, listens.

Audio runs at `SPEED` times real time: the line counts frames, not seconds, so nothing changes but
the waiting.
"""

from __future__ import annotations

import base64
import json
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from twilio.request_validator import RequestValidator
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from assistant.speech.audio import frames, read_wav, to_ulaw

SPEED = 6
FRAME_S = 0.02
QUIET = b"\xff" * 160
SECRET = "live-secret"
ACCOUNT = "AC" + "1" * 32


@dataclass(slots=True)
class Carrier:
    """Speaks to one running service as Twilio does."""

    base: str
    secret: str = SECRET

    def sign(self, url: str, form: dict[str, str]) -> str:
        """Twilio's signature."""
        return str(RequestValidator(self.secret).compute_signature(url, form))

    def post(
        self, path: str, form: dict[str, str], signature: str | None = None
    ) -> tuple[int, str]:
        """One webhook; status and body."""
        signed = self.sign(self.base + path, form) if signature is None else signature
        request = urllib.request.Request(  # noqa: S310 - loopback
            self.base + path, urllib.parse.urlencode(form).encode(), method="POST"
        )
        if signed:
            request.add_header("X-Twilio-Signature", signed)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - loopback
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode(errors="replace")

    def text(self, contact: str, body: str, sid: str) -> list[str]:
        """One text; the texts that answer it."""
        form = {"MessageSid": sid, "AccountSid": ACCOUNT, "From": contact, "To": "1", "Body": body}
        status, answer = self.post("/twilio/sms", form)
        assert status == 200, answer
        return [item.text or "" for item in ET.fromstring(answer).iter("Message")]  # noqa: S314 - our own

    def ring(self, call_sid: str, contact: str = "+8613800000001") -> tuple[str, str]:
        """The incoming call's webhook; the stream's address and its token."""
        form = {"CallSid": call_sid, "AccountSid": ACCOUNT, "From": contact, "To": "1"}
        status, answer = self.post("/twilio/voice", form)
        assert status == 200, answer
        root = ET.fromstring(answer)  # noqa: S314 - our own
        stream, parameter = next(root.iter("Stream")), next(root.iter("Parameter"))
        assert root[-1].tag == "Redirect"
        return stream.attrib["url"], parameter.attrib["value"]

    @contextmanager
    def call(self, call_sid: str, contact: str = "+8613800000001") -> Iterator[Caller]:
        """A call from ringing to hanging up."""
        url, token = self.ring(call_sid, contact)
        headers = {"X-Twilio-Signature": self.sign(url, {})}
        with connect(url, additional_headers=headers, compression=None, max_size=None) as socket:
            caller = Caller(socket, call_sid)
            caller.start(token)
            yield caller
            caller.hang_up()


@dataclass(slots=True)
class Caller:
    """The far end of one media stream."""

    socket: ClientConnection
    call_sid: str
    sequence: int = 0
    chunk: int = 0
    heard: bytearray = field(default_factory=bytearray)
    marks: list[str] = field(default_factory=list)
    cleared: int = 0
    closed: bool = False
    _queue: list[tuple[str, int]] = field(default_factory=list)
    _due: float = 0.0

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
        self.send({"event": "media", "media": media})
        self._take_in()
        self._play_on()
        self._due = max(self._due + FRAME_S / SPEED, time.monotonic() - 0.05)
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
                self._queue.append(("", len(audio) // 160))
            case "mark":
                self._queue.append((message["mark"]["name"], 0))
            case "clear":
                self.cleared += 1
                for name, _ in self._queue:
                    self._return(name)
                self._queue.clear()

    def _play_on(self) -> None:
        budget = 1
        while self._queue:
            name, left = self._queue[0]
            if name:
                self._return(name)
                self._queue.pop(0)
            elif left > budget:
                self._queue[0] = (name, left - budget)
                return
            else:
                budget = 0 if left else budget
                self._queue.pop(0)

    def _return(self, name: str) -> None:
        if name:
            self.marks.append(name)
            self.send({"event": "mark", "mark": {"name": name}})

    def wait(self, seconds: float) -> None:
        """Say nothing for a while."""
        for _ in range(round(seconds / FRAME_S)):
            if self.closed:
                return
            self.frame(QUIET)

    def listen(self, longest_s: float = 40) -> None:
        """Until the line has begun to speak and has finished."""
        before = len(self.marks)
        for _ in range(round(longest_s / FRAME_S)):
            if self.closed or (len(self.marks) > before and not self._queue):
                return
            self.frame(QUIET)
        raise AssertionError("the line did not answer in time")

    def say(self, wav: Path) -> None:
        """Speak a recording."""
        for audio in frames(to_ulaw(read_wav(wav))):
            self.frame(audio)

    def press(self, digit: str) -> None:
        """One key."""
        self.send({"event": "dtmf", "dtmf": {"track": "inbound_track", "digit": digit}})

    def hang_up(self) -> None:
        """Put the receiver down."""
        if not self.closed:
            self.send({"event": "stop", "stop": {"callSid": self.call_sid}})
